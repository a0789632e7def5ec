//! Asks what an invitation's link offers.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::Reply;
use crate::service::{InvitationFacts, Secret};

/// Asks what an invitation's link offers.
#[server(name = CheckInvitation, endpoint = "check-invitation", input = Json)]
pub async fn check_invitation(token: Secret) -> Reply<InvitationFacts> {
    Ok(async { super::services::own_account()?.check_invitation(token).await }.await)
}
