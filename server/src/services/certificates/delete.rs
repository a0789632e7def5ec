//! Taking a certificate out of every list and use.

use app::certificate::Status;
use app::service::{Error, FieldProblem, PRIMARY, Removal};
use app::timestamp::Timestamp;

use super::change::take_primary;
use super::{WRITE, lock};
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::{Failure, Result};
use crate::services::{Door, RESTORABLE, Removed, Seen};
use crate::store::{Certificate, Transaction, Whole};

/// Deletes a certificate that nothing uses, or whose users are moved to another one in the same step. It can be restored for 30 days,
/// unless its key is to be destroyed at once. **Permissions:** `settings:company_settings`.
pub(super) async fn delete(door: &Door, id: &str, seen: &Seen, removal: Removal) -> Result<Removed> {
    let account_id = door.authorise(WRITE, "certificate.delete", Some(id)).await?;

    let now = door.services.clock.now();
    let actor = door.actor();
    let mut transaction = door.services.store.begin().await?;
    if removal.destroy
        && let Some(deleted) = transaction.lock_deleted_certificate(account_id, lock::parse_id(id)?).await?
    {
        return destroy_deleted(door, transaction, deleted, seen).await;
    }
    let mut certificate = lock::lock(&mut *transaction, account_id, id, seen).await?;
    let contents = door.services.store.contents(account_id, id).await?.ok_or(Error::NotFound)?;
    let users = transaction.users_of_certificate(account_id, id).await?;
    let is_followed = users.iter().any(|user| user.follows_primary);
    let nodes: Vec<String> = users.into_iter().filter(|user| user.is_active).map(|user| user.name).collect();
    let was_primary = certificate.primary;
    let mut details: Vec<String> = Vec::new();
    if was_primary {
        details.push("was the primary".to_owned());
    }
    let target = match &removal.move_to {
        Some(other) => Some(lock_target(&mut *transaction, &certificate, other, now).await?),
        None if nodes.is_empty() => None,
        None => return Err(Failure::Answer(Error::InUse { nodes })),
    };
    certificate.deleted_on = Some(now);
    certificate.primary = false;
    lock::touch(&mut certificate, &actor, now);
    transaction.update_certificate(&certificate).await?;
    match target.filter(|_| !nodes.is_empty()) {
        Some(Target::Pinned(mut other)) => {
            transaction.move_users(account_id, id, Some(&other.id), (actor.name(), now)).await?;
            details.push(format!("{} moved to “{}”", nodes.join(", "), other.name));
            if is_followed {
                take_primary(&mut *transaction, &other, &actor, now).await?;
                other.primary = true;
                lock::touch(&mut other, &actor, now);
                transaction.update_certificate(&other).await?;
                details.push("which is the primary now".to_owned());
            }
        }
        Some(Target::Primary(primary)) => {
            transaction.move_users(account_id, id, None, (actor.name(), now)).await?;
            details.push(format!("{} moved to the primary, “{}”", nodes.join(", "), primary.name));
        }
        None => {}
    }
    let released = transaction.release_inactive_users(account_id, id, (actor.name(), now)).await?;
    if removal.destroy {
        transaction.destroy_certificate(id).await?;
        details.push("its key was destroyed".to_owned());
    } else {
        details.push(format!("can be restored until {}", now.plus_seconds(RESTORABLE).date()));
    }
    let event = Event {
        action: "certificate.delete",
        object_id: Some(id),
        object_name: &certificate.name,
        outcome: Outcome::Done,
        detail: &details.join("; "),
    };
    audit::record(&mut *transaction, Some(account_id), &actor, now, event).await?;
    transaction.commit().await?;
    Ok(Removed { whole: Whole { certificate, text: contents.text, used_by: 0 }, moved: nodes.len(), released })
}

/// Destroys the key of a certificate that was deleted before, so that it cannot be restored any more.
async fn destroy_deleted(
    door: &Door,
    mut transaction: Box<dyn Transaction>,
    mut certificate: Certificate,
    seen: &Seen,
) -> Result<Removed> {
    if !seen.includes(certificate.version) {
        return Err(lock::stale(&certificate.changed_by, certificate.changed_at));
    }
    let Certificate { account_id, id, .. } = certificate.clone();
    let actor = door.actor();
    let now = door.services.clock.now();
    let contents = door.services.store.contents(&account_id, &id).await?.ok_or(Error::NotFound)?;
    lock::touch(&mut certificate, &actor, now);
    transaction.update_certificate(&certificate).await?;
    transaction.destroy_certificate(&id).await?;
    let event = Event {
        action: "certificate.destroy",
        object_id: Some(&id),
        object_name: &certificate.name,
        outcome: Outcome::Done,
        detail: "it was deleted before",
    };
    audit::record(&mut *transaction, Some(&account_id), &actor, now, event).await?;
    transaction.commit().await?;
    Ok(Removed { whole: Whole { certificate, text: contents.text, used_by: 0 }, moved: 0, released: Vec::new() })
}

/// What the users of a deleted certificate use instead.
enum Target {
    /// They are pinned to this one.
    Pinned(Certificate),
    /// They follow the primary, which is this one.
    Primary(Certificate),
}

/// What is to be used instead.
async fn lock_target(
    transaction: &mut dyn Transaction,
    deleted: &Certificate,
    other: &str,
    now: Timestamp,
) -> Result<Target> {
    let refuse = |message: &str| {
        let problem = FieldProblem { field: "move_to".to_owned(), message: message.to_owned() };
        Failure::Answer(Error::Fields { problems: vec![problem] })
    };
    let follow = other == PRIMARY;
    if other == deleted.id || follow && deleted.primary {
        return Err(refuse("A certificate's users cannot be moved to itself: give the id of another certificate."));
    }
    let found = match lock::parse_id(other) {
        _ if follow => transaction.lock_primary(&deleted.account_id).await?,
        Ok(other) => transaction.lock_certificate(&deleted.account_id, other).await?,
        Err(_no_id) => None,
    };
    let Some(other) = found else {
        if follow {
            return Err(refuse("There is no primary: give the id of a certificate."));
        }
        return Err(refuse("There is no certificate with this id: take one from the list."));
    };
    match (deleted.ca, other.ca) {
        (false, true) => return Err(refuse("That is a CA certificate: give the id of a client certificate.")),
        (true, false) => return Err(refuse("That is a client certificate: give the id of a CA certificate.")),
        _ => {}
    }
    match Status::at(now, other.not_before, other.not_after) {
        Status::Expired => Err(refuse("That certificate has expired: give the id of one that is valid.")),
        Status::NotYetValid => Err(refuse("That certificate is not valid yet: give the id of one that is.")),
        Status::Urgent | Status::Expiring | Status::Valid if follow => Ok(Target::Primary(other)),
        Status::Urgent | Status::Expiring | Status::Valid => Ok(Target::Pinned(other)),
    }
}
