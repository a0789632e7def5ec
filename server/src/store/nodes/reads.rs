//! What is read of API nodes.

use app::certificate::searched;
use async_trait::async_trait;

use super::NodeReads;
use super::records::{CallStamp, ListedNode, MtlsFilter, NodeFilter, StoredHeader, Use};
use super::rows::{self, select_headers, select_listed, select_stored_header};
use crate::store::Result;
use crate::store::database::Database;
use crate::store::query::{Query, query};
use crate::store::records::Certificate;
use crate::store::rows::select_certificate;

/// What a filter comes to, with the values that [`filtered`] binds as `$2` to `$4`.
macro_rules! matching {
    () => {
        "where api_nodes.account_id = $1 \
           and ($2 = '' or api_nodes.name_comparable like $2 escape '!' or lower(api_nodes.url) like $2 escape '!' \
             or (api_nodes.mtls_enabled and exists (select 1 from certificates named \
                   where named.account_id = $1 and named.deleted_on is null \
                     and (named.id = api_nodes.certificate_id or (api_nodes.certificate_id is null and named.is_primary)) \
                     and named.name_comparable like $2 escape '!'))) \
           and ($3 = '' or ($3 = 'off' and not api_nodes.mtls_enabled) \
             or ($3 = 'primary' and api_nodes.mtls_enabled and api_nodes.certificate_id is null) \
             or ($3 = 'pinned' and api_nodes.mtls_enabled and api_nodes.certificate_id is not null)) \
           and ($4 = false or (uses.result is not null and uses.result <> 'ok'))"
    };
}

/// A page of those that match, by name, then by id: `$5` of them, after `$6` others.
macro_rules! page {
    () => {
        concat!(matching!(), " order by api_nodes.name_comparable, api_nodes.id limit $5 offset $6")
    };
}

#[async_trait]
impl<D: Database> NodeReads for D {
    async fn api_nodes(
        &self,
        account_id: &str,
        filter: &NodeFilter,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<ListedNode>> {
        let pattern = pattern(&filter.search);
        let page = |sql| {
            filtered(query(sql).bind(account_id), filter, &pattern)
                .bind(i64::from(limit))
                .bind(i64::try_from(offset).unwrap_or(i64::MAX))
        };
        let mut nodes = self.all(page(select_listed!(page!())), rows::listed).await?;
        let headers = select_headers!(
            "where headers.node_id in (select api_nodes.id \
             from api_nodes left join api_node_uses uses on uses.node_id = api_nodes.id ",
            page!(),
            ")"
        );
        for (node_id, header) in self.all(page(headers), rows::header_of_node).await? {
            // Whoever was added meanwhile is on no page yet.
            if let Some(listed) = nodes.iter_mut().find(|listed| listed.node.id == node_id) {
                listed.node.headers.push(header);
            }
        }
        Ok(nodes)
    }

    async fn count_api_nodes(&self, account_id: &str, filter: &NodeFilter) -> Result<u64> {
        let sql = concat!(
            "select count(*) as total from api_nodes left join api_node_uses uses on uses.node_id = api_nodes.id ",
            matching!()
        );
        let pattern = pattern(&filter.search);
        let count = filtered(query(sql).bind(account_id), filter, &pattern);
        Ok(self.one(count, |row| row.count("api_nodes.total")).await?.unwrap_or(0))
    }

    async fn api_node(&self, account_id: &str, id: &str) -> Result<Option<ListedNode>> {
        let sql = select_listed!("where api_nodes.account_id = $1 and api_nodes.id = $2");
        let Some(mut found) = self.one(query(sql).bind(account_id).bind(id), rows::listed).await? else {
            return Ok(None);
        };
        let sql = select_headers!("where headers.node_id = $1");
        found.node.headers = self.all(query(sql).bind(id), rows::header).await?;
        Ok(Some(found))
    }

    async fn call_stamp(&self, account_id: &str, id: &str) -> Result<Option<CallStamp>> {
        let sql = "select api_nodes.version, \
                     coalesce(pinned.id, followed.id) as certificate_id, \
                     coalesce(pinned.version, followed.version) as certificate_version, \
                     coalesce(pinned.content_version, followed.content_version) as content_version, \
                     authorities.id as authority_id, authorities.version as authority_version \
                   from api_nodes \
                   left join certificates pinned on api_nodes.mtls_enabled and pinned.id = api_nodes.certificate_id \
                     and pinned.deleted_on is null \
                   left join certificates followed on api_nodes.mtls_enabled and api_nodes.certificate_id is null \
                     and followed.account_id = api_nodes.account_id and followed.is_primary \
                     and followed.deleted_on is null \
                   left join certificates authorities on authorities.id = api_nodes.server_ca \
                     and authorities.deleted_on is null \
                   where api_nodes.account_id = $1 and api_nodes.id = $2";
        self.one(query(sql).bind(account_id).bind(id), rows::stamp).await
    }

    async fn certificates_by_kind(&self, account_id: &str, ca: bool, limit: u32) -> Result<Vec<Certificate>> {
        let sql = select_certificate!(
            "where account_id = $1 and ca = $2 and deleted_on is null order by not_after, id limit $3"
        );
        self.all(query(sql).bind(account_id).bind(ca).bind(i64::from(limit)), crate::store::rows::certificate).await
    }

    async fn certificate_use(&self, account_id: &str, id: &str) -> Result<Option<Use>> {
        let sql = "select uses.calls, uses.failures, uses.used_at, uses.result, uses.host \
                   from certificate_uses uses join certificates on certificates.id = uses.certificate_id \
                   where certificates.account_id = $1 and certificates.id = $2";
        Ok(self.one(query(sql).bind(account_id).bind(id), rows::last_use).await?.flatten())
    }

    async fn stored_headers(&self, after: (&str, i64), limit: u32) -> Result<Vec<StoredHeader>> {
        let sql = select_stored_header!(
            "where headers.is_secret and (headers.node_id, headers.position) > ($1, $2) \
             order by headers.node_id, headers.position limit $3"
        );
        self.all(query(sql).bind(after.0).bind(after.1).bind(i64::from(limit)), rows::stored_header).await
    }
}

fn filtered<'v>(query: Query<'v>, filter: &NodeFilter, pattern: &'v str) -> Query<'v> {
    let mtls = match filter.mtls {
        None => "",
        Some(MtlsFilter::Primary) => "primary",
        Some(MtlsFilter::Pinned) => "pinned",
        Some(MtlsFilter::Off) => "off",
    };
    query.bind(pattern).bind(mtls).bind(filter.failing)
}

/// A pattern of `like` that is found anywhere; nothing for nothing.
fn pattern(search: &str) -> String {
    let search = searched(search);
    if search.is_empty() {
        return search;
    }
    let escaped = search.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}
