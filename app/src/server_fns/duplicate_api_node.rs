//! Creates a copy of an API node.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::Node;

/// Creates a copy of an API node.
#[server(name = DuplicateApiNode, endpoint = "api-nodes/duplicate", input = Json, output = Answers)]
pub async fn duplicate_api_node(id: String) -> Reply<Node> {
    Ok(async { super::services::api_nodes()?.duplicate_node(id).await }.await)
}
