//! Pages of the list, and one node.

use std::collections::HashMap;

use app::service::{Error, NodeList, NodeQuery, NodeRow, NodeShow};

use super::{LOOK, READ, shown};
use crate::services::certificates::parse_id;
use crate::services::failure::Result;
use crate::services::{Door, listeners};
use crate::store::{ListedNode, MtlsFilter, NodeFilter};

/// Rows in a full page.
const PER_PAGE: u32 = 50;

/// One page, and how many match. **Permissions:** `api_nodes:manage`, or a token with `api_nodes:read`.
pub(super) async fn page(door: &Door, filter: &NodeFilter, offset: u64, limit: u32) -> Result<(Vec<ListedNode>, u64)> {
    let account_id = door.authorise_reading(READ, LOOK, None).await?;
    let store = &door.services.store;
    let total = store.count_api_nodes(account_id, filter).await?;
    Ok((store.api_nodes(account_id, filter, offset, limit).await?, total))
}

/// One node. **Permissions:** as above.
pub(super) async fn one(door: &Door, id: &str) -> Result<ListedNode> {
    let account_id = door.authorise_reading(READ, LOOK, Some(id)).await?;
    let found = door.services.store.api_node(account_id, parse_id(id)?).await?;
    Ok(found.ok_or(Error::NotFound)?)
}

/// One page as people see it. **Permissions:** as above.
pub(super) async fn list(door: &Door, query: NodeQuery) -> Result<NodeList> {
    let account_id = door.authorise_reading(READ, LOOK, None).await?;
    let store = &door.services.store;
    // First: whatever comes between it and the list is told, though it may be in the list already.
    let as_of = listeners::as_of(&**store, account_id).await?;
    let mut counts = [0; 5];
    for (count, show) in counts.iter_mut().zip(NodeShow::ALL) {
        *count = store.count_api_nodes(account_id, &filter(show, "")).await?;
    }
    let filter = filter(query.show, &query.search);
    let total = store.count_api_nodes(account_id, &filter).await?;
    let last_page = u32::try_from(total.div_ceil(u64::from(PER_PAGE))).unwrap_or(u32::MAX).max(1);
    let page = query.page.clamp(1, last_page);
    let offset = u64::from(page - 1) * u64::from(PER_PAGE);
    let nodes = store.api_nodes(account_id, &filter, offset, PER_PAGE).await?;

    let primary = store.primary(account_id).await?.as_ref().map(shown::choice);
    let mut pinned = HashMap::new();
    for id in nodes.iter().filter_map(|listed| listed.node.certificate_id.as_ref()) {
        if !pinned.contains_key(id) {
            let found = store.certificate(account_id, id).await?;
            pinned.insert(id.clone(), found.as_ref().map(shown::choice));
        }
    }
    let row = |listed: ListedNode| {
        let mtls = shown::mtls(&listed.node);
        let certificate = match mtls.certificate.pinned() {
            Some(id) => pinned.get(id).cloned().flatten(),
            None => primary.clone(),
        };
        NodeRow {
            id: listed.node.id,
            name: listed.node.name,
            method: listed.node.method,
            url: listed.node.url,
            certificate: certificate.filter(|_| mtls.enabled),
            mtls,
            last_call: listed.last_use.map(shown::last_call),
            version: listed.node.version,
        }
    };
    let rows = nodes.into_iter().map(row).collect();
    let query = NodeQuery { page, ..query };
    Ok(NodeList { now: door.services.clock.now(), query, rows, total, per_page: PER_PAGE, counts, as_of })
}

fn filter(show: NodeShow, search: &str) -> NodeFilter {
    let mtls = match show {
        NodeShow::All | NodeShow::Failing => None,
        NodeShow::Primary => Some(MtlsFilter::Primary),
        NodeShow::Pinned => Some(MtlsFilter::Pinned),
        NodeShow::Off => Some(MtlsFilter::Off),
    };
    NodeFilter { search: search.chars().take(200).collect(), mtls, failing: show == NodeShow::Failing }
}
