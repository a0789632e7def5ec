//! Ends all sessions of a member.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::Reply;

/// Ends all sessions of a member.
#[server(name = EndSessions, endpoint = "team/end-sessions", input = Json)]
pub async fn end_sessions(id: String) -> Reply<u64> {
    Ok(async { super::services::team()?.end_sessions(id).await }.await)
}
