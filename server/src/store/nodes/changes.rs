//! What changes API nodes, always inside a transaction.

use app::certificate::folded;
use async_trait::async_trait;

use super::NodeChanges;
use super::records::{ApiNode, HeaderValue, StoredHeader, Use, Used};
use super::rows::{self, node_columns, select_headers, select_stored_header};
use crate::store::Result;
use crate::store::changes::Changes;
use crate::store::database::Open;
use crate::store::query::{Query, Row, query};
use crate::store::records::SealedKey;

#[async_trait]
impl NodeChanges for Changes {
    async fn hold_account(&mut self, account_id: &str) -> Result<()> {
        self.lock_account(account_id).await
    }

    async fn lock_api_node(&mut self, account_id: &str, id: &str) -> Result<Option<ApiNode>> {
        self.lock_account(account_id).await?;
        let sql = concat!(
            "select ",
            node_columns!(),
            " from api_nodes where api_nodes.account_id = $1 and api_nodes.id = $2 for update"
        );
        let Some(mut node) = self.database.one(query(sql).bind(account_id).bind(id), rows::node).await? else {
            return Ok(None);
        };
        // Whoever wraps them anew at this moment comes first, and is seen.
        let sql = "select position from sealed_headers where node_id = $1 order by position for update";
        self.database.rows(query(sql).bind(id)).await?;
        let sql = select_headers!("where headers.node_id = $1");
        node.headers = self.database.all(query(sql).bind(id), rows::header).await?;
        Ok(Some(node))
    }

    async fn count_nodes_of(&mut self, account_id: &str) -> Result<u64> {
        let sql = "select count(*) as total from api_nodes where account_id = $1";
        let count = self.database.one(query(sql).bind(account_id), |row| row.count("api_nodes.total")).await?;
        Ok(count.unwrap_or_default())
    }

    async fn insert_api_node(&mut self, node: &ApiNode) -> Result<()> {
        let sql = "insert into api_nodes \
                     (id, account_id, name, name_comparable, method, url, body, timeout_ms, follow_redirects, server_ca, \
                      mtls_enabled, certificate_id, created_at, changed_at, changed_by, version) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
        let name = folded(&node.name);
        let insert = written(query(sql), node, &name).bind(node.created_at).bind(node.changed_at);
        self.database.change(insert.bind(&node.changed_by).bind(node.version)).await?;
        insert_headers(&mut self.database, node).await?;
        let [certificate, authority] = used(node);
        self.recount_users(&node.account_id, [certificate, authority, None, None]).await
    }

    async fn update_api_node(&mut self, node: &ApiNode) -> Result<()> {
        let sql = "update api_nodes set name = $3, name_comparable = $4, method = $5, url = $6, body = $7, timeout_ms = $8, \
                     follow_redirects = $9, server_ca = $10, mtls_enabled = $11, certificate_id = $12, changed_at = $13, \
                     changed_by = $14, version = $15 \
                   where id = $1 and account_id = $2 and version < $15";
        let name = folded(&node.name);
        let before = self.used_before(&node.id).await?;
        let update = written(query(sql), node, &name).bind(node.changed_at);
        self.database.change_one("api_nodes", update.bind(&node.changed_by).bind(node.version)).await?;
        self.database.change(query("delete from api_node_headers where node_id = $1").bind(&node.id)).await?;
        insert_headers(&mut self.database, node).await?;
        let [certificate, authority] = used(node);
        let [certificate_before, authority_before] = before.used.each_ref().map(Option::as_deref);
        self.recount_users(&node.account_id, [certificate, authority, certificate_before, authority_before]).await
    }

    async fn delete_api_node(&mut self, id: &str) -> Result<()> {
        let before = self.used_before(id).await?;
        self.database.change_one("api_nodes", query("delete from api_nodes where id = $1").bind(id)).await?;
        let [certificate, authority] = before.used.each_ref().map(Option::as_deref);
        self.recount_users(&before.account_id, [certificate, authority, None, None]).await
    }

    async fn lock_headers_older_than(
        &mut self,
        master_key_version: i64,
        after: (&str, i64),
        limit: u32,
    ) -> Result<Vec<StoredHeader>> {
        let sql = "select node_id, position from sealed_headers \
                   where master_key_version < $1 and (node_id, position) > ($2, $3) \
                   order by node_id, position limit $4 for update";
        let page = query(sql).bind(master_key_version).bind(after.0).bind(after.1).bind(i64::from(limit));
        let place = |row: &Row| Ok((row.value("sealed_headers.node_id")?, row.value("sealed_headers.position")?));
        let places: Vec<(String, i64)> = self.database.all(page, place).await?;
        let mut headers = Vec::new();
        for (node_id, position) in places {
            let sql = select_stored_header!("where headers.node_id = $1 and headers.position = $2");
            let header = query(sql).bind(&node_id).bind(position);
            headers.extend(self.database.one(header, rows::stored_header).await?);
        }
        Ok(headers)
    }

    async fn rewrap_header(&mut self, node_id: &str, position: i64, key: &SealedKey) -> Result<()> {
        let sql = "update sealed_headers set master_key_version = $3, wrapped_data_key = $4 \
                   where node_id = $1 and position = $2 and master_key_version < $3";
        let update = query(sql).bind(node_id).bind(position);
        let update = update.bind(key.master_key_version).bind(&key.wrapped_data_key);
        self.database.change_one("sealed_headers", update).await
    }

    async fn add_use(&mut self, used: &Used, counted: &Use) -> Result<()> {
        /// What both tables say, with the table and its key.
        macro_rules! add {
            ($table:literal, $key:literal, $of:literal) => {
                concat!(
                    "insert into ",
                    $table,
                    " (",
                    $key,
                    ", calls, failures, used_at, result, host) \
                     select $1, $2, $3, $4, $5, $6 where exists (select 1 from ",
                    $of,
                    " where id = $1) \
                     on conflict (",
                    $key,
                    ") do update set calls = ",
                    $table,
                    ".calls + excluded.calls, \
                       failures = ",
                    $table,
                    ".failures + excluded.failures, \
                       result = case when excluded.used_at >= ",
                    $table,
                    ".used_at then excluded.result else ",
                    $table,
                    ".result end, \
                       host = case when excluded.used_at >= ",
                    $table,
                    ".used_at then excluded.host else ",
                    $table,
                    ".host end, \
                       used_at = case when excluded.used_at >= ",
                    $table,
                    ".used_at then excluded.used_at else ",
                    $table,
                    ".used_at end"
                )
            };
        }
        let (sql, id) = match used {
            Used::Node(id) => (add!("api_node_uses", "node_id", "api_nodes"), id),
            Used::Certificate(id) => (add!("certificate_uses", "certificate_id", "certificates"), id),
        };
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let add = query(sql).bind(id).bind(number(counted.calls)).bind(number(counted.failures));
        let add = add.bind(counted.at).bind(&counted.result).bind(&counted.host);
        self.database.change(add).await.map(drop)
    }
}

/// What a node uses: the certificate that it is pinned to, and the CA certificate that its server is trusted by.
fn used(node: &ApiNode) -> [Option<&str>; 2] {
    [node.certificate_id.as_deref(), node.server_ca.as_deref()]
}

/// What a stored node uses.
#[derive(Default)]
struct UsedBefore {
    account_id: String,
    used: [Option<String>; 2],
}

impl Changes {
    async fn used_before(&mut self, id: &str) -> Result<UsedBefore> {
        let sql = "select account_id, certificate_id, server_ca from api_nodes where id = $1";
        let read = |row: &Row| {
            let used = [row.value("api_nodes.certificate_id")?, row.value("api_nodes.server_ca")?];
            Ok(UsedBefore { account_id: row.value("api_nodes.account_id")?, used })
        };
        Ok(self.database.one(query(sql).bind(id), read).await?.unwrap_or_default())
    }
}

/// Binds what insert and update have in common, as `$1` to `$12`.
fn written<'v>(query: Query<'v>, node: &'v ApiNode, name: &'v str) -> Query<'v> {
    query
        .bind(&node.id)
        .bind(&node.account_id)
        .bind(&node.name)
        .bind(name)
        .bind(&node.method)
        .bind(&node.url)
        .bind(&node.body)
        .bind(node.timeout_ms)
        .bind(node.follow_redirects)
        .bind(node.server_ca.as_deref())
        .bind(node.mtls_enabled)
        .bind(node.certificate_id.as_deref())
}

async fn insert_headers(database: &mut Open, node: &ApiNode) -> Result<()> {
    for (position, header) in (0_i64..).zip(&node.headers) {
        let (value, sealed) = match &header.value {
            HeaderValue::Plain(value) => (value.as_str(), None),
            HeaderValue::Sealed(sealed) => ("", Some(sealed)),
        };
        let sql =
            "insert into api_node_headers (node_id, position, name, value, is_secret) values ($1, $2, $3, $4, $5)";
        let insert = query(sql).bind(&node.id).bind(position).bind(&header.name).bind(value);
        database.change(insert.bind(sealed.is_some())).await?;
        if let Some(sealed) = sealed {
            let sql = "insert into sealed_headers (node_id, position, master_key_version, wrapped_data_key, sealed) \
                       values ($1, $2, $3, $4, $5)";
            let insert = query(sql).bind(&node.id).bind(position).bind(sealed.master_key_version);
            database.change(insert.bind(&sealed.wrapped_data_key).bind(&sealed.sealed)).await?;
        }
    }
    Ok(())
}
