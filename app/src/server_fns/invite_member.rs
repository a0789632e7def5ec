//! Invites somebody.

use leptos::prelude::*;

use super::{Json, Reply};
use crate::service::{Invite, Invited};

/// Invites somebody: the answer holds the one-time token.
#[server(name = InviteMember, endpoint = "team/invite", input = Json, output = Json)]
pub async fn invite_member(request: Invite) -> Reply<Invited> {
    Ok(async { super::services::team()?.invite(request).await }.await)
}
