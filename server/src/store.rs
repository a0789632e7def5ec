//! The store: what Signet remembers, behind one interface for SQLite and PostgreSQL.
//!
//! A verb here is one statement or a few, decides nothing and knows no HTTP: whoever calls it has authorised and parsed before.
//! Reads go through [`Store`]; everything that changes something goes through a [`Transaction`], so that a change and its audit
//! entry are one.

mod audit_log;
mod changes;
mod copy;
mod database;
mod error;
mod listed;
mod migrations;
mod nodes;
mod packed;
mod postgres;
mod query;
mod reads;
mod records;
mod rows;
mod search;
mod sqlite;
mod state;
mod team;
mod tokens;
mod uploaded;

use std::sync::Arc;

use app::certificate::CertificateName;
use app::service::{Due, ListCounts, Permission};
use app::timestamp::Timestamp;
use async_trait::async_trait;

pub use audit_log::{AuditActor, AuditFilter, AuditPlace};
pub use copy::{copy_database, inspect_copy, sqlite_file};
pub use error::{Error, Failure, Result};
pub use listed::Found;
pub use nodes::{
    ApiNode, CallStamp, HeaderValue, ListedNode, MtlsFilter, NodeChanges, NodeFilter, NodeHeader, NodeReads,
    StoredHeader, Use, Used,
};
pub use postgres::PostgresStore;
pub use records::{
    Account, AuditEntry, Certificate, CertificateUser, Contents, DestroyedContents, EarlierContents, Listed, Listing,
    MasterKeyCheck, Membership, Moment, NewSession, Outlook, SealedKey, Session, StoredKey, Unsearchable, Uploaded,
    UploadedFilter, UploadedPage, User, Whole,
};
pub use sqlite::SqliteStore;
pub use state::State;
pub use team::{Invitation, Member, Team, TeamChanges, TeamReads};
pub use tokens::Token;

/// Opens the database at an address and brings its tables up to date.
///
/// `sqlite:PATH` is a file, created with mode 0600 if it is not there (its folder has to be), and `PATH` is taken as it stands:
/// no percent encoding, no parameters. `postgres://…` is a PostgreSQL server, 14 or later, with libpq's parameters (`sslmode`,
/// `sslrootcert`, …).
///
/// # Errors
/// [`Error::Address`] for anything else; [`Error::File`]; [`Error::Database`] if it cannot be reached; [`Error::Migration`].
pub async fn connect(url: &str) -> Result<Arc<dyn Store>> {
    if let Some(path) = sqlite_file(url) {
        Ok(Arc::new(SqliteStore::open(&path).await?))
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        Ok(Arc::new(PostgresStore::connect(url).await?))
    } else {
        Err(Error::Address { problem: "it begins neither with `sqlite:` nor with `postgres:`" })
    }
}

/// A database.
#[async_trait]
pub trait Store: TeamReads + NodeReads + Send + Sync + 'static {
    /// Whether the database answers.
    async fn ready(&self) -> Result<()>;
    /// The state at some moment after this was asked; none if the database does not answer.
    async fn state(&self) -> Option<State>;
    /// Waits for what is running, then closes every connection; SQLite's log is written back into its file.
    async fn close(&self);

    /// Starts a transaction that may write. With SQLite it takes the write lock at once (`begin immediate`).
    async fn begin(&self) -> Result<Box<dyn Transaction>>;

    /// Whether there is at least one user.
    async fn has_users(&self) -> Result<bool>;
    /// Whether there is nothing at all: no user and no account.
    async fn is_empty(&self) -> Result<bool>;
    /// The account with this id.
    async fn account(&self, id: &str) -> Result<Option<Account>>;
    /// Whether there is an account with this id.
    async fn has_account(&self, id: &str) -> Result<bool>;
    /// The user with this e-mail address, lower case.
    async fn user_by_email(&self, email: &str) -> Result<Option<User>>;
    /// The account that the user last came into, else the first one by name.
    async fn first_membership(&self, user_id: &str) -> Result<Option<Membership>>;
    /// The session with this SHA-256 hash of its identifier, with its user, account and permissions.
    async fn session(&self, id_hash: &[u8; 32]) -> Result<Option<Session>>;
    /// When the set-up link with this SHA-256 hash of its token was made; `None` if there is none or it was replaced.
    async fn setup_link(&self, token_hash: &[u8; 32]) -> Result<Option<Timestamp>>;

    /// How many certificates an account has of each kind.
    async fn certificate_counts(&self, account_id: &str, moment: Moment) -> Result<ListCounts>;
    /// How many certificates of an account end within days and are used by nodes.
    async fn due(&self, account_id: &str, now: Timestamp) -> Result<Due>;
    /// How many certificates of an account are in this listing.
    async fn count_listed(&self, account_id: &str, listing: &Listing) -> Result<Found>;
    /// Certificates of this listing, `limit` of them at most, after `offset` others. `found` is what [`Store::count_listed`] says.
    async fn certificates_listed(
        &self,
        account_id: &str,
        listing: &Listing,
        found: &Found,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<Listed>>;
    /// One page of an account's certificates that match and are not deleted, in the order in which they were uploaded, then by id: `limit`
    /// of them at most, after `offset` others.
    async fn certificates_by_upload(
        &self,
        account_id: &str,
        filter: &UploadedFilter,
        offset: u64,
        limit: u32,
    ) -> Result<UploadedPage>;
    /// A certificate of this account that is not deleted, with its text.
    async fn whole_certificate(&self, account_id: &str, id: &str) -> Result<Option<Whole>>;
    /// Whether this account had a certificate with this id that was deleted since.
    async fn was_deleted(&self, account_id: &str, id: &str) -> Result<bool>;
    /// Which API nodes use a certificate, or are pinned to it with their mTLS off; in the order of their names.
    async fn users_of(&self, account_id: &str, id: &str) -> Result<Vec<CertificateUser>>;
    /// The contents of a certificate that is not deleted, newest first: those in use, and those that were replaced after this time.
    async fn earlier_contents(
        &self,
        account_id: &str,
        id: &str,
        replaced_after: Timestamp,
    ) -> Result<Vec<EarlierContents>>;
    /// How the certificates of all accounts stand at this time.
    async fn outlook(&self, now: Timestamp) -> Result<Outlook>;
    /// Certificates that were stored without what the REST API says of them: id, and DER of the leaf.
    async fn undescribed_certificates(&self, limit: u32) -> Result<Vec<(String, Vec<u8>)>>;
    /// Certificates that are not among what is searched: account, id, name, and DER of the leaf.
    async fn unsearchable_certificates(&self, limit: u32) -> Result<Vec<Unsearchable>>;
    /// A certificate of this account that is not deleted.
    async fn certificate(&self, account_id: &str, id: &str) -> Result<Option<Certificate>>;
    /// A certificate of this account, deleted or not, whose contents are not destroyed.
    async fn certificate_or_deleted(&self, account_id: &str, id: &str) -> Result<Option<Certificate>>;
    /// Certificates of this account that are issued to somebody, but for case, and not deleted; `limit` of them at most, those that end
    /// last.
    async fn certificates_issued_to(&self, account_id: &str, issued_to: &str, limit: u32) -> Result<Vec<Certificate>>;
    /// The certificate of this account with this fingerprint that is not deleted.
    async fn certificate_by_fingerprint(
        &self,
        account_id: &str,
        fingerprint_sha256: &str,
    ) -> Result<Option<Certificate>>;
    /// A certificate of this account with this public key that is not deleted; the first one that was uploaded.
    async fn certificate_by_public_key(&self, account_id: &str, public_key_sha256: &str)
    -> Result<Option<Certificate>>;
    /// A certificate of this account with this name, but for case, that is not deleted and not `except`; the first one that was
    /// uploaded.
    async fn certificate_by_name(
        &self,
        account_id: &str,
        name: &CertificateName,
        except: Option<&str>,
    ) -> Result<Option<Certificate>>;
    /// Certificates of an account that are valid at this time and CA certificates, or not; the last one to end first.
    async fn valid_certificates(
        &self,
        account_id: &str,
        ca: bool,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Certificate>>;
    /// The account's primary.
    async fn primary(&self, account_id: &str) -> Result<Option<Certificate>>;
    /// The newest contents of a certificate, deleted or not.
    async fn contents(&self, account_id: &str, id: &str) -> Result<Option<Contents>>;
    /// The sealed key of a certificate's contents.
    async fn sealed_key(
        &self,
        account_id: &str,
        certificate_id: &str,
        content_version: i64,
    ) -> Result<Option<SealedKey>>;

    /// The values by which a master key file is recognised, one for each version that was ever active.
    async fn master_key_checks(&self) -> Result<Vec<MasterKeyCheck>>;
    /// Whether a stored key is wrapped with this version of the master key.
    async fn needs_master_key(&self, version: i64) -> Result<bool>;
    /// One page of every key there is or should be, of deleted certificates and earlier contents too: all that come after this
    /// certificate and version of its contents, in their order.
    async fn stored_keys(&self, after: (&str, i64), limit: u32) -> Result<Vec<StoredKey>>;

    /// Audit entries of one chain, oldest first, after this sequence number.
    async fn audit_entries(&self, account_id: Option<&str>, after: i64, limit: u32) -> Result<Vec<AuditEntry>>;
    /// Audit entries of one chain that match, newest first: by time, then by number.
    async fn search_audit(&self, account_id: Option<&str>, filter: &AuditFilter, limit: u32)
    -> Result<Vec<AuditEntry>>;
    /// Where an entry stands in the list; none if there is no such entry.
    async fn audit_place(&self, account_id: Option<&str>, sequence: i64) -> Result<Option<AuditPlace>>;
    /// Who did something in an account.
    async fn audit_actors(&self, account_id: &str, limit: u32) -> Result<Vec<AuditActor>>;
    /// What was done in an account, in alphabetical order.
    async fn audit_actions(&self, account_id: &str, limit: u32) -> Result<Vec<String>>;
    /// The chains that there are, and those that there should be: one for each account, and `None` for what belongs to none, once there
    /// is an account or a check value of a master key.
    async fn audit_chains(&self) -> Result<Vec<Option<String>>>;
    /// Number and hash of a chain's last entry as the chain knows it; none if the chain was never begun.
    async fn audit_chain_end(&self, account_id: Option<&str>) -> Result<Option<(i64, [u8; 32])>>;
    /// The number of the last entry in the chain of each of these accounts that has one.
    async fn audit_chain_ends(&self, account_ids: &[&str]) -> Result<Vec<(String, i64)>>;
    /// Whether an account's entries after this one, up to the other, say that a certificate or an API node was changed.
    async fn has_changed(&self, account_id: &str, after: i64, up_to: i64) -> Result<bool>;

    /// An account's tokens that are not revoked, the newest first.
    async fn tokens(&self, account_id: &str) -> Result<Vec<Token>>;
    /// The token with this SHA-256 hash of its secret, revoked or not.
    async fn token_by_secret(&self, secret_hash: &[u8; 32]) -> Result<Option<Token>>;
    /// The token with this id, of any account, revoked or not.
    async fn token_by_id(&self, id: &str) -> Result<Option<Token>>;
}

/// A transaction; dropped without [`Transaction::commit`] it is rolled back.
///
/// After an error nothing but dropping it is left: every verb and the commit answer [`Error::Aborted`], with both databases.
/// Whoever locks something in an account waits for everybody else who has something locked there.
#[async_trait]
pub trait Transaction: TeamChanges + NodeChanges + Send {
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
    async fn insert_certificate(
        &mut self,
        certificate: &Certificate,
        contents: &Contents,
        key: Option<&SealedKey>,
    ) -> Result<()>;
    /// The certificate, read inside this transaction and locked until its end, if it is not deleted.
    async fn lock_certificate(&mut self, account_id: &str, id: &str) -> Result<Option<Certificate>>;
    /// The deleted certificate, read inside this transaction and locked until its end; none if its key is destroyed already.
    async fn lock_deleted_certificate(&mut self, account_id: &str, id: &str) -> Result<Option<Certificate>>;
    /// The account's primary, read inside this transaction and locked until its end.
    async fn lock_primary(&mut self, account_id: &str) -> Result<Option<Certificate>>;
    /// As [`Store::users_of`], seen inside this transaction.
    async fn users_of_certificate(&mut self, account_id: &str, id: &str) -> Result<Vec<CertificateUser>>;
    /// Writes name, primary, allowed hosts, deletion time, `changed_by`, `changed_at` and version of a certificate that was locked before. The
    /// partial unique index refuses a second primary with [`Error::Taken`] on `certificates_primary_key`, so take it from the
    /// other one first. Fails with [`Error::Stale`] unless the version is higher than the stored one.
    async fn update_certificate(&mut self, certificate: &Certificate) -> Result<()>;
    /// Stores other contents of a certificate that was locked before, and everything that its row says of them, besides what
    /// [`Transaction::update_certificate`] writes. The contents that were in use are kept as replaced at `changed_at` by `changed_by`.
    /// Fails with [`Error::Taken`] on `certificates_fingerprint_key`.
    async fn replace_contents(
        &mut self,
        certificate: &Certificate,
        contents: &Contents,
        key: Option<&SealedKey>,
    ) -> Result<()>;
    /// The same with earlier contents: those of the certificate's `content_version`, which were replaced.
    async fn bring_back_contents(&mut self, certificate: &Certificate) -> Result<()>;
    /// The highest version of a certificate's contents.
    async fn newest_contents(&mut self, id: &str) -> Result<i64>;
    /// Destroys contents (and their sealed keys) that were replaced before this time. Answers with which, by account, certificate and
    /// version.
    async fn destroy_contents_replaced_before(&mut self, before: Timestamp) -> Result<Vec<DestroyedContents>>;
    /// Destroys the sealed keys and the contents of a certificate that was locked before and is deleted; its row stays.
    async fn destroy_certificate(&mut self, id: &str) -> Result<()>;
    /// Fills in what the REST API says of a certificate that was stored without it.
    async fn describe_certificate(&mut self, id: &str, api_issuer: &str, signature: &str) -> Result<()>;
    /// Puts a certificate that was stored by an earlier Signet among what is searched.
    async fn make_searchable(&mut self, certificate: &Unsearchable) -> Result<()>;
    /// How many CA certificates an account has that are not deleted, seen inside this transaction.
    async fn count_authorities(&mut self, account_id: &str) -> Result<u64>;
    /// Pins every API node that is pinned to a certificate, and uses it, to another one, or lets it follow the primary; the same with a CA
    /// certificate that its server is trusted by. Who follows the primary goes on doing so.
    async fn move_users(&mut self, account_id: &str, from: &str, to: Option<&str>, by: (&str, Timestamp))
    -> Result<()>;
    /// Lets those who have pinned a certificate and do not use it follow the primary. Answers with their names, in order.
    async fn release_inactive_users(
        &mut self,
        account_id: &str,
        id: &str,
        by: (&str, Timestamp),
    ) -> Result<Vec<String>>;
    /// Destroys the sealed keys (and the contents) of certificates that were deleted before this time; the rows and their audit
    /// entries stay. Answers with account and id of each.
    async fn destroy_deleted_before(&mut self, before: Timestamp) -> Result<Vec<(String, String)>>;

    /// Adds a check value. Fails with [`Error::Taken`] if this master key version has one.
    async fn insert_master_key_check(&mut self, check: &MasterKeyCheck) -> Result<()>;
    /// The check value of the active version of the master key, which stays the active one until the end of the transaction.
    async fn hold_master_key(&mut self) -> Result<Option<MasterKeyCheck>>;
    /// The check value of the active version of the master key; nobody else seals or rotates until the end of the transaction.
    async fn lock_master_key(&mut self) -> Result<Option<MasterKeyCheck>>;
    /// Sealed keys that an older version of the master key wraps, locked until the end of the transaction: those that come after
    /// this certificate and version of its contents, in their order.
    async fn lock_keys_older_than(
        &mut self,
        master_key_version: i64,
        after: (&str, i64),
        limit: u32,
    ) -> Result<Vec<StoredKey>>;
    /// Writes the wrapped data key of a sealed key that was locked before. Fails with [`Error::Stale`] unless its version of the
    /// master key is higher than the stored one.
    async fn rewrap_key(&mut self, certificate_id: &str, content_version: i64, key: &SealedKey) -> Result<()>;

    /// Adds a token.
    async fn insert_token(&mut self, token: &Token) -> Result<()>;
    /// How many tokens an account has that are not revoked.
    async fn count_tokens(&mut self, account_id: &str) -> Result<u64>;
    /// The token, revoked or not, read inside this transaction and locked until its end.
    async fn lock_token(&mut self, account_id: &str, id: &str) -> Result<Option<Token>>;
    /// Revokes a token that was locked before. Fails with [`Error::Stale`] if it is revoked already.
    async fn revoke_token(&mut self, id: &str, at: Timestamp) -> Result<()>;
    /// Notes that a token was used.
    async fn touch_token(&mut self, id: &str, at: Timestamp) -> Result<()>;

    /// The last entry of one audit chain, locked until the end of the transaction: sequence number and hash; 0 and zeros for a new
    /// chain.
    async fn lock_audit_chain(&mut self, account_id: Option<&str>) -> Result<(i64, [u8; 32])>;
    /// Appends an entry to the chain that was locked before. Fails with [`Error::Stale`] if it is not the next one.
    async fn append_audit(&mut self, entry: &AuditEntry) -> Result<()>;
}
