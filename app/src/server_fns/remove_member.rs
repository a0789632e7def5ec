//! Takes a member out of the company.

use leptos::prelude::*;

use super::{Answers, Json, Reply};

/// Takes a member out of the company.
#[server(name = RemoveMember, endpoint = "team/remove", input = Json, output = Answers)]
pub async fn remove_member(id: String, version: i64) -> Reply<()> {
    Ok(async { super::services::team()?.remove_member(id, version).await }.await)
}
