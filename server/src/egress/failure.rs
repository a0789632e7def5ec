//! Failures in words: what happened, and what to do.

use std::time::Duration;

use app::api_node::{CallError, FailureKind, HttpAnswer, TlsFacts};
use rustls::{AlertDescription, CertificateError, Error};

use super::connector::NotConnected;
use super::identity::Identity;
use super::record::End;

/// Names of a server's certificate that are told of at most, and of each this many characters.
const MOST_NAMES: usize = 5;
const LONGEST_NAME: usize = 253;

/// What a failure is seen in.
pub(super) struct Situation<'a> {
    pub(super) host: &'a str,
    /// Whether it is the node's own host, and no redirect led to another one.
    pub(super) is_home: bool,
    pub(super) identity: Option<&'a Identity>,
    pub(super) tls: Option<&'a TlsFacts>,
}

impl Situation<'_> {
    fn was_asked(&self) -> bool {
        self.tls.is_some_and(|tls| tls.client_certificate_requested)
    }

    fn was_sent(&self) -> bool {
        self.tls.is_some_and(|tls| tls.client_certificate_sent)
    }

    /// `“Bank prod”`, or what stands for it.
    fn certificate(&self) -> String {
        self.identity.map_or_else(|| "the certificate".to_owned(), |identity| format!("“{}”", identity.name))
    }

    fn issuer(&self) -> &str {
        self.identity.map_or("", |identity| &identity.issuer)
    }
}

fn error(kind: FailureKind, message: impl Into<String>, hint: impl Into<String>) -> CallError {
    CallError { kind, message: message.into(), hint: hint.into() }
}

/// Something that never happens.
pub(super) fn mistake() -> CallError {
    error(
        FailureKind::Tls,
        "Signet could not make the request.",
        "Tell whoever runs this server: it is a mistake in Signet.",
    )
}

pub(super) fn host_not_allowed(identity: &Identity, host: &str) -> CallError {
    error(
        FailureKind::HostNotAllowed,
        format!("“{}” may not be presented to {host}. Nothing was sent.", identity.name),
        format!(
            "Choose another certificate, or have {host} added to its allowed hosts: {}.",
            identity.allowed_hosts.join(", ")
        ),
    )
}

pub(super) fn redirect(kind: FailureKind, why: &str) -> CallError {
    if kind == FailureKind::TooManyRedirects {
        let message = format!("The server redirected more than {} times.", super::redirect::MOST);
        return error(kind, message, "Write the URL that the redirects should end at into the node.");
    }
    error(
        kind,
        format!("The server answered with a redirect that is not followed: {why}."),
        "Write the right URL into the node, or turn following redirects off to see the answer.",
    )
}

pub(super) fn too_large(largest: usize) -> CallError {
    error(
        FailureKind::AnswerTooLarge,
        format!("The answer is larger than {} MiB, and was not read to its end.", largest / 1024 / 1024),
        "Ask for less at once, for example page by page.",
    )
}

pub(super) fn broken_off(host: &str) -> CallError {
    error(
        FailureKind::Closed,
        format!("{host} closed the connection in the middle of its answer."),
        "Try again; if it stays so, ask whoever runs the service.",
    )
}

pub(super) fn timed_out(stage: &str, timeout: Duration, host: &str) -> CallError {
    let seconds = timeout.as_secs_f64();
    error(
        FailureKind::Timeout,
        format!("{host} took longer than {seconds} s: the time ran out while {stage}."),
        "Try again, or give the node more time. If nothing answers at all, a firewall may be in the way.",
    )
}

/// Why there is no connection.
pub(super) fn not_connected(failed: &NotConnected, situation: &Situation<'_>) -> CallError {
    let host = situation.host;
    match failed.kind {
        FailureKind::Dns => error(
            FailureKind::Dns,
            format!("There is no host with the name {host}."),
            "Look for a typing error in the URL, and whether the name is known where Signet runs.",
        ),
        FailureKind::AddressRefused => error(
            FailureKind::AddressRefused,
            format!("API nodes may not call {host}: its address is {}. Nothing was sent.", failed.detail),
            "Whoever runs this server can allow it with SIGNET_NODES_ALLOW_PRIVATE.",
        ),
        FailureKind::Timeout => error(
            FailureKind::Timeout,
            format!("{host} did not answer in time: the time ran out while {}.", doing(&failed.detail)),
            "Look whether host and port are right. A firewall between Signet and the service may be in the way.",
        ),
        FailureKind::Connect => error(
            FailureKind::Connect,
            format!("There is no connection to {host}: {}.", failed.detail),
            "Look whether host and port are right, and whether the service is running.",
        ),
        _ => match &failed.end {
            Some(end) => ended(end, true, situation),
            None => mistake(),
        },
    }
}

fn doing(what: &str) -> String {
    if what.starts_with("the ") { format!("waiting for {what}") } else { what.to_owned() }
}

/// The connection stood, and there is no answer.
pub(super) fn unanswered(end: Option<End>, is_new: bool, is_parse: bool, situation: &Situation<'_>) -> CallError {
    if is_parse && !matches!(end, Some(End::Alert(_))) {
        return error(
            FailureKind::AnswerBroken,
            format!("What {} answered is not HTTP, or its head is larger than 64 KiB.", situation.host),
            "Look whether port and path are those of the service.",
        );
    }
    ended(&end.unwrap_or(End::Closed), is_new, situation)
}

/// How a connection ended before there was an answer.
fn ended(end: &End, is_new: bool, situation: &Situation<'_>) -> CallError {
    match end {
        End::Alert(alert) => alerted(*alert, situation),
        End::Tls(Error::InvalidCertificate(why)) => server_certificate(why, situation),
        End::Tls(Error::PeerIncompatible(_)) => no_common_version(situation),
        End::Tls(Error::InvalidMessage(_)) => error(
            FailureKind::Tls,
            format!("{} does not speak TLS on this port.", situation.host),
            "Look whether the port is right, and whether the service is reached over http instead of https.",
        ),
        End::Tls(other) if !is_closing(other) => error(
            FailureKind::Tls,
            format!("The TLS connection to {} failed: {}.", situation.host, plain(other)),
            "Try again; if it stays so, ask whoever runs the service.",
        ),
        End::Closed | End::Tls(_) => closed(is_new, situation),
    }
}

fn is_closing(error: &Error) -> bool {
    matches!(error, Error::HandshakeNotComplete)
}

/// What rustls says, which quotes nothing of what was sent.
fn plain(error: &Error) -> String {
    match error {
        Error::PeerMisbehaved(_) => "the server does not keep to the protocol".to_owned(),
        Error::NoApplicationProtocol => "the server speaks neither HTTP/1.1 nor HTTP/2".to_owned(),
        other => other.to_string().chars().take(200).collect(),
    }
}

/// Closed without an alert. Right after the server got a certificate, or none that it had asked for, that is most likely why.
fn closed(is_new: bool, situation: &Situation<'_>) -> CallError {
    let host = situation.host;
    if is_new && situation.was_sent() {
        return error(
            FailureKind::ClientCertificateRefused,
            format!(
                "{host} asked for a certificate, got {}, and closed the connection without saying why.",
                situation.certificate()
            ),
            refused_hint(situation),
        );
    }
    if is_new && situation.was_asked() {
        return required(situation);
    }
    error(
        FailureKind::Closed,
        format!("{host} closed the connection without an answer."),
        "Try again; if it stays so, ask whoever runs the service.",
    )
}

/// The server said why it ended the connection (RFC 8446 section 6.2).
fn alerted(alert: AlertDescription, situation: &Situation<'_>) -> CallError {
    use AlertDescription as Alert;
    let (host, certificate) = (situation.host, situation.certificate());
    let is_sent = situation.was_sent();
    match alert {
        Alert::CertificateRequired => required(situation),
        // TLS 1.2 has no alert of its own for a certificate that is missing (RFC 5246 section 7.4.6).
        Alert::HandshakeFailure | Alert::BadCertificate | Alert::CertificateUnknown | Alert::AccessDenied
            if situation.was_asked() && !is_sent =>
        {
            required(situation)
        }
        Alert::UnknownCA if is_sent => error(
            FailureKind::ClientCertificateUnknownCa,
            format!("{host} does not trust the issuer of {certificate}."),
            refused_hint(situation),
        ),
        Alert::CertificateExpired if is_sent => error(
            FailureKind::ClientCertificateExpired,
            format!("{host} says that {certificate} has expired."),
            expired_hint(situation),
        ),
        Alert::ProtocolVersion | Alert::InsufficientSecurity => no_common_version(situation),
        Alert::HandshakeFailure if !situation.was_asked() => no_common_version(situation),
        Alert::UnrecognisedName => error(
            FailureKind::Tls,
            format!("{host} does not know this host name."),
            "Look for a typing error in the URL's host.",
        ),
        _ if is_sent => error(
            FailureKind::ClientCertificateRefused,
            format!("{host} refused {certificate} with the alert {}.", super::record::alert_in_words(alert)),
            refused_hint(situation),
        ),
        _ => error(
            FailureKind::Tls,
            format!("{host} ended the TLS connection with the alert {}.", super::record::alert_in_words(alert)),
            "Ask whoever runs the service what it expects.",
        ),
    }
}

/// The server wants a certificate, and got none.
fn required(situation: &Situation<'_>) -> CallError {
    let hint = if situation.was_sent() { refused_hint(situation) } else { not_sent_hint(situation).to_owned() };
    let message = format!("{} requires a client certificate, and got none.", situation.host);
    error(FailureKind::ClientCertificateRequired, message, hint)
}

/// Why no certificate was sent, and what to do.
fn not_sent_hint(situation: &Situation<'_>) -> &'static str {
    if !situation.is_home {
        return "A redirect led there, and the node's certificate goes to the node's own host and port only. If the service there may have it, write the URL that the redirect leads to into a node.";
    }
    if situation.identity.is_none() {
        return "Turn on “mTLS certificates” in the node's settings, and choose the certificate that the service knows.";
    }
    if situation.was_asked() {
        return "Its key cannot sign in a way that the server accepts: choose a certificate with another kind of key.";
    }
    "The server did not ask for one in the handshake, so none could be sent. It may ask under another host name only (look at the URL's host), or only after the request, by renegotiation, which Signet does not do; or a proxy in front of it ends TLS without asking. Ask whoever runs the service which URL is the one for certificates."
}

fn refused_hint(situation: &Situation<'_>) -> String {
    let issuer = situation.issuer();
    let own = if issuer.is_empty() { String::new() } else { format!(" Yours comes from “{issuer}”.") };
    match situation.tls {
        Some(tls) if tls.issuer_is_accepted == Some(false) => {
            let names: Vec<_> = tls.accepted_issuers.iter().take(3).map(|name| format!("“{name}”")).collect();
            let more = if tls.accepted_issuer_count > 3 { " and others" } else { "" };
            format!(
                "Choose a certificate from an issuer that the service accepts: it names {}{more}.{own}",
                names.join(", ")
            )
        }
        _ => format!("Choose another certificate, or ask whoever runs the service to accept this one.{own}"),
    }
}

fn expired_hint(situation: &Situation<'_>) -> String {
    match situation.identity {
        Some(identity) => format!(
            "It is valid until {}. Replace it by a renewed one, or choose another certificate.",
            identity.not_after.date()
        ),
        None => "Choose another certificate.".to_owned(),
    }
}

fn no_common_version(situation: &Situation<'_>) -> CallError {
    error(
        FailureKind::NoCommonVersion,
        format!("Signet and {} have no version of TLS, or no cipher suite, in common.", situation.host),
        "Signet speaks TLS 1.2 and 1.3. Ask whoever runs the service to offer one of them with a current cipher suite.",
    )
}

/// Why the server's certificate does not do.
fn server_certificate(why: &CertificateError, situation: &Situation<'_>) -> CallError {
    let host = situation.host;
    let leaf = situation.tls.and_then(|tls| tls.server_chain.first());
    if let Some(leaf) = leaf.filter(|leaf| leaf.subject == leaf.issuer)
        && (is_of_no_known_issuer(why) || is_ca_itself(why))
    {
        return error(
            FailureKind::ServerCertificateUntrusted,
            format!("The certificate of {host} is self-signed, and not trusted: {}.", leaf.subject),
            "Uploading it does not help. Ask whoever runs the service for a certificate that a CA has issued; if that is a CA of its own, upload its CA certificate and choose it in the node.",
        );
    }
    match why {
        CertificateError::UnknownIssuer => error(
            FailureKind::ServerCertificateUntrusted,
            match leaf {
                Some(leaf) => format!("The certificate of {host} comes from nobody that is trusted: {}.", leaf.issuer),
                None => format!("The certificate of {host} comes from nobody that is trusted."),
            },
            "If the service has a CA of its own, upload its CA certificate and choose it in the node. Else ask whether it sends its whole chain.",
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => error(
            FailureKind::ServerCertificateExpired,
            match leaf {
                Some(leaf) => {
                    format!("A certificate of {host} has expired; its own is valid until {}.", leaf.not_after.date())
                }
                None => format!("A certificate of {host} has expired."),
            },
            "Tell whoever runs the service to renew it.",
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => error(
            FailureKind::ServerCertificateNotYetValid,
            format!("A certificate of {host} is not valid yet."),
            "Tell whoever runs the service, and look whether the clock of Signet's machine is right.",
        ),
        CertificateError::NotValidForNameContext { presented, .. } => wrong_name(presented, situation),
        CertificateError::NotValidForName => error(
            FailureKind::ServerCertificateName,
            format!("The certificate that {host} shows is for another name."),
            OTHER_NAME,
        ),
        _ if is_ca_itself(why) => error(
            FailureKind::ServerCertificateInvalid,
            format!("The certificate that {host} shows as its own is that of a CA."),
            "Tell whoever runs the service: a server needs a certificate of its own that is not marked as a CA's.",
        ),
        _ => error(
            FailureKind::ServerCertificateInvalid,
            format!("The certificate of {host} does not do."),
            "Tell whoever runs the service: it may be revoked, not meant for servers, or signed in a way that nobody trusts any more.",
        ),
    }
}

const OTHER_NAME: &str = "Write the name that the certificate is for into the URL, or tell whoever runs the service.";

/// No trusted certificate has signed it. One can have the issuer's name all the same, and another key.
fn is_of_no_known_issuer(why: &CertificateError) -> bool {
    matches!(
        why,
        CertificateError::UnknownIssuer
            | CertificateError::BadSignature
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. }
    )
}

/// A server that shows a certificate which is marked as a CA's. That is looked at before its issuer.
fn is_ca_itself(why: &CertificateError) -> bool {
    let CertificateError::Other(other) = why else { return false };
    matches!(other.0.downcast_ref::<webpki::Error>(), Some(webpki::Error::CaUsedAsEndEntity))
}

/// The host is none of those that the certificate names. Its subject does not count (RFC 9525).
fn wrong_name(presented: &[String], situation: &Situation<'_>) -> CallError {
    let host = situation.host;
    let hosts: Vec<String> = presented.iter().filter_map(|name| host_in_words(name)).collect();
    if hosts.is_empty() {
        let leaf = situation.tls.and_then(|tls| tls.server_chain.first());
        let subject = leaf.map_or_else(String::new, |leaf| format!("; its subject, {}, does not count", leaf.subject));
        return error(
            FailureKind::ServerCertificateName,
            format!("The certificate that {host} shows names no host in its subjectAltName{subject}."),
            format!("Tell whoever runs the service: the certificate needs {host} in its subjectAltName."),
        );
    }
    let others = if hosts.len() == 1 { "another name" } else { "other names" };
    let more = if hosts.len() > MOST_NAMES { " and others" } else { "" };
    let listed: Vec<_> = hosts.into_iter().take(MOST_NAMES).collect();
    error(
        FailureKind::ServerCertificateName,
        format!("The certificate that {host} shows is for {others}: {}{more}.", listed.join(", ")),
        OTHER_NAME,
    )
}

/// A host as webpki writes one of a certificate's names, `DnsName("a.example")` or `IpAddress(192.0.2.1)`; none if it is something else.
/// What is in it comes from the server.
fn host_in_words(name: &str) -> Option<String> {
    let bare = |begin: &str, end: &str| name.strip_prefix(begin).and_then(|name| name.strip_suffix(end));
    let host = bare("DnsName(\"", "\")").or_else(|| bare("IpAddress(", ")"))?;
    let shown: String = host.chars().take(LONGEST_NAME).flat_map(char::escape_default).collect();
    (!shown.is_empty()).then_some(shown)
}

/// A refusal that came as an HTTP answer over a connection that stood (nginx 400, 495 and 496, IIS 403.7 and 403.16, …).
pub(super) fn said_by_http(answer: &HttpAnswer, situation: &Situation<'_>) -> Option<CallError> {
    let is_refusal = matches!(answer.status, 400 | 401 | 403 | 495 | 496);
    if !is_refusal {
        return None;
    }
    let host = situation.host;
    let begin: String = answer.body.chars().take(4096).collect::<String>().to_ascii_lowercase();
    let says = |words: &str| begin.contains(words);
    let has_code = |code: &str| answer.status == 403 && has_number(&begin, code);
    if answer.status == 496
        || says("no required ssl certificate was sent")
        || says("requires a client certificate")
        || says("client certificate required")
        || has_code("403.7")
    {
        return Some(CallError {
            message: format!("{host} requires a client certificate, and said so in its answer ({}).", answer.status),
            ..required(situation)
        });
    }
    if answer.status == 495
        || says("the ssl certificate error")
        || ["403.13", "403.16", "403.17"].into_iter().any(has_code)
    {
        return Some(error(
            FailureKind::ClientCertificateRefused,
            format!("{host} refused {} in its answer ({}).", situation.certificate(), answer.status),
            refused_hint(situation),
        ));
    }
    None
}

/// Whether a number stands in a text, and not only the beginning or the end of another one.
fn has_number(text: &str, number: &str) -> bool {
    text.match_indices(number).any(|(place, _)| {
        let before = text.get(..place).unwrap_or_default();
        let after = text.get(place + number.len()..).unwrap_or_default();
        let is_begun = before.ends_with(|last: char| last.is_ascii_digit() || matches!(last, '.' | ','));
        !is_begun && !after.starts_with(|next: char| next.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITUATION: Situation<'static> = Situation { host: "bank.example", is_home: true, identity: None, tls: None };

    fn said(status: u16, body: &str) -> Option<FailureKind> {
        let answer = HttpAnswer {
            status,
            version: "HTTP/1.1".to_owned(),
            headers: Vec::new(),
            body: body.to_owned(),
            is_base64: false,
            bytes: 0,
        };
        said_by_http(&answer, &SITUATION).map(|error| error.kind)
    }

    #[test]
    fn refusals_in_answers() {
        let (required, refused) = (FailureKind::ClientCertificateRequired, FailureKind::ClientCertificateRefused);
        for (status, body, kind) in [
            (496, "", required),
            (400, "<center>No required SSL certificate was sent</center>", required),
            (403, "<h2>HTTP Error 403.7 - Forbidden</h2>", required),
            (403, "403.7", required),
            (495, "", refused),
            (400, "<center>The SSL certificate error</center>", refused),
            (403, "HTTP Error 403.16.", refused),
            (403, "Error 403.13: revoked", refused),
            (403, "(403.17)", refused),
        ] {
            assert_eq!(said(status, body), Some(kind), "{status} {body}");
        }
    }

    #[test]
    fn numbers_that_are_no_refusals() {
        for (status, body) in [
            (403, "The limit of 403.75 is exceeded."),
            (403, "1403.7"),
            (403, "1,403.13"),
            (403, "10.403.16"),
            (403, "403.170"),
            (400, "403.7"),
            (401, "403.16"),
            (200, "403.7"),
            (500, "No required SSL certificate was sent"),
        ] {
            assert_eq!(said(status, body), None, "{status} {body}");
        }
    }

    #[test]
    fn hosts_of_certificates() {
        let host = host_in_words;
        assert_eq!(host("DnsName(\"*.a.example\")").as_deref(), Some("*.a.example"));
        assert_eq!(host("IpAddress(192.0.2.1)").as_deref(), Some("192.0.2.1"));
        assert_eq!(host("DnsName(\"a\u{202e}\n\")").as_deref(), Some("a\\u{202e}\\n"));
        assert_eq!(host("DnsName(\"\")"), None);
        assert_eq!((host("DirectoryName"), host("Unsupported(0x01)")), (None, None));
    }
}
