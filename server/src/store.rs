//! The store: what Signet remembers, behind one interface for SQLite and PostgreSQL.
//!
//! A verb here is one statement or a few, decides nothing and knows no HTTP: whoever calls it has authorised and parsed before.
//! Reads go through [`Store`]; everything that changes something goes through a [`Transaction`], so that a change and its audit
//! entry are one.

use app::service::Permission;
use app::timestamp::Timestamp;
use async_trait::async_trait;

/// A database.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Whether the database answers.
    async fn ready(&self) -> Result<()>;

    /// Starts a transaction that may write. With SQLite it takes the write lock at once (`begin immediate`).
    async fn begin(&self) -> Result<Box<dyn Transaction>>;

    /// Whether there is at least one user.
    async fn has_users(&self) -> Result<bool>;
    /// Whether there is nothing at all: no user and no account.
    async fn is_empty(&self) -> Result<bool>;
    /// The user with this e-mail address, lower case.
    async fn user_by_email(&self, email: &str) -> Result<Option<User>>;
    /// The first account (by name) that the user belongs to.
    async fn first_membership(&self, user_id: &str) -> Result<Option<Membership>>;
    /// The session with this SHA-256 hash of its identifier, with its user, account and permissions.
    async fn session(&self, id_hash: &[u8; 32]) -> Result<Option<Session>>;
    /// When the set-up link with this SHA-256 hash of its token was made; `None` if there is none or it was replaced.
    async fn setup_link(&self, token_hash: &[u8; 32]) -> Result<Option<Timestamp>>;

    /// One page of an account's certificates: soonest expiry first, then by id. `deleted`: only those that were deleted after this
    /// time, latest first; `None`: only those that were not.
    async fn certificates(&self, account_id: &str, deleted_after: Option<Timestamp>, offset: u64, limit: u32) -> Result<Vec<Certificate>>;
    /// How many certificates an account has, and how many were deleted after this time.
    async fn certificate_counts(&self, account_id: &str, deleted_after: Timestamp) -> Result<Counts>;
    /// A certificate of this account that is not deleted.
    async fn certificate(&self, account_id: &str, id: &str) -> Result<Option<Certificate>>;
    /// The certificate of this account with this fingerprint that is not deleted.
    async fn certificate_by_fingerprint(&self, account_id: &str, fingerprint_sha256: &str) -> Result<Option<Certificate>>;
    /// The account's primary.
    async fn primary(&self, account_id: &str) -> Result<Option<Certificate>>;
    /// The newest contents of a certificate, deleted or not.
    async fn contents(&self, account_id: &str, id: &str) -> Result<Option<Contents>>;
    /// The sealed key of a certificate's contents.
    async fn sealed_key(&self, account_id: &str, certificate_id: &str, content_version: i64) -> Result<Option<SealedKey>>;

    /// The values by which a master key file is recognised, one for each version that was ever active.
    async fn master_key_checks(&self) -> Result<Vec<MasterKeyCheck>>;

    /// Audit entries of one chain, oldest first, after this sequence number.
    async fn audit_entries(&self, account_id: Option<&str>, after: i64, limit: u32) -> Result<Vec<AuditEntry>>;
}

/// A transaction; dropped without [`Transaction::commit`] it is rolled back.
#[async_trait]
pub trait Transaction: Send {
    /// Makes everything durable.
    async fn commit(self: Box<Self>) -> Result<()>;

    /// Adds an account.
    async fn insert_account(&mut self, account: &Account) -> Result<()>;
    /// Adds a user. Fails with [`Error::Taken`] if the e-mail address is taken.
    async fn insert_user(&mut self, user: &User) -> Result<()>;
    /// Adds a user to an account.
    async fn insert_membership(&mut self, user_id: &str, account_id: &str, permissions: &[Permission]) -> Result<()>;
    /// Whether there is at least one user, seen inside this transaction.
    async fn has_users(&mut self) -> Result<bool>;

    /// Replaces the set-up link by this one.
    async fn replace_setup_link(&mut self, token_hash: &[u8; 32], created_at: Timestamp) -> Result<()>;
    /// Uses the set-up link up: true exactly once for a link that exists.
    async fn take_setup_link(&mut self, token_hash: &[u8; 32]) -> Result<bool>;

    /// Starts a session.
    async fn insert_session(&mut self, session: &NewSession) -> Result<()>;
    /// Notes that the session was used.
    async fn touch_session(&mut self, id_hash: &[u8; 32], at: Timestamp) -> Result<()>;
    /// Ends a session; nothing happens if there is none.
    async fn delete_session(&mut self, id_hash: &[u8; 32]) -> Result<()>;
    /// Removes sessions that were created before, or last used before, these times.
    async fn purge_sessions(&mut self, created_before: Timestamp, used_before: Timestamp) -> Result<u64>;

    /// Adds a certificate with its first contents and its sealed key (none for a CA). Fails with [`Error::Taken`] on
    /// `certificates_fingerprint_key`: same account, same fingerprint, not deleted.
    async fn insert_certificate(&mut self, certificate: &Certificate, contents: &Contents, key: Option<&SealedKey>) -> Result<()>;
    /// The certificate, read inside this transaction and locked until its end, if it is not deleted.
    async fn lock_certificate(&mut self, account_id: &str, id: &str) -> Result<Option<Certificate>>;
    /// The deleted certificate, read inside this transaction and locked until its end.
    async fn lock_deleted_certificate(&mut self, account_id: &str, id: &str) -> Result<Option<Certificate>>;
    /// The account's primary, read inside this transaction and locked until its end.
    async fn lock_primary(&mut self, account_id: &str) -> Result<Option<Certificate>>;
    /// The names of the API nodes that use a certificate.
    async fn users_of_certificate(&mut self, account_id: &str, id: &str) -> Result<Vec<String>>;
    /// Writes name, primary, deletion time, `changed_by`, `changed_at` and version of a certificate that was locked before. The
    /// partial unique index refuses a second primary with [`Error::Taken`] on `certificates_primary_key`, so take it from the
    /// other one first.
    async fn update_certificate(&mut self, certificate: &Certificate) -> Result<()>;
    /// Destroys the sealed keys (and the contents) of certificates that were deleted before this time; the rows and their audit
    /// entries stay. Answers with account and id of each.
    async fn destroy_deleted_before(&mut self, before: Timestamp) -> Result<Vec<(String, String)>>;

    /// Adds a check value. Fails with [`Error::Taken`] if this master key version has one.
    async fn insert_master_key_check(&mut self, check: &MasterKeyCheck) -> Result<()>;

    /// The last entry of one audit chain, locked until the end of the transaction: sequence number and hash; 0 and zeros for a new
    /// chain.
    async fn lock_audit_chain(&mut self, account_id: Option<&str>) -> Result<(i64, [u8; 32])>;
    /// Appends an entry to the chain that was locked before.
    async fn append_audit(&mut self, entry: &AuditEntry) -> Result<()>;
}

/// What a store answers.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A unique constraint of the migrations refused the row; its name says which. The caller turns it into the user's words.
    #[error("taken: {constraint}")]
    Taken {
        /// Name of the constraint or unique index.
        constraint: &'static str,
    },
    /// A stored value is not what was written there: the database was changed by hand, or is of a newer Signet.
    #[error("unreadable value in {column}")]
    Unreadable {
        /// Table and column.
        column: &'static str,
    },
    /// The database failed or cannot be reached.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration failed, or the database is of a newer Signet.
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// A company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// 32 lower-case hex digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// UUID, lower case.
    pub id: String,
    /// E-mail address, lower case, unique.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// PHC string of the password's Argon2id hash.
    pub password_hash: String,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A person's place in a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The company's id.
    pub account_id: String,
    /// The company's name.
    pub account_name: String,
    /// What the person may do there.
    pub permissions: Vec<Permission>,
}

/// A session to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// SHA-256 of the 256-bit identifier that the browser holds.
    pub id_hash: [u8; 32],
    /// Whose.
    pub user_id: String,
    /// In which company.
    pub account_id: String,
    /// When it was created and first used.
    pub created_at: Timestamp,
}

/// A session with the person it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The person's id.
    pub user_id: String,
    /// The person's name.
    pub user_name: String,
    /// The person's e-mail address.
    pub user_email: String,
    /// The company that the session is in, with the permissions as they are now.
    pub membership: Membership,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last used.
    pub used_at: Timestamp,
}

/// A certificate: what people see of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// UUID, lower case.
    pub id: String,
    /// The account it belongs to.
    pub account_id: String,
    /// The name that people gave it.
    pub name: String,
    /// Whether it is a CA certificate.
    pub ca: bool,
    /// Whether it is the account's primary.
    pub primary: bool,
    /// Version of its contents, from 1; rises with each replacement.
    pub content_version: i64,
    /// Fingerprint, SHA-256 of the leaf's DER, 64 lower-case hex digits.
    pub fingerprint_sha256: String,
    /// SHA-256 of the leaf's `SubjectPublicKeyInfo`, 64 lower-case hex digits.
    pub public_key_sha256: String,
    /// The subject in words.
    pub subject: String,
    /// What the list shows as "Issued to".
    pub issued_to: String,
    /// The issuer in words.
    pub issuer: String,
    /// What the list shows as "Issuer".
    pub issuer_name: String,
    /// Serial number in decimal.
    pub serial_number: String,
    /// `RSA 2048`, `EC P-256`, …
    pub key_type: String,
    /// Begin of the validity.
    pub not_before: Timestamp,
    /// End of the validity.
    pub not_after: Timestamp,
    /// When it was uploaded.
    pub uploaded_on: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Name of the person or token that changed it last.
    pub changed_by: String,
    /// When it was deleted, if it was.
    pub deleted_on: Option<Timestamp>,
    /// Rises with each change, from 1.
    pub version: i64,
}

/// One version of a certificate's contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The certificate.
    pub certificate_id: String,
    /// From 1.
    pub content_version: i64,
    /// The PEM text that is kept.
    pub text: String,
    /// DER certificates in handshake order, leaf first.
    pub chain: Vec<Vec<u8>>,
    /// When this version was stored.
    pub stored_at: Timestamp,
}

/// A private key as it lies in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedKey {
    /// Version of the master key that wraps the data key.
    pub master_key_version: i64,
    /// The data key, sealed with the master key: 24 bytes nonce, then ciphertext and tag.
    pub wrapped_data_key: Vec<u8>,
    /// The private key, sealed with the data key: 24 bytes nonce, then ciphertext and tag.
    pub sealed: Vec<u8>,
}

/// A known text, sealed with one version of the master key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterKeyCheck {
    /// Version of the master key.
    pub version: i64,
    /// 24 bytes nonce, then ciphertext and tag.
    pub sealed: Vec<u8>,
}

/// How many certificates there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Not deleted.
    pub present: u64,
    /// Deleted and still restorable.
    pub deleted: u64,
}

/// An entry of an audit chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// The chain: an account's, or the one for what belongs to none.
    pub account_id: Option<String>,
    /// Place in the chain, from 1, without gaps.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// `person`, `token`, `command_line` or `nobody`.
    pub actor_kind: String,
    /// Id of the person or token, if any.
    pub actor_id: Option<String>,
    /// Name of the person or token at that time.
    pub actor_name: String,
    /// The client's address, if there is one.
    pub address: Option<String>,
    /// `certificate.upload`, `session.sign_in`, …
    pub action: String,
    /// Id of the certificate, person or token that was acted on, if any.
    pub object_id: Option<String>,
    /// Its name at that time.
    pub object_name: String,
    /// `done` or `refused`.
    pub result: String,
    /// What else matters, one line; never a secret.
    pub detail: String,
    /// Hash of the entry before; zeros for the first.
    pub previous_hash: [u8; 32],
    /// SHA-256 over everything above.
    pub hash: [u8; 32],
}
