//! Revokes an API token.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::Reply;
use crate::service::TokenRow;

/// Revokes an API token.
#[server(name = RevokeToken, endpoint = "tokens/revoke", input = Json)]
pub async fn revoke_token(id: String) -> Reply<TokenRow> {
    Ok(async { super::services::tokens()?.revoke_token(id).await }.await)
}
