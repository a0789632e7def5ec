//! `PATCH /accounts/{account_id}/api_nodes/{node_id}`

use axum::extract::Path;
use axum::http::HeaderMap;

use super::{NodeChanges, NodeObject, One, one, refused};
use crate::rest::Refusal;
use crate::rest::authentication::Company;
use crate::rest::envelope::Envelope;
use crate::rest::input::{Input, if_match};
use crate::services::Operation;

/// Change an API node
///
/// What is left out stays as it is, inside `mtls` too. `headers` take the place of all that are there; a secret one without `value` keeps
/// the value that it has.
///
/// ```sh
/// curl --silent --fail --request PATCH "$SIGNET/client/v4/accounts/$ACCOUNT/api_nodes/$NODE" --header "Authorization: Bearer $TOKEN" \
///   --json '{"timeout_ms": 5000}'
/// ```
#[utoipa::path(
    patch,
    path = "/accounts/{account_id}/api_nodes/{node_id}",
    operation_id = "changeApiNode",
    tag = "API nodes",
    params(
        ("account_id" = String, Path, description = "The account, 32 hex digits"),
        ("node_id" = String, Path, description = "The node's UUID"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was seen; refused with 412 if it has changed since"),
    ),
    request_body = NodeChanges,
    responses((status = 200, description = "The node as it is now", body = Envelope<NodeObject>)),
)]
pub(in crate::rest) async fn change(
    Company(door): Company,
    Path((_account_id, id)): Path<(String, String)>,
    headers: HeaderMap,
    input: Input,
) -> Result<One, Refusal> {
    door.may_do(Operation::ChangeApiNode, Some(&id)).await?;
    let sent: NodeChanges = input.object().await?;
    let changed = door.change_api_node(&id, &if_match(&headers)?, |draft| sent.apply(draft)).await;
    Ok(one(changed.map_err(refused)?))
}
