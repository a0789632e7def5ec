//! Removes an API node.

use leptos::prelude::*;

use super::{Answers, Json, Reply};

/// Removes an API node.
#[server(name = DeleteApiNode, endpoint = "api-nodes/delete", input = Json, output = Answers)]
pub async fn delete_api_node(id: String, version: i64) -> Reply<()> {
    Ok(async { super::services::api_nodes()?.delete_node(id, version).await }.await)
}
