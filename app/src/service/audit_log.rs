//! The audit log: what pages ask of it.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::Answer;
use crate::timestamp::Timestamp;

/// The audit log of the caller's company. **Permissions:** `settings:company_settings`, or a token with `audit_log:read`.
///
/// Each can answer [`super::Error::SignedOut`], [`super::Error::Forbidden`] and [`super::Error::MissingScope`].
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// The newest entries that match; older ones by [`AuditQuery::before`].
    ///
    /// # Errors
    /// [`super::Error::Fields`] for `from` and `to`.
    async fn list_entries(&self, query: AuditQuery) -> Answer<AuditPage>;

    /// By which persons and actions the log can be filtered: those that are in it.
    async fn audit_choices(&self) -> Answer<AuditChoices>;

    /// Whether nothing in the company's chain was changed, removed or moved. A look is good for ten minutes: whoever asks again in
    /// that time gets the same answer.
    async fn check_chain(&self) -> Answer<ChainCheck>;
}

/// Which entries are asked for. What is empty does not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditQuery {
    /// Who: a person's or token's id, `command_line` or `nobody`.
    pub person: String,
    /// What: `certificate.upload`, `session.sign_in`, …
    pub action: String,
    /// On what: the id of a certificate, person or token, else a part of a name that it has or had, but for the case of
    /// ASCII letters: every entry about it is found, whatever it was called then.
    pub object: String,
    /// The first day, `2026-11-21`, in UTC, or the first moment, `2026-11-21T10:42:00Z`.
    pub from: String,
    /// The last day, or the moment before which, as above.
    pub to: String,
    /// Only what stands after this entry in the list: the number of the last one of the page before.
    pub before: Option<i64>,
    /// Entries in a page, at most; 0 for as many as the page shows.
    pub limit: u32,
}

impl AuditQuery {
    /// Whether anything filters.
    pub fn is_filtered(&self) -> bool {
        [&self.person, &self.action, &self.object, &self.from, &self.to].into_iter().any(|filter| !filter.is_empty())
    }
}

/// One page of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The newest first.
    pub rows: Vec<AuditRow>,
    /// What to send as `before` for the next page; `None` on the last one.
    pub next: Option<i64>,
}

/// An entry as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Its number in the company's chain, from 1.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// `person`, `token`, `command_line` or `nobody`.
    pub actor_kind: String,
    /// The person's or token's id.
    pub actor_id: Option<String>,
    /// The name at that time; empty for strangers.
    pub actor_name: String,
    /// From where.
    pub address: Option<String>,
    /// `certificate.upload`, `session.sign_in`, …
    pub action: String,
    /// Id of the certificate, person or token that was acted on, if any.
    pub object_id: Option<String>,
    /// Its name at that time.
    pub object_name: String,
    /// Whether it was refused.
    pub refused: bool,
    /// What else matters, one line.
    pub detail: String,
    /// SHA-256 over the entry and the one before it, 64 lower-case hex digits.
    pub hash: String,
}

/// What a look at a company's chain has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainCheck {
    /// When it was looked at.
    pub checked_at: Timestamp,
    /// How many entries it had, if it was whole.
    pub entries: i64,
    /// The first entry that was changed or removed, or before which one was removed or moved.
    pub broken_at: Option<i64>,
}

/// By what the log can be filtered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditChoices {
    /// Persons, tokens, and those without an id.
    pub people: Vec<AuditPerson>,
    /// Actions, in alphabetical order.
    pub actions: Vec<String>,
}

/// Somebody who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPerson {
    /// What [`AuditQuery::person`] takes.
    pub key: String,
    /// `person`, `token`, `command_line` or `nobody`.
    pub kind: String,
    /// The name in the newest entry.
    pub name: String,
}
