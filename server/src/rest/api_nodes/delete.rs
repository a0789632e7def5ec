//! `DELETE /accounts/{account_id}/api_nodes/{node_id}`

use axum::extract::Path;
use axum::http::HeaderMap;

use super::{NodeObject, One, one, refused};
use crate::rest::Refusal;
use crate::rest::authentication::Company;
use crate::rest::envelope::Envelope;
use crate::rest::input::{Input, if_match};
use crate::services::Operation;

/// Delete an API node
///
/// Nothing brings it back.
///
/// ```sh
/// curl --silent --fail --request DELETE "$SIGNET/client/v4/accounts/$ACCOUNT/api_nodes/$NODE" --header "Authorization: Bearer $TOKEN"
/// ```
#[utoipa::path(
    delete,
    path = "/accounts/{account_id}/api_nodes/{node_id}",
    operation_id = "deleteApiNode",
    tag = "API nodes",
    params(
        ("account_id" = String, Path, description = "The account, 32 hex digits"),
        ("node_id" = String, Path, description = "The node's UUID"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was seen; refused with 412 if it has changed since"),
    ),
    responses((status = 200, description = "The node that was deleted", body = Envelope<NodeObject>)),
)]
pub(in crate::rest) async fn delete(
    Company(door): Company,
    Path((_account_id, id)): Path<(String, String)>,
    headers: HeaderMap,
    input: Input,
) -> Result<One, Refusal> {
    door.may_do(Operation::DeleteApiNode, Some(&id)).await?;
    input.ignore().await?;
    Ok(one(door.delete_api_node(&id, &if_match(&headers)?).await.map_err(refused)?))
}
