//! Ends all sessions of whoever is signed in, and the answer takes the cookie away.

use leptos::prelude::*;

use super::{Answers, Json, Reply};

/// Ends all sessions of whoever is signed in, and the answer takes the cookie away.
#[server(name = SignOutEverywhere, endpoint = "sign-out-everywhere", input = Json, output = Answers)]
pub async fn sign_out_everywhere() -> Reply<()> {
    Ok(async { super::response::set_cookie(&super::services::own_account()?.sign_out_everywhere().await?) }.await)
}
