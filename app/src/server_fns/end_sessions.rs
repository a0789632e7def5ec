//! Ends all sessions of a member.

use leptos::prelude::*;

use super::{Answers, Json, Reply};

/// Ends all sessions of a member.
#[server(name = EndSessions, endpoint = "team/end-sessions", input = Json, output = Answers)]
pub async fn end_sessions(id: String) -> Reply<u64> {
    Ok(async { super::services::team()?.end_sessions(id).await }.await)
}
