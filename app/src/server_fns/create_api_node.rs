//! Creates an API node.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::api_node::Draft;
use crate::service::Node;

/// Creates an API node.
#[server(name = CreateApiNode, endpoint = "api-nodes/create", input = Json, output = Answers)]
pub async fn create_api_node(draft: Draft) -> Reply<Node> {
    Ok(async { super::services::api_nodes()?.create_node(draft).await }.await)
}
