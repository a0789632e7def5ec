//! Ends all sessions of whoever is signed in, and the answer takes the cookie away.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::Reply;

/// Ends all sessions of whoever is signed in, and the answer takes the cookie away.
#[server(name = SignOutEverywhere, endpoint = "sign-out-everywhere", input = Json)]
pub async fn sign_out_everywhere() -> Reply<()> {
    Ok(async { super::response::set_cookie(&super::services::own_account()?.sign_out_everywhere().await?) }.await)
}
