//! Asks for one API node.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::Node;

/// Asks for one API node.
#[server(name = GetApiNode, endpoint = "api-nodes/get", input = Json, output = Answers)]
pub async fn api_node(id: String) -> Reply<Node> {
    Ok(async { super::services::api_nodes()?.node(id).await }.await)
}
