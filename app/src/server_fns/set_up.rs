//! The first start.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::{Secret, SetUp};

/// Asks whether there is nobody yet who could sign in.
#[server(name = IsServerNew, endpoint = "is-new", input = Json, output = Answers)]
pub async fn is_server_new() -> Reply<bool> {
    Ok(async { super::services::people()?.is_new().await }.await)
}

/// Asks whether the one-time set-up link would be accepted.
#[server(name = CheckSetupLink, endpoint = "check-setup-link", input = Json, output = Answers)]
pub async fn check_setup_link(token: Secret) -> Reply<()> {
    Ok(async { super::services::people()?.check_setup_link(token).await }.await)
}

/// Creates the company and its first administrator, and signs in: the answer carries the session's cookie.
#[server(name = SetUpCompany, endpoint = "set-up", input = Json, output = Answers)]
pub async fn set_up_company(request: SetUp) -> Reply<()> {
    Ok(async { super::response::set_cookie(&super::services::people()?.set_up(request).await?) }.await)
}
