//! Asks for the API tokens.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::Reply;
use crate::service::TokenList;

/// Asks for the API tokens.
#[server(name = ListTokens, endpoint = "tokens/list", input = Json)]
pub async fn list_tokens() -> Reply<TokenList> {
    Ok(async { super::services::tokens()?.list_tokens().await }.await)
}
