//! API nodes in the store: what they call, with which certificate, and how their last call ended.

mod changes;
mod reads;
mod records;
mod rows;

use async_trait::async_trait;

pub use self::records::{
    ApiNode, CallStamp, HeaderValue, ListedNode, MtlsFilter, NodeFilter, NodeHeader, StoredHeader, Use, Used,
};
use super::Result;
use super::records::{Certificate, SealedKey};

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
    async fn add_use(&mut self, used: &Used, counted: &Use) -> Result<()>;
}
