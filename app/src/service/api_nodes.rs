//! API nodes: what pages ask about them.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::Answer;
use crate::api_node::{CallInput, CallOutcome, Draft, FailureKind, Mtls};
use crate::timestamp::Timestamp;

/// The API nodes of the caller's company. **Permissions:** `api_nodes:manage` for each of them.
///
/// Each can answer [`super::Error::SignedOut`] and [`super::Error::Forbidden`]; an id of another company is
/// [`super::Error::NotFound`].
#[async_trait]
pub trait ApiNodes: Send + Sync {
    /// One page of the list; the last one for a page after it.
    async fn list_nodes(&self, query: NodeQuery) -> Answer<NodeList>;

    /// One node, as it is edited.
    async fn node(&self, id: String) -> Answer<Node>;

    /// Which certificates a node can be given, by name; nothing else of them.
    async fn node_choices(&self) -> Answer<NodeChoices>;

    /// Creates a node.
    ///
    /// # Errors
    /// [`super::Error::Fields`] as [`crate::api_node::check`], and for `url` if its host may not be called, `mtls/certificate` and
    /// `server_ca` if that certificate is not there or does not do.
    async fn create_node(&self, draft: Draft) -> Answer<Node>;

    /// Changes a node; a secret header without a value keeps it.
    ///
    /// # Errors
    /// [`super::Error::Fields`] as [`ApiNodes::create_node`]; [`super::Error::Stale`].
    async fn save_node(&self, id: String, version: i64, draft: Draft) -> Answer<Node>;

    /// Creates a copy of a node, with its secret header values.
    async fn duplicate_node(&self, id: String) -> Answer<Node>;

    /// Removes a node. Nothing brings it back.
    ///
    /// # Errors
    /// [`super::Error::Stale`].
    async fn delete_node(&self, id: String, version: i64) -> Answer<()>;

    /// Makes a call as it is typed, saved or not. That the call fails is an answer too.
    ///
    /// # Errors
    /// [`super::Error::Fields`] as [`ApiNodes::create_node`] and [`crate::api_node::Checked::render`]; nothing was sent then.
    async fn test_node(&self, test: NodeTest) -> Answer<CallOutcome>;
}

/// Which part of the list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeQuery {
    /// Page number from 1; 0 means 1.
    pub page: u32,
    /// What the name or the URL contains; empty for all.
    pub search: String,
    /// Which of them.
    pub show: NodeShow,
}

/// Which nodes are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeShow {
    /// All of them.
    #[default]
    All,
    /// Those that follow the primary.
    Primary,
    /// Those that are pinned to a certificate.
    Pinned,
    /// Those whose mTLS is off.
    Off,
    /// Those whose last call failed.
    Failing,
}

impl NodeShow {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 5] = [Self::All, Self::Primary, Self::Pinned, Self::Off, Self::Failing];

    /// As it stands in the address; empty for all.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Primary => "primary",
            Self::Pinned => "pinned",
            Self::Off => "off",
            Self::Failing => "failing",
        }
    }

    /// What an address asks for; all for any other text.
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|show| show.as_str() == text).unwrap_or_default()
    }
}

/// One page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeList {
    /// The server's time when the list was read.
    pub now: Timestamp,
    /// What was asked for, with the number of the page that there is.
    pub query: NodeQuery,
    /// By name, then by id.
    pub rows: Vec<NodeRow>,
    /// Rows in all pages.
    pub total: u64,
    /// Rows in a full page.
    pub per_page: u32,
    /// How many there are behind each tab, whatever is searched for, in the order of [`NodeShow::ALL`].
    pub counts: [u64; 5],
    /// Number of the last change in the company that this list may show: what came after it is told to whoever listens.
    pub as_of: i64,
}

/// A node as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeRow {
    /// UUID, lower case.
    pub id: String,
    /// The name that people gave it.
    pub name: String,
    /// The HTTP method.
    pub method: String,
    /// The URL, with its variables.
    pub url: String,
    /// Whether it identifies itself, and with which certificate.
    pub mtls: Mtls,
    /// The certificate that its next call would go out with.
    pub certificate: Option<CertificateChoice>,
    /// How its last call ended.
    pub last_call: Option<LastCall>,
    /// Rises with each change; sent along with a change so that a stale one is noticed.
    pub version: i64,
}

/// How the last call ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastCall {
    /// When.
    pub at: Timestamp,
    /// `ok`; `http_503` for an answer that says that it failed; else the kind of the failure, as [`FailureKind::as_str`] says it.
    pub result: String,
    /// The host that it went to.
    pub host: String,
    /// Calls in all.
    pub calls: u64,
    /// Those of them that failed.
    pub failures: u64,
}

impl LastCall {
    /// How a call's outcome is noted.
    pub fn result_of(outcome: &CallOutcome) -> String {
        match (&outcome.error, &outcome.answer) {
            (Some(error), _) => FailureKind::as_str(error.kind).to_owned(),
            (None, Some(answer)) if answer.status >= 400 => format!("http_{}", answer.status),
            (None, _) => "ok".to_owned(),
        }
    }

    /// Whether it failed.
    pub fn has_failed(&self) -> bool {
        self.result != "ok"
    }
}

/// A node as it is edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// UUID, lower case.
    pub id: String,
    /// The name that people gave it.
    pub name: String,
    /// The HTTP method.
    pub method: String,
    /// The URL, with its variables.
    pub url: String,
    /// The headers, in their order.
    pub headers: Vec<NodeHeader>,
    /// The body, with its variables.
    pub body: String,
    /// How long a call may take, in milliseconds.
    pub timeout_ms: u32,
    /// Whether redirects are followed.
    pub follow_redirects: bool,
    /// The CA certificate that its server is trusted by, besides the system's.
    pub server_ca: Option<String>,
    /// Whether it identifies itself, and with which certificate.
    pub mtls: Mtls,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Name of who changed it last.
    pub changed_by: String,
    /// How its last call ended.
    pub last_call: Option<LastCall>,
    /// Rises with each change; sent along with a change so that a stale one is noticed.
    pub version: i64,
}

/// A header of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeHeader {
    /// Its name.
    pub name: String,
    /// Its value; `None` for a secret one.
    pub value: Option<String>,
    /// Whether its value is for nobody's eyes.
    pub secret: bool,
}

/// Which certificates a node can be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeChoices {
    /// The server's time; whether one has expired is computed from it.
    pub now: Timestamp,
    /// The primary, if there is one.
    pub primary: Option<CertificateChoice>,
    /// Client certificates, soonest expiry first. Expired ones cannot be chosen.
    pub certificates: Vec<CertificateChoice>,
    /// CA certificates that a server can be trusted by, soonest expiry first.
    pub authorities: Vec<CertificateChoice>,
    /// Number of the last change in the company that these may show, as in [`NodeList`].
    pub as_of: i64,
}

impl NodeChoices {
    /// Whether others are the same, whenever they were read.
    pub fn are_the_same(&self, others: &Self) -> bool {
        Self { now: others.now, as_of: others.as_of, ..self.clone() } == *others
    }
}

/// A certificate, as much of it as whoever edits nodes may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateChoice {
    /// UUID, lower case.
    pub id: String,
    /// The name that people gave it.
    pub name: String,
    /// `RSA 2048`, `EC P-256`, `Ed25519`, …
    pub key_type: String,
    /// Begin of the validity.
    pub not_before: Timestamp,
    /// End of the validity.
    pub not_after: Timestamp,
}

impl CertificateChoice {
    /// Whether it can be chosen: it is valid at this moment.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.not_before <= now && now <= self.not_after
    }
}

/// A call as it is typed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NodeTest {
    /// The node that is edited, if it was saved before: its secret header values are used where the draft has none.
    pub id: Option<String>,
    /// The node as typed.
    pub draft: Draft,
    /// The variables' values.
    pub input: CallInput,
}

/// Who uses a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateUsage {
    /// The nodes, by name.
    pub nodes: Vec<UsingNode>,
    /// How the last call ended that it was sent in.
    pub last_call: Option<LastCall>,
}

/// A node that uses a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsingNode {
    /// UUID, lower case.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it does so because the certificate is the primary.
    pub follows_primary: bool,
    /// Whether it really does: its mTLS is on.
    pub active: bool,
}
