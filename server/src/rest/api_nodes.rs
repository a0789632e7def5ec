//! The API nodes of an account.

pub(super) mod call;
pub(super) mod change;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod get;
pub(super) mod list;

use app::api_node::{Chosen, Draft, DraftHeader};
use app::service::{Error, Secret};
use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::Refusal;
use super::envelope::{Envelope, code, done};
use crate::store::{ApiNode, HeaderValue, ListedNode, Use};

/// What is answered about one node: its version as `ETag`, and the envelope.
pub(super) type One = ([(HeaderName, String); 1], Json<Envelope<NodeObject>>);

/// An API node: an outgoing call.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ApiNode)]
pub(super) struct NodeObject {
    /// UUID.
    #[schema(format = Uuid)]
    id: String,
    /// The name that people gave it.
    name: String,
    /// The HTTP method.
    method: String,
    /// The URL; `{{variable}}` may stand in its path and query.
    url: String,
    /// The headers, in their order.
    headers: Vec<HeaderObject>,
    /// The body, with its variables.
    body: String,
    /// How long a call may take, in milliseconds.
    timeout_ms: i64,
    /// Whether redirects are followed.
    follow_redirects: bool,
    /// A CA certificate of the account that its server is trusted by, besides the system's.
    #[schema(format = Uuid)]
    server_ca: Option<String>,
    /// Whether it identifies itself with a client certificate.
    mtls: MtlsObject,
    /// When it was created, RFC 3339 in UTC with microseconds.
    #[schema(format = DateTime)]
    created_on: String,
    /// When it was last changed.
    #[schema(format = DateTime)]
    modified_on: String,
    /// How its last call ended.
    last_call: Option<LastCallObject>,
    /// Rises with each change; the `ETag` of this answer.
    version: i64,
}

/// A header of an API node.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ApiNodeHeader)]
pub(super) struct HeaderObject {
    /// Its name.
    name: String,
    /// Its value, with its variables; null for a secret one.
    value: Option<String>,
    /// Whether its value is stored sealed and never shown.
    secret: bool,
}

/// Whether a node identifies itself, and with which certificate.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ApiNodeMtls)]
pub(super) struct MtlsObject {
    /// Whether it does.
    enabled: bool,
    /// `primary` for the account's primary of the moment, else a certificate's UUID.
    certificate: String,
}

/// How a last call ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = LastCall)]
pub(super) struct LastCallObject {
    /// When, RFC 3339 in UTC; to a few seconds.
    #[schema(format = DateTime)]
    at: String,
    /// `ok`, `http_503` for an answer that says that it failed, else the kind of the failure.
    result: String,
    /// The host that it went to.
    host: String,
    /// Calls in all.
    calls: u64,
    /// Those of them that failed.
    failures: u64,
}

impl From<Use> for LastCallObject {
    fn from(last: Use) -> Self {
        let Use { calls, failures, at, result, host } = last;
        Self { at: at.rfc3339(), result, host, calls, failures }
    }
}

impl From<ListedNode> for NodeObject {
    fn from(listed: ListedNode) -> Self {
        let ListedNode { node, last_use } = listed;
        let ApiNode { id, name, method, url, body, timeout_ms, follow_redirects, server_ca, version, .. } = node;
        let header = |header: crate::store::NodeHeader| match header.value {
            HeaderValue::Plain(value) => HeaderObject { name: header.name, value: Some(value), secret: false },
            HeaderValue::Sealed(_) => HeaderObject { name: header.name, value: None, secret: true },
        };
        let certificate = node.certificate_id.unwrap_or_else(|| "primary".to_owned());
        Self {
            id,
            name,
            method,
            url,
            headers: node.headers.into_iter().map(header).collect(),
            body,
            timeout_ms,
            follow_redirects,
            server_ca,
            mtls: MtlsObject { enabled: node.mtls_enabled, certificate },
            created_on: node.created_at.rfc3339_microseconds(),
            modified_on: node.changed_at.rfc3339_microseconds(),
            last_call: last_use.map(LastCallObject::from),
            version,
        }
    }
}

fn one(listed: ListedNode) -> One {
    let etag = format!("\"{}\"", listed.node.version);
    ([(header::ETAG, etag)], done(listed.into(), Vec::new()))
}

/// What is to be set of a node; what is left out stays as it is, or as is usual.
#[derive(Deserialize, ToSchema)]
pub(super) struct NodeChanges {
    /// A name. Required for a new node.
    name: Option<String>,
    /// `GET` (usual), `POST`, `PUT`, `PATCH`, `DELETE`, `HEAD` or `OPTIONS`.
    method: Option<String>,
    /// The URL; `{{variable}}` may stand in its path and query, never in scheme, host or port. Required for a new node.
    url: Option<String>,
    /// All headers, in their order: they take the place of those that are there.
    headers: Option<Vec<HeaderChanges>>,
    /// The body, with its variables.
    #[schema(nullable)]
    body: Option<String>,
    /// How long a call may take, in milliseconds: 100 to 120000, usually 30000.
    #[schema(minimum = 100, maximum = 120_000)]
    timeout_ms: Option<u32>,
    /// Whether redirects are followed. They are not, usually.
    follow_redirects: Option<bool>,
    /// A CA certificate of the account that its server is trusted by, besides the system's; null for none.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Uuid)]
    server_ca: Given,
    /// Whether it identifies itself. It does not, usually.
    mtls: Option<MtlsChanges>,
}

/// A header to be set.
#[derive(Deserialize, ToSchema)]
pub(super) struct HeaderChanges {
    /// Its name.
    name: String,
    /// Its value, with its variables. A secret header without one keeps the value that it has.
    #[schema(value_type = Option<String>)]
    value: Option<Secret>,
    /// Whether its value is stored sealed and never shown.
    secret: Option<bool>,
}

/// Whether a node is to identify itself; what is left out stays as it is.
#[derive(Deserialize, ToSchema)]
pub(super) struct MtlsChanges {
    /// Whether it does.
    enabled: Option<bool>,
    /// `primary` for the account's primary of the moment, else a certificate's UUID.
    certificate: Option<String>,
}

/// A value that was left out, or is there; null is there too.
#[derive(Default)]
enum Given {
    #[default]
    LeftOut,
    Value(Option<String>),
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::Value)
    }
}

impl NodeChanges {
    /// The draft with these changes.
    fn apply(self, mut draft: Draft) -> Draft {
        let Self { name, method, url, headers, body, timeout_ms, follow_redirects, server_ca, mtls } = self;
        set(&mut draft.name, name);
        set(&mut draft.method, method);
        set(&mut draft.url, url);
        let header = |HeaderChanges { name, value, secret }: HeaderChanges| {
            let secret = secret.unwrap_or(value.is_none());
            DraftHeader { name, value, secret }
        };
        set(&mut draft.headers, headers.map(|headers| headers.into_iter().map(header).collect()));
        set(&mut draft.body, body);
        set(&mut draft.timeout_ms, timeout_ms);
        set(&mut draft.follow_redirects, follow_redirects);
        if let Given::Value(value) = server_ca {
            draft.server_ca = value;
        }
        if let Some(MtlsChanges { enabled, certificate }) = mtls {
            set(&mut draft.mtls.enabled, enabled);
            let chosen = |text: String| if text == "primary" { Chosen::Primary } else { Chosen::Pinned(text) };
            set(&mut draft.mtls.certificate, certificate.map(chosen));
        }
        draft
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

/// The refusal, in words about nodes.
fn refused(error: Error) -> Refusal {
    match error {
        Error::NotFound => Refusal::new(StatusCode::NOT_FOUND, code::NODE_NOT_FOUND, "API node not found"),
        Error::Stale { by, at } => Refusal::new(
            StatusCode::PRECONDITION_FAILED,
            code::CHANGED_MEANWHILE,
            format!(
                "{} changed this API node on {}. Get it again, and send the change with its new ETag.",
                by.as_deref().unwrap_or("Somebody"),
                at.date_and_time()
            ),
        ),
        other => other.into(),
    }
}
