//! Removing a node.

use super::{WRITE, change};
use crate::services::failure::Result;
use crate::services::{Door, Seen};
use crate::store::ListedNode;

/// Removes a node, with its secret header values. **Permissions:** `api_nodes:manage`, or a token with `api_nodes:write`.
pub(super) async fn delete(door: &Door, id: &str, seen: &Seen) -> Result<ListedNode> {
    let account_id = door.authorise(WRITE, "api_node.delete", Some(id)).await?;
    let mut transaction = door.services.store.begin().await?;
    let node = change::lock(&mut *transaction, account_id, id, seen).await?;
    transaction.delete_api_node(id).await?;
    change::record(door, &mut *transaction, "api_node.delete", &node, "").await?;
    transaction.commit().await?;
    door.services.plans.forget(&(account_id.to_owned(), id.to_owned()));
    Ok(ListedNode { node, last_use: None })
}
