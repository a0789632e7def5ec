//! Invites somebody.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::{Invite, Invited};

/// Invites somebody: the answer holds the one-time token.
#[server(name = InviteMember, endpoint = "team/invite", input = Json, output = Answers)]
pub async fn invite_member(request: Invite) -> Reply<Invited> {
    Ok(async { super::services::team()?.invite(request).await }.await)
}
