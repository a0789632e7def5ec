//! The store: what Signet remembers, behind one interface for SQLite and PostgreSQL.
//!
//! A verb here is one statement or a few, decides nothing and knows no HTTP: whoever calls it has authorised and parsed before.
//! Reads go through [`Store`]; everything that changes something goes through a [`Transaction`], so that a change and its audit
//! entry are one.

mod changes;
mod database;
mod error;
mod migrations;
mod postgres;
mod query;
mod reads;
mod records;
mod rows;
mod sqlite;

use std::path::Path;
use std::sync::Arc;

use app::certificate::CertificateName;
use app::service::Permission;
use app::timestamp::Timestamp;
use async_trait::async_trait;

pub use error::{Error, Failure, Result};
pub use postgres::PostgresStore;
pub use records::{
    Account, AuditEntry, Certificate, Contents, Counts, MasterKeyCheck, Membership, NewSession, SealedKey, Session,
    User,
};
pub use sqlite::SqliteStore;

/// Opens the database at an address and brings its tables up to date.
///
/// `sqlite:PATH` is a file, created with mode 0600 if it is not there (its folder has to be), and `PATH` is taken as it stands:
/// no percent encoding, no parameters. `postgres://…` is a PostgreSQL server, 14 or later, with libpq's parameters (`sslmode`,
/// `sslrootcert`, …).
///
/// # Errors
/// [`Error::Address`] for anything else; [`Error::File`]; [`Error::Database`] if it cannot be reached; [`Error::Migration`].
pub async fn connect(url: &str) -> Result<Arc<dyn Store>> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        Ok(Arc::new(SqliteStore::open(Path::new(path.strip_prefix("//").unwrap_or(path))).await?))
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        Ok(Arc::new(PostgresStore::connect(url).await?))
    } else {
        Err(Error::Address { problem: "it begins neither with `sqlite:` nor with `postgres:`" })
    }
}

/// A database.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Whether the database answers.
    async fn ready(&self) -> Result<()>;
    /// Waits for what is running, then closes every connection; SQLite's log is written back into its file.
    async fn close(&self);

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
    async fn certificates(
        &self,
        account_id: &str,
        deleted_after: Option<Timestamp>,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<Certificate>>;
    /// How many certificates an account has, and how many were deleted after this time.
    async fn certificate_counts(&self, account_id: &str, deleted_after: Timestamp) -> Result<Counts>;
    /// A certificate of this account that is not deleted.
    async fn certificate(&self, account_id: &str, id: &str) -> Result<Option<Certificate>>;
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

    /// Audit entries of one chain, oldest first, after this sequence number.
    async fn audit_entries(&self, account_id: Option<&str>, after: i64, limit: u32) -> Result<Vec<AuditEntry>>;
}

/// A transaction; dropped without [`Transaction::commit`] it is rolled back.
///
/// After an error nothing but dropping it is left: every verb and the commit answer [`Error::Aborted`], with both databases.
/// Whoever locks something in an account waits for everybody else who has something locked there.
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
    /// The names of the API nodes that use a certificate, in order; not of those whose mTLS is off.
    async fn users_of_certificate(&mut self, account_id: &str, id: &str) -> Result<Vec<String>>;
    /// Writes name, primary, deletion time, `changed_by`, `changed_at` and version of a certificate that was locked before. The
    /// partial unique index refuses a second primary with [`Error::Taken`] on `certificates_primary_key`, so take it from the
    /// other one first. Fails with [`Error::Stale`] unless the version is higher than the stored one.
    async fn update_certificate(&mut self, certificate: &Certificate) -> Result<()>;
    /// Destroys the sealed keys (and the contents) of certificates that were deleted before this time; the rows and their audit
    /// entries stay. Answers with account and id of each.
    async fn destroy_deleted_before(&mut self, before: Timestamp) -> Result<Vec<(String, String)>>;

    /// Adds a check value. Fails with [`Error::Taken`] if this master key version has one.
    async fn insert_master_key_check(&mut self, check: &MasterKeyCheck) -> Result<()>;

    /// The last entry of one audit chain, locked until the end of the transaction: sequence number and hash; 0 and zeros for a new
    /// chain.
    async fn lock_audit_chain(&mut self, account_id: Option<&str>) -> Result<(i64, [u8; 32])>;
    /// Appends an entry to the chain that was locked before. Fails with [`Error::Stale`] if it is not the next one.
    async fn append_audit(&mut self, entry: &AuditEntry) -> Result<()>;
}
