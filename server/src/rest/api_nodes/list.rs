//! `GET /accounts/{account_id}/api_nodes`

use axum::Json;
use axum::extract::RawQuery;

use super::{NodeObject, refused};
use crate::rest::Refusal;
use crate::rest::authentication::Company;
use crate::rest::envelope::{Page, page};
use crate::rest::input::Parameters;
use crate::services::Operation;
use crate::store::NodeFilter;

/// List API nodes
///
/// By name. A page past the end is empty.
///
/// ```sh
/// curl --silent --fail "$SIGNET/client/v4/accounts/$ACCOUNT/api_nodes" --header "Authorization: Bearer $TOKEN"
/// ```
#[utoipa::path(
    get,
    path = "/accounts/{account_id}/api_nodes",
    operation_id = "listApiNodes",
    tag = "API nodes",
    params(
        ("account_id" = String, Path, description = "The account, 32 hex digits"),
        ("page" = Option<u64>, Query, minimum = 1, description = "The page's number; 1 if there is none"),
        ("per_page" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "Nodes on a page; 50 if there is none"),
    ),
    responses((status = 200, description = "One page", body = Page<NodeObject>)),
)]
pub(in crate::rest) async fn list(
    Company(door): Company,
    RawQuery(query): RawQuery,
) -> Result<Json<Page<NodeObject>>, Refusal> {
    door.may_do(Operation::ReadApiNodes, None).await?;
    let (number, per_page) = Parameters::read(query.as_deref()).page()?;
    let offset = (number - 1).saturating_mul(per_page);
    let limit = u32::try_from(per_page).unwrap_or(u32::MAX);
    let (nodes, total) = door.api_nodes(NodeFilter::default(), offset, limit).await.map_err(refused)?;
    Ok(page(nodes.into_iter().map(NodeObject::from).collect(), number, per_page, total))
}
