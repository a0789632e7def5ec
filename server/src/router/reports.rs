//! `POST /csp-reports`: what a browser was told not to load on a page of this server, see Content Security Policy Level 3, section 5.
//!
//! Each is a mistake of a page, or somebody's attempt to put something into one; so it is a line of the log. Anybody can send such
//! reports, so there are not many of them in a minute.

use std::sync::Mutex;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::State;
use super::refusal::refuse;
use crate::auth::{Limiter, Limits, SECOND, locked};

/// Bytes of a report; Chromium's have a few hundred.
const LARGEST: usize = 16 * 1024;
/// Lines in the log at once, and the time until there can be another one.
const LINES: Limits = Limits { burst: 20, interval: 10 * SECOND };
/// Characters of what a report says that are worth reading.
const WORTH_READING: usize = 200;

/// Bounds how many reports are written.
pub(super) struct Reports(Mutex<Limiter<()>>);

impl Reports {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Limiter::new(LINES)))
    }
}

/// A report, as `report-uri` sends it.
#[derive(Deserialize)]
struct Report {
    #[serde(rename = "csp-report")]
    violation: Violation,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Violation {
    #[serde(default)]
    effective_directive: Option<String>,
    /// What browsers called it before.
    #[serde(default)]
    violated_directive: String,
    #[serde(default)]
    blocked_uri: String,
    #[serde(default)]
    document_uri: String,
    #[serde(default)]
    line_number: Option<u32>,
}

impl Violation {
    fn directive(&self) -> &str {
        self.effective_directive.as_deref().unwrap_or(&self.violated_directive)
    }
}

/// Writes a report to the log.
pub(super) async fn note(Shared(state): Shared<State>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let Some(violation) = read(request.into_body()).await else {
        return refuse(
            &path,
            StatusCode::BAD_REQUEST,
            "This is not a report of a violation of the Content-Security-Policy.",
        );
    };
    if locked(&state.reports.0).take((), state.services.clock.now()).is_ok() {
        tracing::warn!(
            directive = ?shortened(violation.directive()),
            blocked = ?without_query(&violation.blocked_uri),
            page = ?without_query(&violation.document_uri),
            line = violation.line_number,
            "a browser was kept from loading something",
        );
    }
    StatusCode::NO_CONTENT.into_response()
}

async fn read(body: Body) -> Option<Violation> {
    let bytes = to_bytes(body, LARGEST).await.ok()?;
    Some(serde_json::from_slice::<Report>(&bytes).ok()?.violation)
}

/// Without what could be a secret: the token of a one-time link stands in a query.
fn without_query(uri: &str) -> &str {
    shortened(uri.split(['?', '#']).next().unwrap_or_default())
}

fn shortened(text: &str) -> &str {
    text.char_indices().nth(WORTH_READING).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_is_kept() {
        assert_eq!(without_query("https://signet.example/setup?token=secret"), "https://signet.example/setup");
        assert_eq!(without_query("https://signet.example/setup#token=secret"), "https://signet.example/setup");
        assert_eq!(without_query("inline"), "inline");
        assert_eq!(without_query(""), "");
    }

    #[test]
    fn nothing_is_longer_than_it_is_worth() {
        assert_eq!(shortened(&"ñ".repeat(500)), "ñ".repeat(200));
        assert_eq!(shortened("short"), "short");
    }

    #[test]
    fn older_browsers_name_the_directive_otherwise() {
        for sent in [
            r#"{"csp-report":{"violated-directive":"img-src","blocked-uri":"https://elsewhere.example/a.png"}}"#,
            r#"{"csp-report":{"violated-directive":"img-src 'self'","effective-directive":"img-src"}}"#,
        ] {
            let report: Report = serde_json::from_str(sent).unwrap();
            assert_eq!(report.violation.directive(), "img-src");
        }
    }
}
