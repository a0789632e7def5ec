//! Changes an API node.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::api_node::Draft;
use crate::service::Node;

/// Changes an API node.
#[server(name = SaveApiNode, endpoint = "api-nodes/save", input = Json, output = Answers)]
pub async fn save_api_node(id: String, version: i64, draft: Draft) -> Reply<Node> {
    Ok(async { super::services::api_nodes()?.save_node(id, version, draft).await }.await)
}
