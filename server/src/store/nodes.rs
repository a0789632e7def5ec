//! API nodes in the store: what they call, with which certificate, and how their last call ended.

use std::collections::HashMap;

use app::timestamp::Timestamp;
use async_trait::async_trait;

use super::Result;
use super::changes::Changes;
use super::database::{Database, Open};
use super::query::{Query, Row, query};
use super::records::{Certificate, SealedKey};
use super::rows::{self, select_certificate};

/// An API node as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiNode {
    /// UUID, lower case.
    pub id: String,
    /// The account it belongs to.
    pub account_id: String,
    /// The name that people gave it.
    pub name: String,
    /// The HTTP method, upper case.
    pub method: String,
    /// The URL, with its variables.
    pub url: String,
    /// The headers, in their order.
    pub headers: Vec<NodeHeader>,
    /// The body, with its variables; empty for none.
    pub body: String,
    /// How long a call may take, in milliseconds.
    pub timeout_ms: i64,
    /// Whether redirects are followed.
    pub follow_redirects: bool,
    /// A CA certificate of the account that its server is trusted by, besides the system's.
    pub server_ca: Option<String>,
    /// Whether it identifies itself with a client certificate.
    pub mtls_enabled: bool,
    /// The certificate that it is pinned to; `None` for the primary.
    pub certificate_id: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Name of the person or token that changed it last.
    pub changed_by: String,
    /// Rises with each change, from 1.
    pub version: i64,
}

/// A header of an API node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: HeaderValue,
}

/// A header's value as it lies in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderValue {
    /// For everybody who may see the node.
    Plain(String),
    /// For nobody's eyes.
    Sealed(SealedKey),
}

/// A sealed header value with what it is opened with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredHeader {
    /// The account that the node belongs to.
    pub account_id: String,
    /// The node.
    pub node_id: String,
    /// Its name.
    pub node_name: String,
    /// The header's place among the node's headers, from 0.
    pub position: i64,
    /// The header's name.
    pub header: String,
    /// The sealed value, if it is there.
    pub key: Option<SealedKey>,
}

/// How often something was used in calls, and how the last one ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Calls.
    pub calls: u64,
    /// Those of them that failed.
    pub failures: u64,
    /// When the last one ended.
    pub at: Timestamp,
    /// `ok`, or the kind of its failure.
    pub result: String,
    /// The host that it went to.
    pub host: String,
}

/// Who was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Used<'a> {
    /// An API node, by its id.
    Node(&'a str),
    /// A certificate, by its id.
    Certificate(&'a str),
}

/// A node as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedNode {
    /// The node.
    pub node: ApiNode,
    /// Its last call, if there was one.
    pub last_use: Option<Use>,
}

/// Which nodes of an account are asked for. What is empty does not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeFilter {
    /// Only those with this in their name or URL, whatever its case.
    pub search: String,
    /// Only those whose certificate is chosen like this.
    pub mtls: Option<MtlsFilter>,
    /// Only those whose last call failed.
    pub failing: bool,
}

/// How a node's certificate is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MtlsFilter {
    /// It follows the primary.
    Primary,
    /// It is pinned to one.
    Pinned,
    /// Its mTLS is off.
    Off,
}

/// Everything that a call depends on: if it is the same, so is the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallStamp {
    /// The node's version.
    pub version: i64,
    /// The certificate that a call goes out with at this moment: id, version, version of its contents.
    pub certificate: Option<(String, i64, i64)>,
    /// The CA certificate that its server is trusted by: id, version.
    pub server_ca: Option<(String, i64)>,
}

/// Reads about API nodes.
#[async_trait]
pub trait NodeReads: Send + Sync {
    /// One page of an account's nodes, by name, then by id.
    async fn api_nodes(
        &self,
        account_id: &str,
        filter: &NodeFilter,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<ListedNode>>;
    /// How many nodes of an account match.
    async fn count_api_nodes(&self, account_id: &str, filter: &NodeFilter) -> Result<u64>;
    /// A node of this account.
    async fn api_node(&self, account_id: &str, id: &str) -> Result<Option<ListedNode>>;
    /// What a call of this node depends on at this moment; `None` if there is no such node.
    async fn call_stamp(&self, account_id: &str, id: &str) -> Result<Option<CallStamp>>;
    /// An account's certificates that are CA certificates, or those that are not; soonest expiry first.
    async fn certificates_by_kind(&self, account_id: &str, ca: bool, limit: u32) -> Result<Vec<Certificate>>;
    /// How many nodes use each certificate of an account, by its id; not of those that nothing uses.
    async fn use_counts(&self, account_id: &str) -> Result<HashMap<String, u64>>;
    /// The last use of a certificate of this account in a call.
    async fn certificate_use(&self, account_id: &str, id: &str) -> Result<Option<Use>>;
    /// One page of every sealed header value: all that come after this node and position, in their order.
    async fn stored_headers(&self, after: (&str, i64), limit: u32) -> Result<Vec<StoredHeader>>;
}

/// Changes of API nodes, inside a transaction.
#[async_trait]
pub trait NodeChanges: Send {
    /// Makes changes inside an account wait for each other.
    async fn hold_account(&mut self, account_id: &str) -> Result<()>;
    /// The node, read inside this transaction and locked until its end.
    async fn lock_api_node(&mut self, account_id: &str, id: &str) -> Result<Option<ApiNode>>;
    /// How many nodes an account has, seen inside this transaction.
    async fn count_nodes_of(&mut self, account_id: &str) -> Result<u64>;
    /// Adds a node.
    async fn insert_api_node(&mut self, node: &ApiNode) -> Result<()>;
    /// Writes everything of a node that was locked before. Fails with [`super::Error::Stale`] unless the version is higher than the stored one.
    async fn update_api_node(&mut self, node: &ApiNode) -> Result<()>;
    /// Removes a node that was locked before, with its sealed header values.
    async fn delete_api_node(&mut self, id: &str) -> Result<()>;
    /// Sealed header values that an older version of the master key wraps, locked until the end of the transaction: those that come
    /// after this node and position, in their order.
    async fn lock_headers_older_than(
        &mut self,
        master_key_version: i64,
        after: (&str, i64),
        limit: u32,
    ) -> Result<Vec<StoredHeader>>;
    /// Writes the wrapped data key of a sealed header value that was locked before. Fails with [`super::Error::Stale`] unless its version of the
    /// master key is higher than the stored one.
    async fn rewrap_header(&mut self, node_id: &str, position: i64, key: &SealedKey) -> Result<()>;
    /// Adds calls to what was counted before; what does not exist any more is left out.
    async fn add_use(&mut self, used: Used<'_>, counted: &Use) -> Result<()>;
}

/// Every column of a node, with its use.
macro_rules! node_columns {
    () => {
        "api_nodes.id, api_nodes.account_id, api_nodes.name, api_nodes.method, api_nodes.url, api_nodes.body, \
         api_nodes.timeout_ms, api_nodes.follow_redirects, api_nodes.server_ca, api_nodes.mtls_enabled, \
         api_nodes.certificate_id, api_nodes.created_at, api_nodes.changed_at, api_nodes.changed_by, api_nodes.version"
    };
}

/// `select` of nodes with their uses, with what follows it.
macro_rules! select_listed {
    ($rest:literal) => {
        concat!(
            "select ",
            node_columns!(),
            ", uses.calls, uses.failures, uses.used_at, uses.result, uses.host \
             from api_nodes left join api_node_uses uses on uses.node_id = api_nodes.id ",
            $rest
        )
    };
}

/// `select` of headers, with what follows it.
macro_rules! select_headers {
    ($rest:literal) => {
        concat!(
            "select headers.node_id, headers.position, headers.name, headers.value, headers.is_secret, \
               sealed_headers.master_key_version, sealed_headers.wrapped_data_key, sealed_headers.sealed \
             from api_node_headers headers \
             left join sealed_headers on sealed_headers.node_id = headers.node_id \
               and sealed_headers.position = headers.position ",
            $rest,
            " order by headers.node_id, headers.position"
        )
    };
}

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

/// What a filter comes to, with the values that [`filtered`] binds as `$2` to `$4`.
macro_rules! matching {
    () => {
        "where api_nodes.account_id = $1 \
           and ($2 = '' or api_nodes.name_comparable like $2 escape '!' or lower(api_nodes.url) like $2 escape '!') \
           and ($3 = '' or ($3 = 'off' and not api_nodes.mtls_enabled) \
             or ($3 = 'primary' and api_nodes.mtls_enabled and api_nodes.certificate_id is null) \
             or ($3 = 'pinned' and api_nodes.mtls_enabled and api_nodes.certificate_id is not null)) \
           and ($4 = false or (uses.result is not null and uses.result <> 'ok'))"
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
        let sql = concat!(
            "select ",
            node_columns!(),
            ", uses.calls, uses.failures, uses.used_at, uses.result, uses.host \
             from api_nodes left join api_node_uses uses on uses.node_id = api_nodes.id ",
            matching!(),
            " order by api_nodes.name_comparable, api_nodes.id limit $5 offset $6"
        );
        let pattern = pattern(&filter.search);
        let page = filtered(query(sql).bind(account_id), filter, &pattern)
            .bind(i64::from(limit))
            .bind(i64::try_from(offset).unwrap_or(i64::MAX));
        let mut nodes = self.all(page, listed).await?;
        for listed in &mut nodes {
            let sql = select_headers!("where headers.node_id = $1");
            listed.node.headers = self.all(query(sql).bind(&listed.node.id), header).await?;
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
        let Some(mut found) = self.one(query(sql).bind(account_id).bind(id), listed).await? else { return Ok(None) };
        let sql = select_headers!("where headers.node_id = $1");
        found.node.headers = self.all(query(sql).bind(id), header).await?;
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
        self.one(query(sql).bind(account_id).bind(id), stamp).await
    }

    async fn certificates_by_kind(&self, account_id: &str, ca: bool, limit: u32) -> Result<Vec<Certificate>> {
        let sql = select_certificate!(
            "where account_id = $1 and ca = $2 and deleted_on is null order by not_after, id limit $3"
        );
        self.all(query(sql).bind(account_id).bind(ca).bind(i64::from(limit)), rows::certificate).await
    }

    async fn use_counts(&self, account_id: &str) -> Result<HashMap<String, u64>> {
        let sql = "select id, cast(sum(nodes) as bigint) as nodes from ( \
                     select certificate_id as id, count(*) as nodes from api_nodes \
                       where account_id = $1 and certificate_id is not null and mtls_enabled group by certificate_id \
                     union all \
                     select server_ca as id, count(*) as nodes from api_nodes \
                       where account_id = $1 and server_ca is not null group by server_ca \
                     union all \
                     select certificates.id, (select count(*) from api_nodes \
                         where api_nodes.account_id = $1 and certificate_id is null and mtls_enabled) as nodes \
                       from certificates where account_id = $1 and is_primary and deleted_on is null \
                   ) counted where nodes > 0 group by id";
        let count = |row: &Row| Ok((row.value("counted.id")?, row.count("counted.nodes")?));
        Ok(self.all(query(sql).bind(account_id), count).await?.into_iter().collect())
    }

    async fn certificate_use(&self, account_id: &str, id: &str) -> Result<Option<Use>> {
        let sql = "select uses.calls, uses.failures, uses.used_at, uses.result, uses.host \
                   from certificate_uses uses join certificates on certificates.id = uses.certificate_id \
                   where certificates.account_id = $1 and certificates.id = $2";
        Ok(self.one(query(sql).bind(account_id).bind(id), last_use).await?.flatten())
    }

    async fn stored_headers(&self, after: (&str, i64), limit: u32) -> Result<Vec<StoredHeader>> {
        let sql = select_stored_header!(
            "where headers.is_secret and (headers.node_id, headers.position) > ($1, $2) \
             order by headers.node_id, headers.position limit $3"
        );
        self.all(query(sql).bind(after.0).bind(after.1).bind(i64::from(limit)), stored_header).await
    }
}

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
        let Some(mut node) = self.database.one(query(sql).bind(account_id).bind(id), node).await? else {
            return Ok(None);
        };
        // Whoever wraps them anew at this moment comes first, and is seen.
        let sql = "select position from sealed_headers where node_id = $1 order by position for update";
        self.database.rows(query(sql).bind(id)).await?;
        let sql = select_headers!("where headers.node_id = $1");
        node.headers = self.database.all(query(sql).bind(id), header).await?;
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
        let name = rows::comparable(&node.name);
        let insert = written(query(sql), node, &name).bind(node.created_at).bind(node.changed_at);
        self.database.change(insert.bind(&node.changed_by).bind(node.version)).await?;
        insert_headers(&mut self.database, node).await
    }

    async fn update_api_node(&mut self, node: &ApiNode) -> Result<()> {
        let sql = "update api_nodes set name = $3, name_comparable = $4, method = $5, url = $6, body = $7, timeout_ms = $8, \
                     follow_redirects = $9, server_ca = $10, mtls_enabled = $11, certificate_id = $12, changed_at = $13, \
                     changed_by = $14, version = $15 \
                   where id = $1 and account_id = $2 and version < $15";
        let name = rows::comparable(&node.name);
        let update = written(query(sql), node, &name).bind(node.changed_at);
        self.database.change_one("api_nodes", update.bind(&node.changed_by).bind(node.version)).await?;
        self.database.change(query("delete from api_node_headers where node_id = $1").bind(&node.id)).await?;
        insert_headers(&mut self.database, node).await
    }

    async fn delete_api_node(&mut self, id: &str) -> Result<()> {
        self.database.change_one("api_nodes", query("delete from api_nodes where id = $1").bind(id)).await
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
            headers.extend(self.database.one(header, stored_header).await?);
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

    async fn add_use(&mut self, used: Used<'_>, counted: &Use) -> Result<()> {
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
    let search = search.trim().to_lowercase();
    if search.is_empty() {
        return search;
    }
    let escaped = search.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}

fn listed(row: &Row) -> Result<ListedNode> {
    Ok(ListedNode { node: node(row)?, last_use: last_use(row)? })
}

fn node(row: &Row) -> Result<ApiNode> {
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

fn last_use(row: &Row) -> Result<Option<Use>> {
    let Some(at) = row.optional_time("uses.used_at")? else { return Ok(None) };
    Ok(Some(Use {
        calls: row.count("uses.calls")?,
        failures: row.count("uses.failures")?,
        at,
        result: row.value("uses.result")?,
        host: row.value("uses.host")?,
    }))
}

fn header(row: &Row) -> Result<NodeHeader> {
    let value = if row.value("api_node_headers.is_secret")? {
        HeaderValue::Sealed(rows::sealed_key(row)?)
    } else {
        HeaderValue::Plain(row.value("api_node_headers.value")?)
    };
    Ok(NodeHeader { name: row.value("api_node_headers.name")?, value })
}

fn stored_header(row: &Row) -> Result<StoredHeader> {
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

fn stamp(row: &Row) -> Result<CallStamp> {
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
