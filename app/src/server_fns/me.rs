//! Asks who is signed in.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::Me;

/// Asks who is signed in.
#[server(name = WhoAmI, endpoint = "me", input = Json, output = Answers)]
pub async fn who_am_i() -> Reply<Option<Me>> {
    Ok(async { super::services::people()?.me().await }.await)
}
