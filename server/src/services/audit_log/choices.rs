//! By what the log can be filtered.

use app::service::{AuditChoices, AuditPerson};

use super::{LOOK, NEEDS};
use crate::services::Door;
use crate::services::failure::Result;

/// More than anybody looks through in a list.
const MOST: u32 = 500;

/// The persons and actions that are in the log. **Permissions:** `settings:company_settings`, or `audit_log:read` of a token.
pub(super) async fn choices(door: &Door) -> Result<AuditChoices> {
    let account_id = door.authorise_reading(NEEDS, LOOK, None).await?;
    let store = &*door.services.store;
    let actors = store.audit_actors(account_id, MOST).await?;
    let mut people: Vec<_> =
        actors.into_iter().map(|actor| AuditPerson { key: actor.key, kind: actor.kind, name: actor.name }).collect();
    people.sort_by_cached_key(|person| (person.name.to_lowercase(), person.key.clone()));
    Ok(AuditChoices { people, actions: store.audit_actions(account_id, MOST).await? })
}
