//! Accepts an invitation.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::Reply;
use crate::service::AcceptInvitation;

/// Accepts an invitation: the answer carries the session's cookie.
#[server(name = AcceptInvitationLink, endpoint = "accept-invitation", input = Json)]
pub async fn accept_invitation_link(request: AcceptInvitation) -> Reply<()> {
    Ok(async { super::response::set_cookie(&super::services::own_account()?.accept_invitation(request).await?) }.await)
}
