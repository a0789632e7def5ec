//! Whether the server is alive, and whether it can work.

use axum::extract::State as Shared;
use axum::http::StatusCode;

use super::State;

/// The process answers.
pub(super) async fn process() -> &'static str {
    "ok\n"
}

/// The database answers; the master key was checked at the start.
pub(super) async fn ready(Shared(state): Shared<State>) -> (StatusCode, &'static str) {
    match state.services.store.ready().await {
        Ok(()) => (StatusCode::OK, "database: ok\nmaster key: ok\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "database: no answer\nmaster key: ok\n")
        }
    }
}
