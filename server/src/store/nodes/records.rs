//! What the store answers with about API nodes.

use app::timestamp::Timestamp;

use crate::store::records::SealedKey;

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

/// Who was used. Nodes before certificates, each in the order of their ids: all servers write them in one order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Used {
    /// An API node, by its id.
    Node(String),
    /// A certificate, by its id.
    Certificate(String),
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
    /// Only those with this in their name, their URL or the name of the certificate that they identify themselves with, whatever its case.
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
