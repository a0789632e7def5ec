//! `GET /events`: tells a page that something of the company's was changed (server-sent events, HTML Living Standard section 9.2).
//!
//! Only that, not what: the page reads itself again, and is told what its person may see. An event's id is a number of the company's audit
//! log, from which a page that was cut off goes on.

use std::convert::Infallible;
use std::sync::Arc;

use app::service::Error;
use axum::body::Body;
use axum::extract::{RawQuery, Request, State as Shared};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use futures_util::stream::{self, Stream};

use super::refusal::refuse;
use super::{State, sessions};
use crate::connections::Stopping;
use crate::services::{Caller, Door, Heard, Listener};

/// What a page says that was cut off.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Keeps nginx from collecting events before it passes them on.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
/// Two seconds from a cut to the next attempt.
const BEGIN: &str = "retry: 2000\n\n";

pub(super) fn routes(state: &State) -> Router<State> {
    Router::new().route("/events", get(events)).layer(from_fn_with_state(state.clone(), recognise))
}

/// As [`sessions::recognise`], but for a request that no person has made.
async fn recognise(Shared(state): Shared<State>, mut request: Request, next: Next) -> Response {
    let address = sessions::address(&request, &state.options.trusted_proxies);
    let cookies = sessions::cookies(request.headers());
    let caller = state.services.caller_unnoted(cookies.as_deref(), address).await;
    request.extensions_mut().insert(caller);
    next.run(request).await
}

async fn events(
    Shared(state): Shared<State>,
    Extension(caller): Extension<Caller>,
    stopping: Option<Extension<Stopping>>,
    uri: Uri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    // No other site's page learns when something is changed here.
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return refuse(uri.path(), StatusCode::FORBIDDEN, "This request comes from another site's page.");
    }
    let after = after(&headers, query.as_deref().unwrap_or_default());
    let door = Door { services: Arc::clone(&state.services), caller };
    match door.listen(after).await {
        Ok(listener) => {
            let stopping = stopping.map(|Extension(stopping)| stopping);
            let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")), UNBUFFERED];
            (headers, Body::from_stream(lines(listener, stopping))).into_response()
        }
        Err(error) => refusal(&uri, &error),
    }
}

/// The number that the page shows the company as of.
fn after(headers: &HeaderMap, query: &str) -> Option<i64> {
    let last = headers.get(LAST_EVENT_ID).and_then(|last| last.to_str().ok()?.parse().ok());
    last.or_else(|| {
        let after = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "after");
        after?.1.parse().ok()
    })
}

/// Event after event, until there are no more or the server is to stop.
fn lines(listener: Listener, stopping: Option<Stopping>) -> impl Stream<Item = Result<String, Infallible>> {
    stream::unfold((None, listener, stopping), |(begun, mut listener, mut stopping)| async move {
        let Some(()) = begun else { return Some((Ok(BEGIN.to_owned()), (Some(()), listener, stopping))) };
        let stopped = async {
            match &mut stopping {
                Some(stopping) => stopping.told().await,
                None => std::future::pending().await,
            }
        };
        let heard = tokio::select! {
            heard = listener.hear() => heard?,
            () = stopped => return None,
        };
        let text = match heard {
            Heard::Changed(number) => format!("event: changed\nid: {number}\ndata:\n\n"),
            Heard::Pulse => ":\n\n".to_owned(),
        };
        Some((Ok(text), (Some(()), listener, stopping)))
    })
}

fn refusal(uri: &Uri, error: &Error) -> Response {
    let (status, sentence) = match error {
        Error::SignedOut => (StatusCode::UNAUTHORIZED, "Sign in first."),
        Error::Forbidden { .. } | Error::MissingScope { .. } => {
            (StatusCode::FORBIDDEN, "You need the permission settings:company_settings or api_nodes:manage for this.")
        }
        Error::TooManyAttempts { .. } => (StatusCode::SERVICE_UNAVAILABLE, "Too many pages listen. Try again later."),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, "The server failed. Try again; its log says why."),
    };
    refuse(uri.path(), status, sentence)
}
