//! API nodes: what a call is made of, and why one is not accepted.
//!
//! [`check`] is the one way in, [`Checked::render`] the one way out. Browser and server judge with the same words: no clock, no I/O.

mod body;
mod draft;
mod header;
mod outcome;
mod render;
mod template;
mod url;

pub use self::draft::{Chosen, Draft, DraftHeader, Mtls};
pub use self::header::is_forbidden_header;
pub use self::outcome::{
    AnswerHeader, CallError, CallOutcome, ChainCertificate, FailureKind, HttpAnswer, Timing, TlsFacts,
};
pub use self::render::{CallInput, Pair, Rendered, RenderedHeader, Variables};
pub use self::template::variables_in;

use crate::certificate::CertificateName;
use crate::service::{FieldProblem, Secret};

/// The shortest and the longest time that a call may be given, in milliseconds.
pub const TIMEOUT_MS: std::ops::RangeInclusive<u32> = 100..=120_000;
/// The time that a call is given where nobody says another one, in milliseconds.
pub const USUAL_TIMEOUT_MS: u32 = 30_000;
/// The methods that a node can have. `CONNECT` and `TRACE` are not calls.
pub const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
/// Bytes of a body, before its variables are filled in.
pub const LONGEST_BODY: usize = 256 * 1024;

/// A node whose every part was checked.
#[derive(Clone, Debug)]
pub struct Checked {
    name: CertificateName,
    method: &'static str,
    url: url::UrlTemplate,
    headers: Vec<CheckedHeader>,
    body: String,
    timeout_ms: u32,
    follow_redirects: bool,
    server_ca: Option<String>,
    mtls: Mtls,
}

/// A header whose name and value were checked.
#[derive(Clone, Debug)]
pub struct CheckedHeader {
    name: String,
    value: Option<Secret>,
    is_secret: bool,
}

impl CheckedHeader {
    /// Its name, as typed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its value, with its variables; `None` for a secret one that is to stay as it is.
    pub fn value(&self) -> Option<&str> {
        self.value.as_ref().map(Secret::expose)
    }

    /// Whether its value is for nobody's eyes.
    pub fn is_secret(&self) -> bool {
        self.is_secret
    }
}

impl Checked {
    /// The name.
    pub fn name(&self) -> &CertificateName {
        &self.name
    }

    /// The method, one of [`METHODS`].
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// The URL as typed, trimmed.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Its host as it is compared: lower case, A-labels, an address in its usual form, without brackets.
    pub fn host(&self) -> &str {
        self.url.host()
    }

    /// Whether it is `https`.
    pub fn is_https(&self) -> bool {
        self.url.is_https()
    }

    /// The headers, in their order.
    pub fn headers(&self) -> &[CheckedHeader] {
        &self.headers
    }

    /// The body, with its variables; empty for none.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// How long a call may take, in milliseconds.
    pub fn timeout_ms(&self) -> u32 {
        self.timeout_ms
    }

    /// Whether redirects are followed.
    pub fn follow_redirects(&self) -> bool {
        self.follow_redirects
    }

    /// The CA certificate that its server is trusted by, besides the system's: a UUID.
    pub fn server_ca(&self) -> Option<&str> {
        self.server_ca.as_deref()
    }

    /// Whether it identifies itself, and with which certificate.
    pub fn mtls(&self) -> &Mtls {
        &self.mtls
    }

    /// The same with these values for its secret headers, in their order; a header that has a value keeps it.
    #[must_use]
    pub fn with_secrets(mut self, mut secrets: impl Iterator<Item = Secret>) -> Self {
        for header in self.headers.iter_mut().filter(|header| header.is_secret && header.value.is_none()) {
            header.value = secrets.next();
        }
        self
    }
}

/// The node that was typed.
///
/// # Errors
/// Each field at fault with what to do: `name`, `method`, `url`, `headers/0/name`, `headers/0/value`, `body`, `timeout_ms`,
/// `server_ca`, `mtls/certificate`, `mtls/enabled`. No header value is repeated.
pub fn check(draft: Draft) -> Result<Checked, Vec<FieldProblem>> {
    let Draft { name, method, url, headers, body, timeout_ms, follow_redirects, server_ca, mtls } = draft;
    let mut problems = Vec::new();
    let mut refuse = |field: &str, message: String| problems.push(problem(field, message));

    let name = CertificateName::parse(&name)
        .map_err(|findings| {
            for finding in findings {
                refuse("name", format!("{} {}", finding.message, finding.hint).trim().to_owned());
            }
        })
        .ok();
    let method = METHODS.into_iter().find(|known| method.trim().eq_ignore_ascii_case(known));
    if method.is_none() {
        refuse("method", format!("Choose one of {}.", METHODS.join(", ")));
    }
    let url = url::UrlTemplate::parse(&url).map_err(|message| refuse("url", message)).ok();
    let headers = header::check(headers, &mut refuse);
    let content_type =
        headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-type")).and_then(CheckedHeader::value);
    if let Err(message) = body::check(&body, content_type) {
        refuse("body", message);
    }
    if !TIMEOUT_MS.contains(&timeout_ms) {
        let (least, most) = (TIMEOUT_MS.start(), TIMEOUT_MS.end());
        refuse("timeout_ms", format!("Give the call {least} to {most} milliseconds."));
    }
    for (field, id) in [("server_ca", server_ca.as_deref()), ("mtls/certificate", mtls.certificate.pinned())] {
        if id.is_some_and(|id| !is_uuid(id)) {
            refuse(field, "This is not the id of a certificate: take one from the list.".to_owned());
        }
    }
    if mtls.enabled && url.as_ref().is_some_and(|url| !url.is_https()) {
        refuse("url", "A certificate goes along over https only: write https://, or turn mTLS off.".to_owned());
    }
    let (Some(name), Some(method), Some(url), true) = (name, method, url, problems.is_empty()) else {
        return Err(problems);
    };
    Ok(Checked { name, method, url, headers, body, timeout_ms, follow_redirects, server_ca, mtls })
}

/// A field that is not accepted.
fn problem(field: impl Into<String>, message: impl Into<String>) -> FieldProblem {
    FieldProblem { field: field.into(), message: message.into() }
}

/// A UUID in lower case, as ids are.
fn is_uuid(id: &str) -> bool {
    id.len() == 36
        && id.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
}

#[cfg(test)]
mod tests;
