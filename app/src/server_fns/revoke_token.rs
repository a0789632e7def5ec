//! Revokes an API token.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::TokenRow;

/// Revokes an API token.
#[server(name = RevokeToken, endpoint = "tokens/revoke", input = Json, output = Answers)]
pub async fn revoke_token(id: String) -> Reply<TokenRow> {
    Ok(async { super::services::tokens()?.revoke_token(id).await }.await)
}
