//! Who belongs to the company, and who was invited.

use app::service::TeamList;

use super::{PERMISSION, invitation_row, member_row};
use crate::auth::session;
use crate::services::Door;
use crate::services::failure::Result;

/// Everybody in the caller's company. **Permissions:** `settings:company_settings`.
pub(super) async fn list(door: &Door) -> Result<TeamList> {
    let account_id = door.authorise_reading(PERMISSION, "team.read", None).await?;
    let store = &door.services.store;
    let members = store.members(account_id).await?;
    let created_after = door.services.clock.now().plus_seconds(-session::INVITATION);
    let mut invitations = store.invitations(account_id, created_after).await?;
    // Whoever came in by another way needs none any more.
    invitations.retain(|invitation| members.iter().all(|member| member.email != invitation.email));
    Ok(TeamList {
        members: members.into_iter().map(|member| member_row(door, member)).collect(),
        invitations: invitations.into_iter().map(invitation_row).collect(),
    })
}
