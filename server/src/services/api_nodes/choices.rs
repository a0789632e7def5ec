//! Which certificates a node can be given.

use app::service::NodeChoices;

use super::{LOOK, READ, shown};
use crate::services::failure::Result;
use crate::services::{Door, listeners};

/// Certificates that are offered.
const MOST: u32 = 1000;

/// By name and expiry, nothing else of them. **Permissions:** `api_nodes:manage`, or a token with `api_nodes:read`.
pub(super) async fn choices(door: &Door) -> Result<NodeChoices> {
    let account_id = door.authorise_reading(READ, LOOK, None).await?;
    let store = &door.services.store;
    // First: whatever comes between is told, though it may be among them already.
    let as_of = listeners::as_of(&**store, account_id).await?;
    let certificates = store.certificates_by_kind(account_id, false, MOST).await?;
    let authorities = store.certificates_by_kind(account_id, true, MOST).await?;
    Ok(NodeChoices {
        now: door.services.clock.now(),
        primary: store.primary(account_id).await?.as_ref().map(shown::choice),
        certificates: certificates.iter().map(shown::choice).collect(),
        authorities: authorities.iter().map(shown::choice).collect(),
        as_of,
    })
}
