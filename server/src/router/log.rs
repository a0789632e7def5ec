//! One log event a request.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use tracing::Instrument as _;

use super::Common;

/// The answer's header that names its log event.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Ids that say nothing of each other, nor of how many there were.
#[derive(Default)]
pub(super) struct RequestIds {
    key: RandomState,
    number: AtomicU64,
}

impl RequestIds {
    /// 16 hex digits.
    fn next(&self) -> String {
        format!("{:016x}", self.key.hash_one(self.number.fetch_add(1, Ordering::Relaxed)))
    }
}

/// Logs method, path (not the query: one-time links have their token there), status and duration, and names the event in the answer.
/// Everything logged on the way carries the same id.
pub(super) async fn one_event<F: Future<Output = Response>>(
    state: &Common,
    request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response {
    let id = state.request_ids.next();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let start = tokio::time::Instant::now();

    let mut response = answer(request).instrument(tracing::info_span!("request", id)).await;

    let status = response.status().as_u16();
    let duration = start.elapsed();
    state.metrics.count(&path, response.status(), duration);
    let ms = duration.as_millis();
    // What nobody asked for in person is left out of the usual log.
    if matches!(path.as_str(), "/healthz" | "/readyz" | "/metrics") || path.starts_with("/pkg/") {
        tracing::debug!(id, %method, path, status, ms, "answered");
    } else {
        tracing::info!(id, %method, path, status, ms, "answered");
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
