//! What a delete or another primary would come to, asked before it is done.

use app::service::{DeletePlan, Error, PrimaryPlan, Replacement, UsingNode};

use super::usage;
use super::{LOOK, READ, lock, row};
use crate::services::Door;
use crate::services::failure::Result;
use crate::store::{Certificate, ListedNode, MtlsFilter, NodeFilter};

/// Certificates that are offered in another one's place.
const CHOICES: u32 = 200;
/// API nodes that are named.
const NAMED: u32 = 200;

/// A certificate as it is now. **Permissions:** `settings:company_settings`.
pub(super) async fn current(door: &Door, id: &str) -> Result<Certificate> {
    let account_id = door.authorise_reading(READ, LOOK, Some(id)).await?;
    Ok(door.services.store.certificate(account_id, lock::parse_id(id)?).await?.ok_or(Error::NotFound)?)
}

/// What a delete would come to. **Permissions:** as above.
pub(super) async fn delete(door: &Door, id: &str) -> Result<DeletePlan> {
    let certificate = current(door, id).await?;
    let store = &door.services.store;
    let now = door.services.clock.now();
    let account_id = &certificate.account_id;
    let users = store.users_of(account_id, id).await?;
    let (mut choices, mut primary) = (Vec::new(), None);
    if users.iter().any(|user| user.is_active) {
        // One for the certificate itself, and one to see that there are more.
        choices = store.valid_certificates(account_id, certificate.ca, now, CHOICES + 2).await?;
        choices.retain(|choice| choice.id != id);
        primary = store.primary(account_id).await?;
    }
    let can_be_followed = |primary: &Certificate| {
        !certificate.ca && primary.id != id && primary.not_before <= now && now <= primary.not_after
    };
    let shown = usize::try_from(CHOICES).unwrap_or(usize::MAX);
    let has_more = choices.len() > shown;
    choices.truncate(shown);
    Ok(DeletePlan {
        now,
        nodes: usage::nodes(users),
        primary: primary.filter(can_be_followed).map(|primary| primary.name),
        choices: choices.into_iter().map(replacement).collect(),
        has_more,
        certificate: row(certificate),
    })
}

/// What another primary would come to. **Permissions:** as above.
pub(super) async fn primary(door: &Door, id: &str) -> Result<PrimaryPlan> {
    let certificate = current(door, id).await?;
    let store = &door.services.store;
    let account_id = &certificate.account_id;
    let those = |mtls: MtlsFilter| NodeFilter { mtls: Some(mtls), ..NodeFilter::default() };
    let followers = store.api_nodes(account_id, &those(MtlsFilter::Primary), 0, NAMED).await?;
    let follower_count = store.count_api_nodes(account_id, &those(MtlsFilter::Primary)).await?;
    let pinned = store.count_api_nodes(account_id, &those(MtlsFilter::Pinned)).await?;
    let users = store.users_of(account_id, id).await?;
    let pinned_to_this = users.iter().filter(|user| user.is_active && !user.follows_primary).count();
    Ok(PrimaryPlan {
        former: store.primary(account_id).await?.filter(|former| former.id != id).map(|former| former.name),
        followers: followers.into_iter().map(follower).collect(),
        follower_count,
        pinned: pinned.saturating_sub(u64::try_from(pinned_to_this).unwrap_or(u64::MAX)),
        certificate: row(certificate),
    })
}

fn follower(listed: ListedNode) -> UsingNode {
    UsingNode { id: listed.node.id, name: listed.node.name, follows_primary: true, active: true }
}

fn replacement(certificate: Certificate) -> Replacement {
    let Certificate { id, name, not_after, key_type, .. } = certificate;
    Replacement { id, name, not_after, key_type }
}
