//! Asks for one page of the API nodes.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::{NodeList, NodeQuery};

/// Asks for one page of the API nodes.
#[server(name = ListApiNodes, endpoint = "api-nodes/list", input = Json, output = Answers)]
pub async fn list_api_nodes(query: NodeQuery) -> Reply<NodeList> {
    Ok(async { super::services::api_nodes()?.list_nodes(query).await }.await)
}
