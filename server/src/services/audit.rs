//! The audit log: who did what, written in the transaction of the change and chained by hash.

use app::timestamp::Timestamp;
use sha2::{Digest, Sha256};

use super::{Caller, Door, Person, Who};
use crate::store::{self, AuditEntry, Transaction};

mod begin;
mod verify;

pub use begin::begin;
pub use verify::{Broken, Whole, verify, verify_all};

/// The first entry of an account's chain; it stands in the one for what belongs to none as well, so that an account which is gone with
/// its chain is missed.
pub(super) const ACCOUNT_CREATE: &str = "account.create";

/// What an entry says, besides who, when and from where.
pub(super) struct Event<'a> {
    /// `certificate.upload`, `session.sign_in`, …
    pub(super) action: &'a str,
    /// Id of the certificate or person that was acted on, if any.
    pub(super) object_id: Option<&'a str>,
    /// Its name at that time.
    pub(super) object_name: &'a str,
    /// Done or refused.
    pub(super) outcome: Outcome,
    /// What else matters, one line; never a secret.
    pub(super) detail: &'a str,
}

/// How it ended.
#[derive(Clone, Copy)]
pub(super) enum Outcome {
    Done,
    Refused,
}

/// Who did it, and from where.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Actor {
    kind: &'static str,
    id: Option<String>,
    name: String,
    address: Option<String>,
}

impl Actor {
    /// Whoever asks through a door.
    pub(super) fn caller(caller: &Caller) -> Self {
        let address = caller.address.map(|address| address.to_string());
        match &caller.who {
            Who::Nobody => Self::stranger(address),
            Who::Person(Person { user_id, name, .. }) => Self { address, ..Self::person(user_id, name, None) },
            Who::Token(token) => Self { address, ..Self::token(&token.id, &token.name) },
            Who::CommandLine { .. } => Self { address, ..Self::command_line() },
        }
    }

    /// A person who was nobody until this moment.
    pub(super) fn person(id: &str, name: &str, caller: Option<&Caller>) -> Self {
        let address = caller.and_then(|caller| caller.address).map(|address| address.to_string());
        Self { kind: "person", id: Some(id.to_owned()), name: name.to_owned(), address }
    }

    /// A program with an API token.
    pub(super) fn token(id: &str, name: &str) -> Self {
        Self { kind: "token", id: Some(id.to_owned()), name: name.to_owned(), address: None }
    }

    /// Somebody of whom nothing is known but the address.
    pub(super) fn stranger(address: Option<String>) -> Self {
        Self { kind: "nobody", id: None, name: String::new(), address }
    }

    /// So many that their addresses were not kept apart.
    pub(super) fn many() -> Self {
        Self::stranger(Some("many addresses".to_owned()))
    }

    /// Whoever runs `signet` on the server's machine.
    pub(super) fn command_line() -> Self {
        Self { kind: "command_line", id: None, name: "signet".to_owned(), address: None }
    }

    /// Signet itself, when it is time.
    pub(super) fn signet() -> Self {
        Self { kind: "nobody", id: None, name: "Signet".to_owned(), address: None }
    }

    /// The same, calling from this address.
    pub(super) fn at(self, address: Option<std::net::IpAddr>) -> Self {
        Self { address: address.map(|address| address.to_string()), ..self }
    }

    /// Whether it is somebody that Signet knows.
    pub(super) fn is_known(&self) -> bool {
        self.id.is_some()
    }

    /// The name, as a changed object keeps it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl Door {
    /// Who is asking, for the audit log.
    pub(super) fn actor(&self) -> Actor {
        Actor::caller(&self.caller)
    }
}

/// Appends an entry to a chain: an account's, or the one for what belongs to none. The last step before the commit, since it
/// makes everybody else who writes to this chain wait.
pub(super) async fn record(
    transaction: &mut dyn Transaction,
    account_id: Option<&str>,
    actor: &Actor,
    at: Timestamp,
    event: Event<'_>,
) -> store::Result<()> {
    let (sequence, previous_hash) = transaction.lock_audit_chain(account_id).await?;
    let mut entry = AuditEntry {
        account_id: account_id.map(str::to_owned),
        sequence: sequence.saturating_add(1),
        at,
        actor_kind: actor.kind.to_owned(),
        actor_id: actor.id.clone(),
        actor_name: actor.name.clone(),
        address: actor.address.clone(),
        action: event.action.to_owned(),
        object_id: event.object_id.map(str::to_owned),
        object_name: event.object_name.to_owned(),
        result: match event.outcome {
            Outcome::Done => "done",
            Outcome::Refused => "refused",
        }
        .to_owned(),
        detail: event.detail.to_owned(),
        previous_hash,
        hash: [0; 32],
    };
    entry.hash = hash(&entry);
    transaction.append_audit(&entry).await
}

/// SHA-256 over all fields but the hash, each with its length in front, so that no two entries are the same bytes.
fn hash(entry: &AuditEntry) -> [u8; 32] {
    let AuditEntry {
        account_id,
        sequence,
        at,
        actor_kind,
        actor_id,
        actor_name,
        address,
        action,
        object_id,
        object_name,
        result,
        detail,
        previous_hash,
        hash: _,
    } = entry;
    let mut hasher = Hasher(Sha256::new());
    hasher.text("signet audit entry 1");
    hasher.optional(account_id.as_deref());
    hasher.bytes(&sequence.to_be_bytes());
    hasher.bytes(&at.microseconds().to_be_bytes());
    hasher.text(actor_kind);
    hasher.optional(actor_id.as_deref());
    hasher.text(actor_name);
    hasher.optional(address.as_deref());
    hasher.text(action);
    hasher.optional(object_id.as_deref());
    hasher.text(object_name);
    hasher.text(result);
    hasher.text(detail);
    hasher.bytes(previous_hash);
    hasher.0.finalize().into()
}

struct Hasher(Sha256);

impl Hasher {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Nothing and an empty text are not the same.
    fn optional(&mut self, text: Option<&str>) {
        self.0.update([u8::from(text.is_some())]);
        self.text(text.unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_in_the_hash() {
        let entry = AuditEntry {
            account_id: Some("account".to_owned()),
            sequence: 7,
            at: Timestamp::from_seconds(1_800_000_000),
            actor_kind: "person".to_owned(),
            actor_id: Some("id".to_owned()),
            actor_name: "Ana Ruiz".to_owned(),
            address: None,
            action: "certificate.rename".to_owned(),
            object_id: Some("object".to_owned()),
            object_name: "Bank prod".to_owned(),
            result: "done".to_owned(),
            detail: "was “Bank live”".to_owned(),
            previous_hash: [1; 32],
            hash: [0; 32],
        };
        let fields: [fn(&mut AuditEntry); 15] = [
            |entry| entry.account_id = None,
            |entry| entry.account_id = Some("other".to_owned()),
            |entry| entry.sequence = 8,
            |entry| entry.at = Timestamp::from_microseconds(entry.at.microseconds() + 1),
            |entry| entry.actor_kind = "token".to_owned(),
            |entry| entry.actor_id = None,
            |entry| entry.actor_name.push('x'),
            |entry| entry.address = Some(String::new()),
            |entry| entry.action.push('x'),
            |entry| entry.object_id = Some(String::new()),
            |entry| entry.object_name.push('x'),
            |entry| entry.result = "refused".to_owned(),
            |entry| entry.detail.clear(),
            |entry| entry.previous_hash = [2; 32],
            // The same letters, divided in another way.
            |entry| (entry.object_name, entry.result) = ("Bank prodd".to_owned(), "one".to_owned()),
        ];
        for (number, change) in fields.into_iter().enumerate() {
            let mut changed = entry.clone();
            change(&mut changed);
            assert_ne!(hash(&changed), hash(&entry), "change {number}");
        }
        assert_eq!(hash(&AuditEntry { hash: [9; 32], ..entry.clone() }), hash(&entry));
    }
}
