//! How rows become API nodes.

use super::records::{ApiNode, CallStamp, HeaderValue, ListedNode, NodeHeader, StoredHeader, Use};
use crate::store::query::Row;
use crate::store::{Result, rows};

/// Every column of a node, with its use.
macro_rules! node_columns {
    () => {
        "api_nodes.id, api_nodes.account_id, api_nodes.name, api_nodes.method, api_nodes.url, api_nodes.body, \
         api_nodes.timeout_ms, api_nodes.follow_redirects, api_nodes.server_ca, api_nodes.mtls_enabled, \
         api_nodes.certificate_id, api_nodes.created_at, api_nodes.changed_at, api_nodes.changed_by, api_nodes.version"
    };
}
pub(super) use node_columns;

/// `select` of nodes with their uses, with what follows it.
macro_rules! select_listed {
    ($($rest:expr),+) => {
        concat!(
            "select ",
            $crate::store::nodes::rows::node_columns!(),
            ", uses.calls, uses.failures, uses.used_at, uses.result, uses.host \
             from api_nodes left join api_node_uses uses on uses.node_id = api_nodes.id ",
            $($rest),+
        )
    };
}
pub(super) use select_listed;

/// `select` of headers, with what follows it.
macro_rules! select_headers {
    ($($rest:expr),+) => {
        concat!(
            "select headers.node_id, headers.position, headers.name, headers.value, headers.is_secret, \
               sealed_headers.master_key_version, sealed_headers.wrapped_data_key, sealed_headers.sealed \
             from api_node_headers headers \
             left join sealed_headers on sealed_headers.node_id = headers.node_id \
               and sealed_headers.position = headers.position ",
            $($rest,)+
            " order by headers.node_id, headers.position"
        )
    };
}
pub(super) use select_headers;

/// `select` of sealed header values, with what follows it.
macro_rules! select_stored_header {
    ($rest:literal) => {
        concat!(
            "select api_nodes.account_id, api_nodes.id as node_id, api_nodes.name as node_name, headers.position, \
               headers.name, sealed_headers.master_key_version, sealed_headers.wrapped_data_key, sealed_headers.sealed \
             from api_node_headers headers \
             join api_nodes on api_nodes.id = headers.node_id \
             left join sealed_headers on sealed_headers.node_id = headers.node_id \
               and sealed_headers.position = headers.position ",
            $rest
        )
    };
}
pub(super) use select_stored_header;

pub(super) fn listed(row: &Row) -> Result<ListedNode> {
    Ok(ListedNode { node: node(row)?, last_use: last_use(row)? })
}

pub(super) fn node(row: &Row) -> Result<ApiNode> {
    Ok(ApiNode {
        id: row.value("api_nodes.id")?,
        account_id: row.value("api_nodes.account_id")?,
        name: row.value("api_nodes.name")?,
        method: row.value("api_nodes.method")?,
        url: row.value("api_nodes.url")?,
        headers: Vec::new(),
        body: row.value("api_nodes.body")?,
        timeout_ms: row.value("api_nodes.timeout_ms")?,
        follow_redirects: row.value("api_nodes.follow_redirects")?,
        server_ca: row.value("api_nodes.server_ca")?,
        mtls_enabled: row.value("api_nodes.mtls_enabled")?,
        certificate_id: row.value("api_nodes.certificate_id")?,
        created_at: row.time("api_nodes.created_at")?,
        changed_at: row.time("api_nodes.changed_at")?,
        changed_by: row.value("api_nodes.changed_by")?,
        version: row.value("api_nodes.version")?,
    })
}

pub(super) fn last_use(row: &Row) -> Result<Option<Use>> {
    let Some(at) = row.optional_time("uses.used_at")? else { return Ok(None) };
    Ok(Some(Use {
        calls: row.count("uses.calls")?,
        failures: row.count("uses.failures")?,
        at,
        result: row.value("uses.result")?,
        host: row.value("uses.host")?,
    }))
}

/// A header, with the node that it belongs to.
pub(super) fn header_of_node(row: &Row) -> Result<(String, NodeHeader)> {
    Ok((row.value("api_node_headers.node_id")?, header(row)?))
}

pub(super) fn header(row: &Row) -> Result<NodeHeader> {
    let value = if row.value("api_node_headers.is_secret")? {
        HeaderValue::Sealed(rows::sealed_key(row)?)
    } else {
        HeaderValue::Plain(row.value("api_node_headers.value")?)
    };
    Ok(NodeHeader { name: row.value("api_node_headers.name")?, value })
}

pub(super) fn stored_header(row: &Row) -> Result<StoredHeader> {
    let sealed = row.value::<Option<Vec<u8>>>("sealed_headers.sealed")?;
    Ok(StoredHeader {
        account_id: row.value("api_nodes.account_id")?,
        node_id: row.value("api_nodes.node_id")?,
        node_name: row.value("api_nodes.node_name")?,
        position: row.value("api_node_headers.position")?,
        header: row.value("api_node_headers.name")?,
        key: sealed.map(|_sealed| rows::sealed_key(row)).transpose()?,
    })
}

pub(super) fn stamp(row: &Row) -> Result<CallStamp> {
    let certificate = match row.value::<Option<String>>("certificates.certificate_id")? {
        None => None,
        Some(id) => {
            Some((id, row.value("certificates.certificate_version")?, row.value("certificates.content_version")?))
        }
    };
    let server_ca = match row.value::<Option<String>>("certificates.authority_id")? {
        None => None,
        Some(id) => Some((id, row.value("certificates.authority_version")?)),
    };
    Ok(CallStamp { version: row.value("api_nodes.version")?, certificate, server_ca })
}
