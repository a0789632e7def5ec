//! Which token calls, for which account.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::envelope::{AUTHENTICATION, Message, code};
use super::{Context, Refusal};
use crate::auth::read_bearer;
use crate::services::{Caller, Door, TokenHolder, Unauthenticated, Who};

/// Lets requests with a valid token pass, and leaves the [`Door`] in their extensions.
pub(super) async fn authenticate(State(context): State<Context>, mut request: Request, next: Next) -> Response {
    let address = (context.address)(&request);
    let services = context.services;
    let headers = request.headers().get_all(header::AUTHORIZATION);
    let caller = services.token_caller(read_bearer(headers.iter().map(HeaderValue::as_bytes)), address).await;
    match caller {
        Ok(caller) => {
            request.extensions_mut().insert(Door { services, caller });
            next.run(request).await
        }
        Err(refused) => refusal(refused).into_response(),
    }
}

fn refusal(refused: Unauthenticated) -> Refusal {
    let bad = StatusCode::BAD_REQUEST;
    let send = |text: &str| vec![Message::new(code::INVALID_HEADERS, text)];
    match refused {
        Unauthenticated::Missing => Refusal::new(bad, code::MISSING_AUTHORIZATION, "Missing Authorization header")
            .saying(send("Send `Authorization: Bearer` and a token, which Company > API tokens makes.")),
        Unauthenticated::Malformed => Refusal::new(bad, code::INVALID_HEADERS, "Invalid request headers")
            .saying(send("Send exactly one header `Authorization: Bearer` and the token.")),
        Unauthenticated::Unknown => {
            let more = "No such token is valid: it may be mistyped, revoked or past its end. Company > API tokens lists those there are.";
            Refusal::new(StatusCode::UNAUTHORIZED, code::INVALID_TOKEN, "Invalid access token")
                .saying(vec![Message::new(code::INVALID_TOKEN, more)])
        }
        Unauthenticated::TooMany { seconds } => Refusal::wait(seconds),
        Unauthenticated::Failed(error) => error.into(),
    }
}

/// The services for a token of the account in the path.
pub(super) struct Company(pub(super) Door);

impl<S: Send + Sync> FromRequestParts<S> for Company {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Holder(door, holder) = Holder::from_request_parts(parts, state).await?;
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_none| not_understood())?;
        let asked = params.iter().find(|(name, _)| *name == "account_id").map(|(_, value)| value);
        if asked == Some(holder.account_id.as_str()) {
            return Ok(Self(door));
        }
        door.note_other_account(asked.unwrap_or_default()).await?;
        let more = format!("The token belongs to the account {}, not to the one in the path.", holder.account_id);
        Err(Refusal::new(StatusCode::FORBIDDEN, code::AUTHENTICATION, AUTHENTICATION)
            .saying(vec![Message::new(code::AUTHENTICATION, more)]))
    }
}

/// The services for a token, and the token.
pub(super) struct Holder(pub(super) Door, pub(super) Arc<TokenHolder>);

impl<S: Send + Sync> FromRequestParts<S> for Holder {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        let door = parts.extensions.get::<Door>().ok_or_else(not_understood)?;
        match &door.caller {
            Caller { who: Who::Token(holder), .. } => Ok(Self(door.clone(), Arc::clone(holder))),
            _ => Err(not_understood()),
        }
    }
}

fn not_understood() -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, code::INVALID_HEADERS, "Invalid request headers")
}
