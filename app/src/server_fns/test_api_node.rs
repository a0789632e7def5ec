//! Makes a call as it is typed, saved or not.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::api_node::CallOutcome;
use crate::service::NodeTest;

/// Makes a call as it is typed, saved or not.
#[server(name = TestApiNode, endpoint = "api-nodes/test", input = Json, output = Answers)]
pub async fn test_api_node(test: NodeTest) -> Reply<CallOutcome> {
    Ok(async { super::services::api_nodes()?.test_node(test).await }.await)
}
