//! Who uses a certificate.

use app::service::{CertificateUsage, UsingNode};

use super::{LOOK, READ, programs};
use crate::services::Door;
use crate::services::api_nodes::last_call;
use crate::services::failure::Result;
use crate::store::CertificateUser;

/// The nodes that use a certificate, and how the last call with it ended. **Permissions:** `settings:company_settings`.
pub(super) async fn usage(door: &Door, id: &str) -> Result<CertificateUsage> {
    let users = programs::users(door, id).await?;
    let account_id = door.authorise_reading(READ, LOOK, Some(id)).await?;
    let last_use = door.services.store.certificate_use(account_id, id).await?;
    Ok(CertificateUsage { nodes: nodes(users), last_call: last_use.map(last_call) })
}

/// As pages are told.
pub(super) fn nodes(users: Vec<CertificateUser>) -> Vec<UsingNode> {
    let node = |user: CertificateUser| UsingNode {
        id: user.node_id,
        name: user.name,
        follows_primary: user.follows_primary,
        active: user.is_active,
    };
    users.into_iter().map(node).collect()
}
