//! Asks who is signed in.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::Reply;
use crate::service::Me;

/// Asks who is signed in.
#[server(name = WhoAmI, endpoint = "me", input = Json)]
pub async fn who_am_i() -> Reply<Option<Me>> {
    Ok(async { super::services::people()?.me().await }.await)
}
