//! Whether the server is alive, and whether it can work.

use axum::extract::State as Shared;
use axum::http::StatusCode;

use super::State;
use crate::vault;

/// The process answers.
pub(super) async fn process() -> &'static str {
    "ok\n"
}

/// The database answers, and every version of the master key that it needs is there; if not, the file is read again.
pub(super) async fn ready(Shared(state): Shared<State>) -> (StatusCode, String) {
    let services = &state.services;
    let master_key = match services.store.ready().await {
        Ok(()) => services.vault.ready(&*services.store).await,
        Err(error) => Err(error.into()),
    };
    let Err(error) = master_key else { return (StatusCode::OK, "database: ok\nmaster key: ok\n".to_owned()) };
    tracing::warn!(%error, "not ready");
    (StatusCode::SERVICE_UNAVAILABLE, not_ready(&error))
}

/// What anybody may know of it; the log says more.
fn not_ready(error: &vault::Error) -> String {
    let master_key = match error {
        vault::Error::Store(_) => return "database: no answer\nmaster key: not known\n".to_owned(),
        vault::Error::LacksVersion { version } => {
            format!("the file lacks number {version}, copy the newest file to this server")
        }
        vault::Error::WrongKey { version, .. } => {
            format!("number {version} of the file is another key, copy the right file to this server")
        }
        _ => "the file cannot be used, the log says why".to_owned(),
    };
    format!("database: ok\nmaster key: {master_key}\n")
}
