//! `POST /accounts/{account_id}/api_nodes/{node_id}/call`

use app::api_node::{AnswerHeader, CallInput, CallOutcome, Pair, Timing, TlsFacts};
use axum::Json;
use axum::extract::Path;
use serde::{Deserialize, Serialize};
use serde_json::Map;
use utoipa::ToSchema;

use super::refused;
use crate::rest::Refusal;
use crate::rest::authentication::Company;
use crate::rest::envelope::{Envelope, done};
use crate::rest::input::Input;
use crate::services::Operation;

/// What a call brings along.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::rest) struct Call {
    /// Headers in the place of the node's of the same names, as they are.
    headers: Vec<NameAndValue>,
    /// Query parameters behind those of the URL.
    query: Vec<NameAndValue>,
    /// The variables' values: `{{order.id}}` is the value of `order.id`, else that of `id` in the object `order`.
    #[schema(value_type = Object)]
    variables: Map<String, serde_json::Value>,
    /// A body in the place of the node's, as it is.
    #[schema(nullable)]
    body: Option<String>,
}

/// A name with its value.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub(in crate::rest) struct NameAndValue {
    /// Its name.
    name: String,
    /// Its value.
    value: String,
}

/// What became of a call.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Outcome {
    /// The status code of the answer, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status: Option<u16>,
    /// The headers of the answer, in their order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    headers: Option<Vec<NameAndValue>>,
    /// The body of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    body: Option<String>,
    /// `base64` if the body is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    body_encoding: Option<&'static str>,
    /// `HTTP/1.1` or `HTTP/2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    http_version: Option<String>,
    /// What happened in the connection's full handshake; null before there was one, and over plain HTTP.
    tls: Option<TlsObject>,
    /// How long it took.
    timing_ms: TimingObject,
    /// How many redirects were followed.
    redirects: u32,
    /// Why the call failed. It stands beside an answer where that says that the certificate was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<CallErrorObject>,
}

/// What happened in a connection's full handshake.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(in crate::rest) struct TlsObject {
    /// `TLS 1.2` or `TLS 1.3`.
    version: Option<String>,
    /// The cipher suite as IANA names it.
    cipher_suite: Option<String>,
    /// Whether the server asked for a client certificate.
    client_certificate_requested: bool,
    /// Whether one was sent.
    client_certificate_sent: bool,
    /// The certificate that the node identifies itself with.
    certificate_id: Option<String>,
    /// The issuers that the server says it accepts, at most 100; empty if it does not say.
    accepted_issuers: Vec<String>,
    /// How many there are.
    accepted_issuer_count: u32,
    /// Whether an issuer of the certificate is among them; null if the server does not say.
    issuer_is_accepted: Option<bool>,
    /// The server's certificates, as it sent them.
    server_chain: Vec<ChainObject>,
    /// Whether the server's certificate was accepted.
    server_trusted: bool,
    /// Whether the connection resumed an earlier one's session.
    resumed: bool,
    /// Whether the connection was there already.
    reused: bool,
    /// The alert that the server ended it with, as RFC 8446 names it.
    alert: Option<String>,
}

/// A certificate of a server.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct ChainObject {
    /// Its subject.
    subject: String,
    /// Its issuer.
    issuer: String,
    /// Begin of its validity.
    #[schema(format = DateTime)]
    not_before: String,
    /// End of its validity.
    #[schema(format = DateTime)]
    expires_on: String,
    /// SHA-256 of its DER, 64 lower-case hex digits.
    fingerprint_sha256: String,
}

/// How long a call took, in milliseconds. Null is what did not happen, for example over a connection that was there already.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct TimingObject {
    /// Looking the name up.
    lookup: Option<f64>,
    /// Until the TCP connection stood.
    connect: Option<f64>,
    /// The TLS handshake.
    handshake: Option<f64>,
    /// From the request to the answer's head.
    first_byte: Option<f64>,
    /// All of it.
    total: f64,
}

/// Why a call failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CallError)]
pub(in crate::rest) struct CallErrorObject {
    /// Which kind of failure it is: `dns`, `timeout`, `client_certificate_required`, …
    kind: &'static str,
    /// What happened.
    message: String,
    /// What to do.
    hint: String,
}

/// Make a call
///
/// A call that fails is answered with 200 and an `error` that says why. `tls` tells of the connection's full handshake, also where it was
/// resumed or was there already.
///
/// ```sh
/// curl --silent --fail "$SIGNET/client/v4/accounts/$ACCOUNT/api_nodes/$NODE/call" \
///   --header "Authorization: Bearer $TOKEN" --json '{"variables": {"order": {"amount": 12.5}}}'
/// ```
#[utoipa::path(
    post,
    path = "/accounts/{account_id}/api_nodes/{node_id}/call",
    operation_id = "callApiNode",
    tag = "API nodes",
    params(
        ("account_id" = String, Path, description = "The account, 32 hex digits"),
        ("node_id" = String, Path, description = "The node's UUID"),
    ),
    request_body = Call,
    responses((status = 200, description = "What became of it", body = Envelope<Outcome>)),
)]
pub(in crate::rest) async fn call(
    Company(door): Company,
    Path((_account_id, id)): Path<(String, String)>,
    input: Input,
) -> Result<Json<Envelope<Outcome>>, Refusal> {
    door.may_do(Operation::CallApiNode, Some(&id)).await?;
    let Call { headers, query, variables, body } = input.object_or_nothing().await?;
    let pairs =
        |given: Vec<NameAndValue>| given.into_iter().map(|NameAndValue { name, value }| Pair { name, value }).collect();
    let input = CallInput { headers: pairs(headers), query: pairs(query), variables, body };
    let outcome = door.call_api_node(&id, &input).await.map_err(refused)?;
    Ok(done(outcome.into(), Vec::new()))
}

impl From<CallOutcome> for Outcome {
    fn from(outcome: CallOutcome) -> Self {
        let CallOutcome { answer, tls, timing, error, redirects } = outcome;
        let Timing { lookup, connect, handshake, first_byte, total } = timing;
        let mut told = Self {
            status: None,
            headers: None,
            body: None,
            body_encoding: None,
            http_version: None,
            tls: tls.map(TlsObject::from),
            timing_ms: TimingObject { lookup, connect, handshake, first_byte, total },
            redirects,
            error: error.map(|error| CallErrorObject {
                kind: error.kind.as_str(),
                message: error.message,
                hint: error.hint,
            }),
        };
        if let Some(answer) = answer {
            let pair = |AnswerHeader { name, value }: AnswerHeader| NameAndValue { name, value };
            told.status = Some(answer.status);
            told.headers = Some(answer.headers.into_iter().map(pair).collect());
            told.body = Some(answer.body);
            told.body_encoding = answer.is_base64.then_some("base64");
            told.http_version = Some(answer.version);
        }
        told
    }
}

impl From<TlsFacts> for TlsObject {
    fn from(facts: TlsFacts) -> Self {
        let chain = facts.server_chain.into_iter().map(|certificate| ChainObject {
            subject: certificate.subject,
            issuer: certificate.issuer,
            not_before: certificate.not_before.rfc3339(),
            expires_on: certificate.not_after.rfc3339(),
            fingerprint_sha256: certificate.fingerprint_sha256,
        });
        Self {
            version: facts.version,
            cipher_suite: facts.cipher_suite,
            client_certificate_requested: facts.client_certificate_requested,
            client_certificate_sent: facts.client_certificate_sent,
            certificate_id: facts.certificate_id,
            accepted_issuers: facts.accepted_issuers,
            accepted_issuer_count: facts.accepted_issuer_count,
            issuer_is_accepted: facts.issuer_is_accepted,
            server_chain: chain.collect(),
            server_trusted: facts.server_trusted,
            resumed: facts.resumed,
            reused: facts.reused,
            alert: facts.alert,
        }
    }
}
