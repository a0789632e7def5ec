//! Creates an API token.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::{CreatedToken, NewToken};

/// Creates an API token: the answer carries its secret, this once.
#[server(name = CreateToken, endpoint = "tokens/create", input = Json, output = Answers)]
pub async fn create_token(request: NewToken) -> Reply<CreatedToken> {
    Ok(async { super::services::tokens()?.create_token(request).await }.await)
}
