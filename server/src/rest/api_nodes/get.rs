//! `GET /accounts/{account_id}/api_nodes/{node_id}`

use axum::extract::Path;

use super::{NodeObject, One, one, refused};
use crate::rest::Refusal;
use crate::rest::authentication::Company;
use crate::rest::envelope::Envelope;
use crate::services::Operation;

/// Get an API node
///
/// ```sh
/// curl --silent --fail "$SIGNET/client/v4/accounts/$ACCOUNT/api_nodes/$NODE" --header "Authorization: Bearer $TOKEN"
/// ```
#[utoipa::path(
    get,
    path = "/accounts/{account_id}/api_nodes/{node_id}",
    operation_id = "getApiNode",
    tag = "API nodes",
    params(
        ("account_id" = String, Path, description = "The account, 32 hex digits"),
        ("node_id" = String, Path, description = "The node's UUID"),
    ),
    responses((status = 200, description = "The node", body = Envelope<NodeObject>)),
)]
pub(in crate::rest) async fn get(
    Company(door): Company,
    Path((_account_id, id)): Path<(String, String)>,
) -> Result<One, Refusal> {
    door.may_do(Operation::ReadApiNodes, Some(&id)).await?;
    Ok(one(door.api_node(&id).await.map_err(refused)?))
}
