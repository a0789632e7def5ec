//! Taking somebody out of the company.

use super::{PERMISSION, lock};
use crate::services::Door;
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::Result;

/// Takes a member out of the company, and ends the sessions there. **Permissions:** `settings:company_settings`.
pub(super) async fn remove_member(door: &Door, id: &str, version: i64) -> Result<()> {
    let account_id = door.authorise(PERMISSION, "user.remove", Some(id)).await?;
    let (now, actor) = (door.services.clock.now(), door.actor());
    let mut transaction = door.services.store.begin().await?;
    let team = lock::lock(door, &mut *transaction, account_id).await?;
    let member = lock::member(&team, id, version)?;
    lock::keep_an_administrator(&team, &member)?;
    transaction.delete_membership(id, account_id).await?;
    let event = Event {
        action: "user.remove",
        object_id: Some(id),
        object_name: &member.name,
        outcome: Outcome::Done,
        detail: &member.email,
    };
    audit::record(&mut *transaction, Some(account_id), &actor, now, event).await?;
    transaction.commit().await?;
    Ok(())
}
