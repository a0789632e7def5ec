//! Going over to another company.

use app::service::Error;

use crate::services::Door;
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::Result;

/// Moves the caller's session to another company of the caller's. **Permissions:** a session.
pub(super) async fn switch_company(door: &Door, account_id: &str) -> Result<()> {
    let person = door.person()?;
    let services = &*door.services;
    let memberships = services.store.memberships(&person.user_id).await?;
    let wanted = memberships.iter().find(|membership| membership.account_id == account_id).ok_or(Error::NotFound)?;
    if wanted.account_id == person.account_id {
        return Ok(());
    }
    let now = services.clock.now();
    let mut transaction = services.store.begin().await?;
    // Asked again under the lock: nobody who is being removed slips in.
    let team = transaction.lock_team(account_id).await?.ok_or(Error::NotFound)?;
    if !team.members.iter().any(|member| member.user_id == person.user_id) {
        return Err(Error::NotFound.into());
    }
    if !transaction.move_session(&person.session, account_id).await? {
        return Err(Error::SignedOut.into());
    }
    transaction.note_sign_in(&person.user_id, account_id, now).await?;
    let detail = format!("from “{}”", person.account_name);
    let event = Event {
        action: "session.switch",
        object_id: Some(&person.user_id),
        object_name: &person.name,
        outcome: Outcome::Done,
        detail: &detail,
    };
    audit::record(&mut *transaction, Some(account_id), &door.actor(), now, event).await?;
    transaction.commit().await?;
    Ok(())
}
