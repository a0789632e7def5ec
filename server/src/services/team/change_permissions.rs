//! Granting and taking permissions.

use app::service::{MemberRow, Permission};

use super::{PERMISSION, distinct, lock, member_row};
use crate::services::Door;
use crate::services::accounts::listed;
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::Result;

/// Gives a member these permissions and no others. **Permissions:** `settings:company_settings`.
pub(super) async fn change_permissions(
    door: &Door,
    id: &str,
    version: i64,
    permissions: &[Permission],
) -> Result<MemberRow> {
    let account_id = door.authorise(PERMISSION, "user.permissions", Some(id)).await?;
    let permissions = distinct(permissions);
    let (now, actor) = (door.services.clock.now(), door.actor());
    let mut transaction = door.services.store.begin().await?;
    let team = lock::lock(door, &mut *transaction, account_id).await?;
    let mut member = lock::member(&team, id, version)?;
    if distinct(&member.permissions) == permissions {
        return Ok(member_row(door, member));
    }
    if !permissions.contains(&PERMISSION) {
        lock::keep_an_administrator(&team, &member)?;
    }
    let detail = format!("was: {}; now: {}", listed(&distinct(&member.permissions)), listed(&permissions));
    member.permissions = permissions;
    actor.name().clone_into(&mut member.changed_by);
    member.changed_at = now;
    member.version = member.version.saturating_add(1);
    transaction.update_member(account_id, &member).await?;
    let event = Event {
        action: "user.permissions",
        object_id: Some(id),
        object_name: &member.name,
        outcome: Outcome::Done,
        detail: &detail,
    };
    audit::record(&mut *transaction, Some(account_id), &actor, now, event).await?;
    transaction.commit().await?;
    Ok(member_row(door, member))
}
