//! Accepts an invitation.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::AcceptInvitation;

/// Accepts an invitation: the answer carries the session's cookie.
#[server(name = AcceptInvitationLink, endpoint = "accept-invitation", input = Json, output = Answers)]
pub async fn accept_invitation_link(request: AcceptInvitation) -> Reply<()> {
    Ok(async { super::response::set_cookie(&super::services::own_account()?.accept_invitation(request).await?) }.await)
}
