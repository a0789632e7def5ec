//! Signing somebody else out.

use app::service::Error;

use super::{PERMISSION, lock};
use crate::services::Door;
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::Result;

/// Ends all sessions of a member, also those in other companies: from there, whoever holds one could come back.
/// **Permissions:** `settings:company_settings`.
pub(super) async fn end_sessions(door: &Door, id: &str) -> Result<u64> {
    let account_id = door.authorise(PERMISSION, "session.end", Some(id)).await?;
    let mut transaction = door.services.store.begin().await?;
    let team = lock::lock(door, &mut *transaction, account_id).await?;
    let member = team.members.iter().find(|member| member.user_id == id).ok_or(Error::NotFound)?;
    let ended = transaction.delete_sessions_of(id).await?;
    let detail = format!("sessions ended: {ended}");
    let event = Event {
        action: "session.end",
        object_id: Some(id),
        object_name: &member.name,
        outcome: Outcome::Done,
        detail: &detail,
    };
    audit::record(&mut *transaction, Some(account_id), &door.actor(), door.services.clock.now(), event).await?;
    transaction.commit().await?;
    Ok(ended)
}
