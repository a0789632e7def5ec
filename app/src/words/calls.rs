//! How calls of API nodes read in the pages.

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

use super::count;
use crate::api_node::{CallOutcome, FailureKind, TlsFacts};

/// How a call ended, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Whether it is good, to be looked at, or bad.
    pub tone: Tone,
    /// The title.
    pub title: String,
    /// A sentence that says what happened.
    pub text: String,
}

/// How good an ending is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// All is well.
    Good,
    /// It works, and is not what was meant.
    Doubtful,
    /// It does not work.
    Bad,
}

/// How a test request ended. `identifies` tells whether the node's mTLS was on.
pub fn ending(outcome: &CallOutcome, identifies: bool, timeout_ms: u32) -> Ending {
    if let Some(error) = &outcome.error {
        let alert = outcome.tls.as_ref().and_then(|tls| tls.alert.as_deref());
        let title = match (error.kind, alert) {
            (FailureKind::ClientCertificateRefused, Some("certificate_revoked")) => {
                "Your certificate was revoked".to_owned()
            }
            (FailureKind::ClientCertificateRefused, Some("access_denied")) => {
                "Your certificate is accepted, but not allowed here".to_owned()
            }
            (FailureKind::Timeout, _) => format!("No answer in {}", seconds(timeout_ms)),
            (kind, _) => failure(kind).to_owned(),
        };
        return Ending { tone: Tone::Bad, title, text: error.message.clone() };
    }
    let status = outcome.answer.as_ref().map_or(0, |answer| answer.status);
    let text = handshake(outcome.tls.as_ref(), identifies).to_owned();
    let was_asked = outcome.tls.as_ref().is_some_and(|tls| tls.client_certificate_requested);
    if status >= 400 {
        let title = format!("The service answered {}", status_line(status));
        return Ending { tone: Tone::Doubtful, title, text };
    }
    if identifies && !was_asked {
        let title = "The service did not ask for a certificate".to_owned();
        return Ending { tone: Tone::Doubtful, title, text };
    }
    Ending { tone: Tone::Good, title: "It works".to_owned(), text }
}

fn handshake(tls: Option<&TlsFacts>, identifies: bool) -> &'static str {
    match tls {
        None => "The request went over http: nobody was asked for a certificate.",
        Some(tls) if tls.client_certificate_sent => "The service asked for a client certificate and accepted yours.",
        Some(tls) if tls.client_certificate_requested && identifies => {
            "The service asked for a client certificate, did not get yours, and answered all the same."
        }
        Some(tls) if tls.client_certificate_requested => {
            "The service asked for a client certificate, and answered without one."
        }
        Some(_) if identifies => "Yours was not sent, and the service answered without it.",
        Some(_) => "The service did not ask for a client certificate.",
    }
}

/// What a kind of failure is called.
pub fn failure(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::NoCertificate => "There is no certificate to send",
        FailureKind::HostNotAllowed => "Your certificate may not be presented to this host",
        FailureKind::AddressRefused => "This address may not be called",
        FailureKind::Dns => "The address was not found",
        FailureKind::Connect => "No connection",
        FailureKind::Timeout => "No answer in time",
        FailureKind::ServerCertificateUntrusted
        | FailureKind::ServerCertificateExpired
        | FailureKind::ServerCertificateNotYetValid
        | FailureKind::ServerCertificateName
        | FailureKind::ServerCertificateInvalid => "The certificate of the service cannot be trusted",
        FailureKind::ClientCertificateRequired => "The service wants a certificate and got none",
        FailureKind::ClientCertificateUnknownCa => "The service does not trust your issuer",
        FailureKind::ClientCertificateExpired => "Your certificate has expired",
        FailureKind::ClientCertificateRefused => "The service refused your certificate",
        FailureKind::NoCommonVersion => "No common TLS version or cipher, or a certificate is missing",
        FailureKind::Tls => "The TLS connection failed",
        FailureKind::Closed => "The service closed the connection",
        FailureKind::AnswerBroken => "The answer is not HTTP",
        FailureKind::AnswerTooLarge => "The answer is too large",
        FailureKind::RedirectRefused => "A redirect leads where the call may not go",
        FailureKind::TooManyRedirects => "Too many redirects",
    }
}

/// How a call's noted result reads: `http_503`, or a failure's name. None for one that went well.
pub fn noted(result: &str) -> Option<String> {
    if result == "ok" {
        return None;
    }
    if let Some(status) = result.strip_prefix("http_") {
        return Some(format!("The service answered {status}"));
    }
    let named: StrDeserializer<'_, Error> = result.into_deserializer();
    Some(FailureKind::deserialize(named).map_or("It failed", failure).to_owned())
}

/// "8204 calls in all, 3 failed."
pub fn counted(calls: u64, failures: u64) -> String {
    let calls = count(i64::try_from(calls).unwrap_or(i64::MAX), "call", "calls");
    match failures {
        0 => format!("{calls} in all, none failed."),
        failures => format!("{calls} in all, {failures} failed."),
    }
}

/// Whether a certificate was asked for, and sent.
pub fn client_certificate(tls: &TlsFacts) -> &'static str {
    match (tls.client_certificate_requested, tls.client_certificate_sent) {
        (true, true) => "Asked for, and sent",
        (true, false) => "Asked for, not sent",
        (false, _) => "Not asked for",
    }
}

/// What the service says of the issuers that it accepts.
pub fn accepted_issuers(tls: &TlsFacts) -> String {
    let number = tls.accepted_issuer_count;
    match (number, tls.issuer_is_accepted) {
        (0, _) => "The service names none".to_owned(),
        (_, Some(true)) => format!("{number} named by the service, yours is among them"),
        (_, Some(false)) => format!("{number} named by the service, yours is not among them"),
        (_, None) => format!("{number} named by the service"),
    }
}

/// Version and cipher suite: `1.3, TLS_AES_256_GCM_SHA384`.
pub fn tls(tls: &TlsFacts) -> String {
    let version = tls.version.as_deref().map_or("Not established", |version| version.trim_start_matches("TLS "));
    let cipher = tls.cipher_suite.iter().map(String::as_str);
    std::iter::once(version).chain(cipher).collect::<Vec<_>>().join(", ")
}

/// "201 Created" (RFC 9110 section 15); the number alone for those that are seldom seen.
pub fn status_line(status: u16) -> String {
    let reason = match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => return status.to_string(),
    };
    format!("{status} {reason}")
}

/// "118 ms", "2.4 s".
pub fn duration(milliseconds: f64) -> String {
    if milliseconds < 9.95 {
        format!("{milliseconds:.1} ms")
    } else if milliseconds < 1000.0 {
        format!("{milliseconds:.0} ms")
    } else {
        format!("{:.1} s", milliseconds / 1000.0)
    }
}

/// "30 seconds", "1.5 seconds".
fn seconds(timeout_ms: u32) -> String {
    if timeout_ms == 1000 { "1 second".to_owned() } else { format!("{} seconds", f64::from(timeout_ms) / 1000.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api_node::{CallError, HttpAnswer};

    fn answered(status: u16, tls: Option<TlsFacts>) -> CallOutcome {
        let version = "HTTP/1.1".to_owned();
        let answer = HttpAnswer { status, version, headers: vec![], body: String::new(), is_base64: false, bytes: 0 };
        CallOutcome { answer: Some(answer), tls, ..CallOutcome::default() }
    }

    fn failed(kind: FailureKind, alert: Option<&str>) -> CallOutcome {
        CallOutcome {
            error: Some(CallError { kind, message: "So it went.".to_owned(), hint: String::new() }),
            tls: alert.map(|alert| TlsFacts { alert: Some(alert.to_owned()), ..TlsFacts::default() }),
            ..CallOutcome::default()
        }
    }

    fn asked(sent: bool) -> TlsFacts {
        TlsFacts { client_certificate_requested: true, client_certificate_sent: sent, ..TlsFacts::default() }
    }

    #[test]
    fn it_works_only_if_what_was_meant_has_happened() {
        assert_eq!(ending(&answered(201, Some(asked(true))), true, 30_000).title, "It works");
        assert_eq!(ending(&answered(200, Some(TlsFacts::default())), false, 30_000).tone, Tone::Good);
        let unasked = ending(&answered(200, Some(TlsFacts::default())), true, 30_000);
        assert_eq!(
            (unasked.tone, unasked.title.as_str()),
            (Tone::Doubtful, "The service did not ask for a certificate")
        );
        let refused = ending(&answered(404, Some(asked(true))), true, 30_000);
        assert_eq!((refused.tone, refused.title.as_str()), (Tone::Doubtful, "The service answered 404 Not Found"));
    }

    #[test]
    fn alerts_say_more_than_the_kind() {
        let kind = FailureKind::ClientCertificateRefused;
        let title = |alert| ending(&failed(kind, alert), true, 30_000).title;
        assert_eq!(title(Some("certificate_revoked")), "Your certificate was revoked");
        assert_eq!(title(Some("access_denied")), "Your certificate is accepted, but not allowed here");
        assert_eq!(title(Some("bad_certificate")), "The service refused your certificate");
        assert_eq!(ending(&failed(FailureKind::Timeout, None), true, 30_000).title, "No answer in 30 seconds");
        assert_eq!(ending(&failed(FailureKind::Timeout, None), true, 1_500).title, "No answer in 1.5 seconds");
    }

    #[test]
    fn what_was_noted_reads_like_what_was_seen() {
        assert_eq!(noted("ok"), None);
        assert_eq!(noted("http_503").as_deref(), Some("The service answered 503"));
        assert_eq!(noted("client_certificate_unknown_ca").as_deref(), Some("The service does not trust your issuer"));
        assert_eq!(noted("of_a_later_version").as_deref(), Some("It failed"));
    }

    #[test]
    fn numbers_of_calls() {
        assert_eq!(counted(1, 0), "1 call in all, none failed.");
        assert_eq!(counted(8204, 3), "8204 calls in all, 3 failed.");
    }

    #[test]
    fn times() {
        assert_eq!(duration(0.84), "0.8 ms");
        assert_eq!(duration(118.2), "118 ms");
        assert_eq!(duration(2_412.0), "2.4 s");
    }
}
