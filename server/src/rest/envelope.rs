//! What every answer looks like, and how refusals become one.

use app::certificate::{Finding, Rule, Severity};
use app::service::{Error, FieldProblem, NotPrimaryBecause};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// Codes of Signet's own errors; those of the validation rules are 2001 and up, Cloudflare's own stand where they are used.
pub(super) mod code {
    pub(in crate::rest) const EXISTS: u32 = 1471;
    pub(in crate::rest) const NOT_FOUND: u32 = 1472;
    pub(in crate::rest) const CA_QUOTA: u32 = 1489;
    pub(in crate::rest) const TOO_MANY_REQUESTS: u32 = 971;
    pub(in crate::rest) const AUTHENTICATION: u32 = 10000;
    pub(in crate::rest) const INVALID_HEADERS: u32 = 6003;
    pub(in crate::rest) const MISSING_AUTHORIZATION: u32 = 9106;
    pub(in crate::rest) const INVALID_TOKEN: u32 = 9109;
    pub(in crate::rest) const BODY: u32 = 3001;
    pub(in crate::rest) const FIELD: u32 = 3002;
    pub(in crate::rest) const PARAMETER: u32 = 3003;
    pub(in crate::rest) const IN_USE: u32 = 3004;
    pub(in crate::rest) const ALREADY_DELETED: u32 = 3005;
    pub(in crate::rest) const CHANGED_MEANWHILE: u32 = 3006;
    pub(in crate::rest) const TOO_LARGE: u32 = 3007;
    pub(in crate::rest) const NOT_PRIMARY: u32 = 3008;
    pub(in crate::rest) const USER: u32 = 3009;
    pub(in crate::rest) const MISSING_SCOPE: u32 = 3010;
    pub(in crate::rest) const RELEASED: u32 = 3011;
    pub(in crate::rest) const NODE_NOT_FOUND: u32 = 3012;
    pub(in crate::rest) const INTERNAL: u32 = 3500;
}

/// An answer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Envelope<T> {
    /// Whether it was done.
    pub(super) success: bool,
    /// Empty if it was done.
    pub(super) errors: Vec<Message>,
    /// What else there is to say: warnings of the validation.
    pub(super) messages: Vec<Message>,
    /// What was asked for.
    pub(super) result: T,
}

/// An answer with one page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// Whether it was done.
    success: bool,
    /// Empty if it was done.
    errors: Vec<Message>,
    /// What else there is to say.
    messages: Vec<Message>,
    /// The page.
    result: Vec<T>,
    /// Which page it is.
    result_info: PageInfo,
}

/// Which part of a list a page is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(super) struct PageInfo {
    /// Objects on this page.
    pub(super) count: u64,
    /// Its number, from 1.
    pub(super) page: u64,
    /// Objects on a full page.
    pub(super) per_page: u64,
    /// Objects on all pages.
    pub(super) total_count: u64,
    /// Number of pages.
    pub(super) total_pages: u64,
}

/// The answer to what was not done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Failure {
    /// False.
    success: bool,
    /// What is wrong, and what to do; at least one.
    #[schema(min_items = 1)]
    errors: Vec<Message>,
    /// What else there is to say.
    messages: Vec<Message>,
    /// Null.
    #[schema(value_type = Option<Object>)]
    result: (),
}

/// An error, or something else that is said.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "as Cloudflare's API calls it")]
pub(super) struct Message {
    /// Stays the same in later versions; 2001 to 2999 are the rules of the validation.
    #[schema(minimum = 1)]
    code: u32,
    /// What is wrong, and what to do.
    message: String,
    /// Where it is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    source: Option<Source>,
}

/// Where something is wrong.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Source {
    /// A JSON pointer (RFC 6901) into the body, or `/` and the name of a query parameter.
    pointer: String,
}

impl Message {
    pub(super) fn new(code: u32, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), source: None }
    }

    pub(super) fn at(self, pointer: impl Into<String>) -> Self {
        Self { source: Some(Source { pointer: pointer.into() }), ..self }
    }

    /// What the page shows of a finding, in one line.
    fn of(finding: &Finding) -> Self {
        let code = if finding.rule == Rule::CrtDuplicate { code::EXISTS } else { u32::from(finding.rule.code()) };
        let begin = if finding.rule == Rule::CrtDuplicate { "This certificate already exists. " } else { "" };
        let blank = if finding.hint.is_empty() { "" } else { " " };
        let message = format!("{begin}{}{blank}{}", finding.message, finding.hint);
        Self::new(code, message).at(pointer(finding))
    }
}

fn pointer(finding: &Finding) -> &'static str {
    use app::certificate::Pointer;
    match finding.pointer {
        Pointer::Certificates => "/certificates",
        Pointer::PrivateKey => "/private_key",
        Pointer::Name => "/name",
    }
}

/// Findings that were no reason to refuse, as messages.
pub(super) fn messages(findings: &[Finding]) -> Vec<Message> {
    findings.iter().map(Message::of).collect()
}

/// The answer to what was done.
pub(super) fn done<T>(result: T, messages: Vec<Message>) -> Json<Envelope<T>> {
    Json(Envelope { success: true, errors: Vec::new(), messages, result })
}

/// One page of a list.
pub(super) fn page<T>(result: Vec<T>, number: u64, per_page: u64, total_count: u64) -> Json<Page<T>> {
    let count = u64::try_from(result.len()).unwrap_or(u64::MAX);
    let total_pages = total_count.div_ceil(per_page.max(1));
    let result_info = PageInfo { count, page: number, per_page, total_count, total_pages };
    Json(Page { success: true, errors: Vec::new(), messages: Vec::new(), result, result_info })
}

/// An answer that is long, with room for so many bytes: growing bit by bit, it would be copied again and again.
pub(super) struct Long<T>(pub(super) Json<T>, pub(super) usize);

impl<T: Serialize> IntoResponse for Long<T> {
    fn into_response(self) -> Response {
        let Self(Json(answer), room) = self;
        let mut written = Vec::with_capacity(room);
        match serde_json::to_writer(&mut written, &answer) {
            Ok(()) => ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], written).into_response(),
            // It says so in its own way.
            Err(_not_written) => Json(answer).into_response(),
        }
    }
}

/// What was not done, and why.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    errors: Vec<Message>,
    messages: Vec<Message>,
    retry_after: Option<u32>,
}

impl Refusal {
    /// A refusal with one error.
    pub(super) fn new(status: StatusCode, code: u32, message: impl Into<String>) -> Self {
        Self::of(status, vec![Message::new(code, message)])
    }

    /// The same about a field or parameter.
    pub(super) fn at(pointer: impl Into<String>, code: u32, message: impl Into<String>) -> Self {
        Self::of(StatusCode::BAD_REQUEST, vec![Message::new(code, message).at(pointer)])
    }

    /// A refusal with several errors.
    pub(super) fn of(status: StatusCode, errors: Vec<Message>) -> Self {
        Self { status, errors, messages: Vec::new(), retry_after: None }
    }

    /// With something else to say.
    pub(super) fn saying(self, messages: Vec<Message>) -> Self {
        Self { messages, ..self }
    }

    /// Too many requests.
    pub(super) fn wait(seconds: u32) -> Self {
        let message = format!("Too many requests. Wait {seconds} s, then go on at a slower rate.");
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, code::TOO_MANY_REQUESTS, message);
        Self { retry_after: Some(seconds), ..refusal }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self { status, errors, messages, retry_after } = self;
        let mut response = (status, Json(Failure { success: false, errors, messages, result: () })).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A refusal that no handler has made: by a layer around the API.
pub fn refuse(status: StatusCode, code: u32, sentence: &str) -> Response {
    Refusal::new(status, code, sentence).into_response()
}

/// The code of a refusal that a layer around the API makes.
pub fn code_of(status: StatusCode) -> u32 {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => code::TOO_LARGE,
        status if status.is_server_error() => code::INTERNAL,
        _ => code::BODY,
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let bad = StatusCode::BAD_REQUEST;
        match error {
            Error::SignedOut => Self::new(bad, code::MISSING_AUTHORIZATION, "Missing Authorization header"),
            Error::Forbidden { permission } => Self::new(StatusCode::FORBIDDEN, code::AUTHENTICATION, AUTHENTICATION)
                .saying(vec![Message::new(
                    code::MISSING_SCOPE,
                    format!("No token may do this: it needs a person with the permission {permission}."),
                )]),
            Error::MissingScope { scope } => Self::new(StatusCode::FORBIDDEN, code::AUTHENTICATION, AUTHENTICATION)
                .saying(vec![Message::new(
                    code::MISSING_SCOPE,
                    format!("The token lacks the scope {scope}: create one that has it (Company > API tokens)."),
                )]),
            Error::NotFound => Self::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "Certificate not found"),
            Error::Refused { findings } | Error::Unconfirmed { findings } => refused(&findings),
            Error::Stale { by, at } => Self::new(
                StatusCode::PRECONDITION_FAILED,
                code::CHANGED_MEANWHILE,
                format!(
                    "{} changed this certificate on {}. Get it again, and send the change with its new ETag.",
                    by.as_deref().unwrap_or("Somebody"),
                    at.date_and_time()
                ),
            ),
            Error::InUse { nodes } => {
                let user = |name: &String| Message::new(code::USER, format!("Used by api_node:{name}"));
                Self::new(bad, code::IN_USE, "Certificate cannot be deleted while in use.")
                    .saying(nodes.iter().map(user).collect())
            }
            Error::CannotBePrimary { reason } => Self::at("/primary", code::NOT_PRIMARY, not_primary(reason)),
            Error::TooManyAuthorities { most } => {
                let more = format!("The account has {most} CA certificates, which is the limit (SIGNET_CA_QUOTA).");
                Self::new(bad, code::CA_QUOTA, "Hit maximum CA cert allocation.")
                    .saying(vec![Message::new(code::CA_QUOTA, more)])
            }
            Error::Fields { problems } => Self::of(bad, problems.iter().map(field).collect()),
            Error::TooManyAttempts { seconds } => Self::wait(seconds),
            Error::Internal { reference } => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                code::INTERNAL,
                format!("The server failed. Try again; its log says why, under the reference {reference}."),
            ),
            // What pages are answered only.
            Error::Credentials
            | Error::SetupLink
            | Error::Invitation
            | Error::LastAdministrator
            | Error::Connection
            | Error::BadRequest => Self::new(bad, code::BODY, "The request was not understood."),
        }
    }
}

/// What Cloudflare's API says to a token that may not.
pub(super) const AUTHENTICATION: &str = "Authentication error";

fn refused(findings: &[Finding]) -> Refusal {
    let (errors, others): (Vec<_>, Vec<_>) = findings.iter().partition(|finding| finding.severity() == Severity::Error);
    let messages = |findings: Vec<&Finding>| findings.into_iter().map(Message::of).collect();
    Refusal::of(StatusCode::BAD_REQUEST, messages(errors)).saying(messages(others))
}

fn field(problem: &FieldProblem) -> Message {
    Message::new(code::FIELD, problem.message.clone()).at(format!("/{}", problem.field))
}

fn not_primary(reason: NotPrimaryBecause) -> &'static str {
    match reason {
        NotPrimaryBecause::CertificateAuthority => "A CA certificate has no private key and cannot be the primary.",
        NotPrimaryBecause::Expired => "An expired certificate cannot be made the primary.",
        NotPrimaryBecause::NotYetValid => "This certificate is not valid yet and cannot be the primary before it is.",
    }
}
