//! Asks for one page of the API nodes.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::Reply;
use crate::service::{NodeList, NodeQuery};

/// Asks for one page of the API nodes.
#[server(name = ListApiNodes, endpoint = "api-nodes/list", input = Json)]
pub async fn list_api_nodes(query: NodeQuery) -> Reply<NodeList> {
    Ok(async { super::services::api_nodes()?.list_nodes(query).await }.await)
}
