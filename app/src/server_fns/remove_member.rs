//! Takes a member out of the company.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::Reply;

/// Takes a member out of the company.
#[server(name = RemoveMember, endpoint = "team/remove", input = Json)]
pub async fn remove_member(id: String, version: i64) -> Reply<()> {
    Ok(async { super::services::team()?.remove_member(id, version).await }.await)
}
