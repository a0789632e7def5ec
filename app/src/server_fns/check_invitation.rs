//! Asks what an invitation's link offers.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::{InvitationFacts, Secret};

/// Asks what an invitation's link offers.
#[server(name = CheckInvitation, endpoint = "check-invitation", input = Json, output = Answers)]
pub async fn check_invitation(token: Secret) -> Reply<InvitationFacts> {
    Ok(async { super::services::own_account()?.check_invitation(token).await }.await)
}
