//! The API nodes of the caller's company, and their calls.

mod call;
mod change;
mod choices;
mod delete;
mod list;
mod opening;
mod plans;
mod shown;
mod uses;

use app::api_node::{CallInput, CallOutcome, Draft};
use app::service::{Answer, ApiNodes, Node, NodeChoices, NodeList, NodeQuery, NodeTest, Permission, Scope};
use async_trait::async_trait;

pub(super) use self::plans::Plans;
pub(super) use self::shown::last_call;
pub(super) use self::uses::Uses;
use super::access::Needs;
use super::{Door, Seen};
use crate::store::{ListedNode, NodeFilter};

/// What the verbs ask for that change nothing.
pub(super) const READ: Needs = Needs::scope(Permission::ManageApiNodes, Scope::ReadApiNodes);
/// What all others ask for.
pub(super) const WRITE: Needs = Needs::scope(Permission::ManageApiNodes, Scope::WriteApiNodes);
/// What calls ask for.
pub(super) const CALL: Needs = Needs::scope(Permission::ManageApiNodes, Scope::CallApiNodes);
/// What a refused look is recorded as.
pub(super) const LOOK: &str = "api_node.read";

#[async_trait]
impl ApiNodes for Door {
    async fn list_nodes(&self, query: NodeQuery) -> Answer<NodeList> {
        self.services.answer(list::list(self, query).await)
    }

    async fn node(&self, id: String) -> Answer<Node> {
        self.api_node(&id).await.map(shown::node)
    }

    async fn node_choices(&self) -> Answer<NodeChoices> {
        self.services.answer(choices::choices(self).await)
    }

    async fn create_node(&self, draft: Draft) -> Answer<Node> {
        self.create_api_node(draft).await.map(shown::node)
    }

    async fn save_node(&self, id: String, version: i64, draft: Draft) -> Answer<Node> {
        self.change_api_node(&id, &Seen::Version(version), |_stored| draft).await.map(shown::node)
    }

    async fn duplicate_node(&self, id: String) -> Answer<Node> {
        let duplicated = change::duplicate(self, &id).await;
        self.services.answer(self.noting("api_node.create", Some(&id), duplicated).await).map(shown::node)
    }

    async fn delete_node(&self, id: String, version: i64) -> Answer<()> {
        self.delete_api_node(&id, &Seen::Version(version)).await.map(drop)
    }

    async fn test_node(&self, test: NodeTest) -> Answer<CallOutcome> {
        let id = test.id.clone();
        let tested = call::test(self, test).await;
        self.services.answer(self.noting("api_node.test", id.as_deref(), tested).await)
    }
}

/// Each can answer [`app::service::Error::MissingScope`] and [`app::service::Error::Forbidden`]; an id of another company is
/// [`app::service::Error::NotFound`].
impl Door {
    /// One page of the nodes that match, and how many there are. **Permissions:** `api_nodes:manage`, or a token with
    /// `api_nodes:read`.
    pub async fn api_nodes(&self, filter: NodeFilter, offset: u64, limit: u32) -> Answer<(Vec<ListedNode>, u64)> {
        self.services.answer(list::page(self, &filter, offset, limit).await)
    }

    /// One node. **Permissions:** as above.
    pub async fn api_node(&self, id: &str) -> Answer<ListedNode> {
        self.services.answer(list::one(self, id).await)
    }

    /// Creates a node. **Permissions:** `api_nodes:manage`, or a token with `api_nodes:write`.
    ///
    /// # Errors
    /// [`app::service::Error::Fields`].
    pub async fn create_api_node(&self, draft: Draft) -> Answer<ListedNode> {
        let created = change::create(self, draft).await;
        self.services.answer(self.noting("api_node.create", None, created).await)
    }

    /// Changes a node to what `edit` makes of it. **Permissions:** as above.
    ///
    /// # Errors
    /// [`app::service::Error::Fields`]; [`app::service::Error::Stale`].
    pub async fn change_api_node(
        &self,
        id: &str,
        seen: &Seen,
        edit: impl FnOnce(Draft) -> Draft + Send,
    ) -> Answer<ListedNode> {
        let changed = change::change(self, id, seen, edit).await;
        self.services.answer(self.noting("api_node.change", Some(id), changed).await)
    }

    /// Removes a node. **Permissions:** as above.
    ///
    /// # Errors
    /// [`app::service::Error::Stale`].
    pub async fn delete_api_node(&self, id: &str, seen: &Seen) -> Answer<ListedNode> {
        let deleted = delete::delete(self, id, seen).await;
        self.services.answer(self.noting("api_node.delete", Some(id), deleted).await)
    }

    /// Makes a call. That it fails is an answer too. **Permissions:** `api_nodes:manage`, or a token with `api_nodes:call`.
    ///
    /// # Errors
    /// [`app::service::Error::Fields`] for what the call brings along; nothing was sent then.
    pub async fn call_api_node(&self, id: &str, input: &CallInput) -> Answer<CallOutcome> {
        let called = call::call(self, id, input).await;
        self.services.answer(self.noting("api_node.call", Some(id), called).await)
    }
}
