//! Taking an invitation back.

use app::service::Error;
use app::timestamp::Timestamp;

use super::{PERMISSION, lock};
use crate::services::Door;
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::Result;

/// Makes an invitation's link worth nothing. **Permissions:** `settings:company_settings`.
pub(super) async fn revoke_invitation(door: &Door, id: &str) -> Result<()> {
    let account_id = door.authorise(PERMISSION, "invitation.revoke", Some(id)).await?;
    let all = door.services.store.invitations(account_id, Timestamp::from_seconds(0)).await?;
    let invitation = all.into_iter().find(|invitation| invitation.id == id).ok_or(Error::NotFound)?;
    let mut transaction = door.services.store.begin().await?;
    lock::lock(door, &mut *transaction, account_id).await?;
    if !transaction.delete_invitation(account_id, id).await? {
        return Err(Error::NotFound.into());
    }
    let event = Event {
        action: "invitation.revoke",
        object_id: Some(id),
        object_name: &invitation.email,
        outcome: Outcome::Done,
        detail: "",
    };
    audit::record(&mut *transaction, Some(account_id), &door.actor(), door.services.clock.now(), event).await?;
    transaction.commit().await?;
    Ok(())
}
