//! Asks for the API tokens.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::TokenList;

/// Asks for the API tokens.
#[server(name = ListTokens, endpoint = "tokens/list", input = Json, output = Answers)]
pub async fn list_tokens() -> Reply<TokenList> {
    Ok(async { super::services::tokens()?.list_tokens().await }.await)
}
