//! Asks which certificates an API node can be given.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::NodeChoices;

/// Asks which certificates an API node can be given.
#[server(name = ListApiNodeChoices, endpoint = "api-nodes/choices", input = Json, output = Answers)]
pub async fn api_node_choices() -> Reply<NodeChoices> {
    Ok(async { super::services::api_nodes()?.node_choices().await }.await)
}
