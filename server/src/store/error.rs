//! What can go wrong in the store, in words that hold no stored or bound value.

use std::io;
use std::path::PathBuf;

use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgDatabaseError;

/// What a store answers.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the store did not do it. Neither `Display` nor `Debug` shows a value that was stored or is to be stored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A unique constraint of the migrations refused the row; its name says which. The caller turns it into the user's words.
    #[error("taken: {constraint}")]
    Taken {
        /// Name of the constraint or unique index.
        constraint: &'static str,
    },
    /// A text with a NUL character, which PostgreSQL has no place for; SQLite takes it, and finds nothing that has one.
    #[error("a text with a NUL character")]
    Nul,
    /// The row to be changed is not as the caller believes it to be: it was not locked before, or its version was not raised.
    #[error("not as it was read: {table}")]
    Stale {
        /// The table.
        table: &'static str,
    },
    /// An earlier error has ended this transaction: drop it.
    #[error("the transaction failed before")]
    Aborted,
    /// A stored value is not what was written there: the database was changed by hand, or is of a newer Signet.
    #[error("unreadable value in {column}")]
    Unreadable {
        /// Table and column.
        column: &'static str,
    },
    /// The database's address is not understood, or leads to one that does not do: mend the configuration.
    #[error("the database address does not do: {problem}")]
    Address {
        /// What is wrong with it; never the address, which can hold a password.
        problem: &'static str,
    },
    /// The database file cannot be created or read: see to its folder and its rights.
    #[error("database file {}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// A file is not a database that could be used: take another copy.
    #[error("{problem}")]
    Copy {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The database failed or cannot be reached.
    #[error("database: {0}")]
    Database(Failure),
    /// A migration failed, or the database is of a newer Signet.
    #[error("migration: {0}")]
    Migration(Failure),
}

/// What a database said, without any value: messages that could quote one are reduced to their code and to names of the schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(String);

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(refusal) = &error
            && let Some(constraint) = taken(refusal.as_ref())
        {
            return Self::Taken { constraint };
        }
        if error.as_database_error().is_some_and(|refusal| refusal.code().as_deref() == Some(NO_CHARACTER)) {
            return Self::Nul;
        }
        Self::Database(failure(&error))
    }
}

impl From<MigrateError> for Error {
    fn from(error: MigrateError) -> Self {
        Self::Migration(match &error {
            MigrateError::Execute(cause) => failure(cause),
            MigrateError::ExecuteMigration(cause, version) => Failure(format!("number {version}: {}", failure(cause))),
            MigrateError::VersionMissing(version) => {
                Failure(format!("number {version} is of a newer Signet than this one"))
            }
            other => Failure(other.to_string()),
        })
    }
}

/// `character_not_in_repertoire`: of the characters of UTF-8, that is NUL alone. SQLite has no such code.
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
const NO_CHARACTER: &str = "22021";

/// The name of the unique constraint that refused a row.
fn taken(refusal: &dyn DatabaseError) -> Option<&'static str> {
    if refusal.kind() != ErrorKind::UniqueViolation {
        return None;
    }
    // PostgreSQL names the constraint; SQLite names the columns of its index: "UNIQUE constraint failed: users.email".
    let (name, columns) = match refusal.constraint() {
        Some(name) => (name, ""),
        None => ("", refusal.message().rsplit_once(": ")?.1),
    };
    UNIQUE.iter().find(|unique| unique.0 == name || unique.1 == columns).map(|unique| unique.0)
}

/// Every unique constraint and unique index of the migrations, with its columns as SQLite words them.
pub(super) const UNIQUE: &[(&str, &str)] = &[
    ("accounts_pkey", "accounts.id"),
    ("users_pkey", "users.id"),
    ("users_email_key", "users.email"),
    ("memberships_pkey", "memberships.user_id, memberships.account_id"),
    ("permissions_pkey", "permissions.user_id, permissions.account_id, permissions.permission"),
    ("sessions_pkey", "sessions.id_hash"),
    ("setup_links_pkey", "setup_links.id"),
    ("certificates_pkey", "certificates.id"),
    ("certificates_account_id_key", "certificates.account_id, certificates.id"),
    ("certificates_primary_key", "certificates.account_id"),
    ("certificates_fingerprint_key", "certificates.account_id, certificates.fingerprint_sha256"),
    ("certificate_versions_pkey", "certificate_versions.certificate_id, certificate_versions.content_version"),
    (
        "certificate_chains_pkey",
        "certificate_chains.certificate_id, certificate_chains.content_version, certificate_chains.position",
    ),
    ("certificate_search_pkey", "certificate_search.number"),
    ("certificate_search_certificate_key", "certificate_search.certificate_id"),
    ("certificate_totals_pkey", "certificate_totals.account_id, certificate_totals.ca"),
    ("sealed_keys_pkey", "sealed_keys.certificate_id, sealed_keys.content_version"),
    ("api_nodes_pkey", "api_nodes.id"),
    ("api_node_headers_pkey", "api_node_headers.node_id, api_node_headers.position"),
    ("sealed_headers_pkey", "sealed_headers.node_id, sealed_headers.position"),
    ("api_node_uses_pkey", "api_node_uses.node_id"),
    ("certificate_uses_pkey", "certificate_uses.certificate_id"),
    ("master_key_checks_pkey", "master_key_checks.version"),
    ("invitations_pkey", "invitations.id"),
    ("invitations_email_key", "invitations.account_id, invitations.email"),
    ("invitations_token_hash_key", "invitations.token_hash"),
    ("audit_chains_pkey", "audit_chains.chain"),
    ("audit_entries_pkey", "audit_entries.chain, audit_entries.sequence"),
    ("tokens_pkey", "tokens.id"),
    ("tokens_secret_hash_key", "tokens.secret_hash"),
    ("token_scopes_pkey", "token_scopes.token_id, token_scopes.scope"),
];

fn failure(error: &sqlx::Error) -> Failure {
    Failure(match error {
        sqlx::Error::Database(refusal) => refusal_in_words(refusal.as_ref()),
        sqlx::Error::Io(cause) => cause.to_string(),
        sqlx::Error::Tls(cause) => format!("TLS: {cause}"),
        sqlx::Error::Configuration(_) => "the address is not understood".to_owned(),
        sqlx::Error::PoolTimedOut => "no connection became free in time".to_owned(),
        sqlx::Error::PoolClosed => "closed".to_owned(),
        sqlx::Error::WorkerCrashed => "the database's thread has crashed".to_owned(),
        sqlx::Error::RowNotFound => "no row".to_owned(),
        // What is left quotes what was sent or answered.
        _ => "an answer or a value that the driver does not understand".to_owned(),
    })
}

fn refusal_in_words(refusal: &dyn DatabaseError) -> String {
    let code = refusal.code().unwrap_or_default();
    let name = match refusal.try_downcast_ref::<PgDatabaseError>() {
        Some(refusal) if PLAIN_CLASSES.iter().any(|class| code.starts_with(class)) => refusal.message(),
        Some(refusal) => {
            refusal.constraint().or(refusal.table()).unwrap_or("no further words, they could quote a value")
        }
        // Code 1 is a statement's own failure (a search pattern, a number out of range, …), and can quote what was bound. All
        // others come with fixed texts and names of the schema.
        None if code == "1" => "no further words, they could quote a value",
        None => refusal.message(),
    };
    format!("code {code}: {name}")
}

/// Classes of SQLSTATE whose messages quote names, addresses and limits, but never a value of a row or a parameter: connection,
/// transaction state, authorisation, catalogue, deadlock, schema and rights, resources, limits, operator, system.
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
const PLAIN_CLASSES: &[&str] = &["08", "25", "28", "3D", "3F", "40", "42", "53", "54", "55", "57", "58"];
