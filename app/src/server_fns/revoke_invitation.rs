//! Takes an invitation back.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::Reply;

/// Takes an invitation back.
#[server(name = RevokeInvitation, endpoint = "team/revoke-invitation", input = Json)]
pub async fn revoke_invitation(id: String) -> Reply<()> {
    Ok(async { super::services::team()?.revoke_invitation(id).await }.await)
}
