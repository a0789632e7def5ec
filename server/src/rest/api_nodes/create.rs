//! `POST /accounts/{account_id}/api_nodes`

use app::api_node::Draft;

use super::{NodeChanges, NodeObject, One, one, refused};
use crate::rest::Refusal;
use crate::rest::authentication::Company;
use crate::rest::envelope::{Envelope, code};
use crate::rest::input::Input;
use crate::services::Operation;

/// Create an API node
///
/// ```sh
/// curl --silent --fail "$SIGNET/client/v4/accounts/$ACCOUNT/api_nodes" --header "Authorization: Bearer $TOKEN" \
///   --json '{"name": "Create transfer", "method": "POST", "url": "https://api.bank.example/v1/transfers", "mtls": {"enabled": true}}'
/// ```
#[utoipa::path(
    post,
    path = "/accounts/{account_id}/api_nodes",
    operation_id = "createApiNode",
    tag = "API nodes",
    params(("account_id" = String, Path, description = "The account, 32 hex digits")),
    request_body = NodeChanges,
    responses((status = 200, description = "The node", body = Envelope<NodeObject>)),
)]
pub(in crate::rest) async fn create(Company(door): Company, input: Input) -> Result<One, Refusal> {
    door.may_do(Operation::CreateApiNode, None).await?;
    let sent: NodeChanges = input.object().await?;
    for (field, is_missing) in [("name", sent.name.is_none()), ("url", sent.url.is_none())] {
        if is_missing {
            return Err(Refusal::at(format!("/{field}"), code::FIELD, format!("The field `{field}` is missing.")));
        }
    }
    Ok(one(door.create_api_node(sent.apply(Draft::default())).await.map_err(refused)?))
}
