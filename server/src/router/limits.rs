//! How much a request may bring, and how long it may take.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::refusal::refuse;

/// The limits of every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a body.
    pub body: usize,
    /// From the request's head to the answer's; see [`Limits::time_of`].
    pub time: Duration,
}

impl Default for Limits {
    /// 1 MiB (an upload has at most 256 KiB of PEM text, twice, and JSON around it) and 30 seconds.
    fn default() -> Self {
        Self { body: 1024 * 1024, time: Duration::from_secs(30) }
    }
}

/// What is said of a body that announces itself as too large.
const TOO_LARGE: &str =
    "The request is too large. A certificate with its chain and its key has a few kilobytes: send one at a time.";

impl Limits {
    /// How long a request to this path may take. A call of an API node has its own limit, which may be longer, and comes on top.
    pub fn time_of(&self, path: &str) -> Duration {
        if is_call(path) { self.time + LONGEST_CALL } else { self.time }
    }
}

/// The most that a call of an API node may take.
const LONGEST_CALL: Duration = Duration::from_millis(*app::api_node::TIMEOUT_MS.end() as u64);

fn is_call(path: &str) -> bool {
    path == "/sfn/api-nodes/test"
        || path.starts_with("/client/v4/accounts/") && path.contains("/api_nodes/") && path.ends_with("/call")
}

/// Refuses bodies that say they are too large, cuts off those that turn out to be, and gives up on slow ones.
pub(super) async fn bound(limits: Limits, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let announced =
        request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limits.body)) {
        return refuse(&path, StatusCode::PAYLOAD_TOO_LARGE, TOO_LARGE);
    }
    let was_cut_off = Arc::new(AtomicBool::new(false));
    let request = {
        let was_cut_off = Arc::clone(&was_cut_off);
        request.map(|body| {
            Body::new(Limited::new(body, limits.body).map_err(move |error| {
                was_cut_off.fetch_or(error.is::<LengthLimitError>(), Ordering::Relaxed);
                error
            }))
        })
    };
    match tokio::time::timeout(limits.time_of(&path), next.run(request)).await {
        // Whoever reads a body does not always tell why it ended.
        Ok(response) if was_cut_off.load(Ordering::Relaxed) && response.status() == StatusCode::BAD_REQUEST => {
            refuse(&path, StatusCode::PAYLOAD_TOO_LARGE, TOO_LARGE)
        }
        Ok(response) => response,
        Err(_elapsed) => refuse(&path, StatusCode::SERVICE_UNAVAILABLE, "Signet took too long to answer. Try again."),
    }
}
