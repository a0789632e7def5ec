//! Takes an invitation back.

use leptos::prelude::*;

use super::{Answers, Json, Reply};

/// Takes an invitation back.
#[server(name = RevokeInvitation, endpoint = "team/revoke-invitation", input = Json, output = Answers)]
pub async fn revoke_invitation(id: String) -> Reply<()> {
    Ok(async { super::services::team()?.revoke_invitation(id).await }.await)
}
