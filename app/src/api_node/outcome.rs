//! What became of a call.

use serde::{Deserialize, Serialize};

use crate::timestamp::Timestamp;

/// What became of a call: an answer, or an error, or both where the answer says that the certificate was refused.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CallOutcome {
    /// What the server answered.
    pub answer: Option<HttpAnswer>,
    /// What happened in the connection's full handshake; none before there was one, and over plain HTTP.
    pub tls: Option<TlsFacts>,
    /// How long it took.
    pub timing: Timing,
    /// Why it failed, if it did.
    pub error: Option<CallError>,
    /// How many redirects were followed.
    pub redirects: u32,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpAnswer {
    /// The status code.
    pub status: u16,
    /// `HTTP/1.1`, `HTTP/2`.
    pub version: String,
    /// The headers, in their order.
    pub headers: Vec<AnswerHeader>,
    /// The body: as it is if it is UTF-8, else in Base64 (RFC 4648 section 4).
    pub body: String,
    /// Whether the body is in Base64.
    pub is_base64: bool,
    /// Bytes of the body.
    pub bytes: u64,
}

/// A header of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerHeader {
    /// Its name, lower case.
    pub name: String,
    /// Its value; what is not UTF-8 is replaced by U+FFFD.
    pub value: String,
}

/// What happened in a connection's full handshake.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct TlsFacts {
    /// `TLS 1.2`, `TLS 1.3`; none if it was not agreed on.
    pub version: Option<String>,
    /// The cipher suite as IANA names it, `TLS_AES_256_GCM_SHA384`.
    pub cipher_suite: Option<String>,
    /// Whether the server asked for a client certificate.
    pub client_certificate_requested: bool,
    /// Whether one was sent.
    pub client_certificate_sent: bool,
    /// The issuers that the server says it accepts, at most 100; empty if it does not say.
    pub accepted_issuers: Vec<String>,
    /// How many there are.
    pub accepted_issuer_count: u32,
    /// Whether the certificate's issuer, or one further up its chain, is among them; none if the server does not say, or there is no
    /// certificate.
    pub issuer_is_accepted: Option<bool>,
    /// The id of the certificate that the node identifies itself with.
    pub certificate_id: Option<String>,
    /// Its name.
    pub certificate_name: Option<String>,
    /// The server's certificates, as it sent them.
    pub server_chain: Vec<ChainCertificate>,
    /// Whether the server's certificate was accepted.
    pub server_trusted: bool,
    /// Whether this connection resumed an earlier one's session.
    pub resumed: bool,
    /// Whether the connection was there already.
    pub reused: bool,
    /// The alert that the server ended it with, as RFC 8446 names it: `unknown_ca`.
    pub alert: Option<String>,
}

/// A certificate of the server's chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainCertificate {
    /// Its subject in words.
    pub subject: String,
    /// Its issuer in words.
    pub issuer: String,
    /// Begin of its validity.
    pub not_before: Timestamp,
    /// End of its validity.
    pub not_after: Timestamp,
    /// SHA-256 of its DER, 64 lower-case hex digits.
    pub fingerprint_sha256: String,
}

/// How long a call took, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Looking the name up; none if the connection was there already.
    pub lookup: Option<f64>,
    /// Until the TCP connection stood; none if it was there already.
    pub connect: Option<f64>,
    /// The TLS handshake; none if there was none.
    pub handshake: Option<f64>,
    /// From the request to the answer's head; none if there was none.
    pub first_byte: Option<f64>,
    /// All of it.
    pub total: f64,
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallError {
    /// Which kind of failure it is.
    pub kind: FailureKind,
    /// What happened, in one sentence.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// Which kind of failure a call came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// There is no certificate to send: the company has no primary.
    NoCertificate,
    /// The certificate may not be presented to this host.
    HostNotAllowed,
    /// The address may not be called: it is private, loopback, link-local, …
    AddressRefused,
    /// The name was not found.
    Dns,
    /// No connection came about.
    Connect,
    /// It took too long.
    Timeout,
    /// The server's certificate comes from nobody that is trusted.
    ServerCertificateUntrusted,
    /// The server's certificate has expired.
    ServerCertificateExpired,
    /// The server's certificate is not valid yet.
    ServerCertificateNotYetValid,
    /// The server's certificate is for another name.
    ServerCertificateName,
    /// The server's certificate does not do for another reason.
    ServerCertificateInvalid,
    /// The server asks for a client certificate, and got none.
    ClientCertificateRequired,
    /// The server does not know the client certificate's issuer.
    ClientCertificateUnknownCa,
    /// The server says that the client certificate has expired.
    ClientCertificateExpired,
    /// The server refuses the client certificate.
    ClientCertificateRefused,
    /// There is no version of TLS, or no cipher suite, that both know.
    NoCommonVersion,
    /// The TLS connection failed for another reason.
    Tls,
    /// The server closed the connection without an answer.
    Closed,
    /// The answer is not HTTP, or its head is too large.
    AnswerBroken,
    /// The answer is larger than it may be.
    AnswerTooLarge,
    /// A redirect leads to where the call may not go.
    RedirectRefused,
    /// There were too many redirects.
    TooManyRedirects,
}

impl FailureKind {
    /// Its name, as it is answered and stored: `client_certificate_required`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoCertificate => "no_certificate",
            Self::HostNotAllowed => "host_not_allowed",
            Self::AddressRefused => "address_refused",
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::ServerCertificateUntrusted => "server_certificate_untrusted",
            Self::ServerCertificateExpired => "server_certificate_expired",
            Self::ServerCertificateNotYetValid => "server_certificate_not_yet_valid",
            Self::ServerCertificateName => "server_certificate_name",
            Self::ServerCertificateInvalid => "server_certificate_invalid",
            Self::ClientCertificateRequired => "client_certificate_required",
            Self::ClientCertificateUnknownCa => "client_certificate_unknown_ca",
            Self::ClientCertificateExpired => "client_certificate_expired",
            Self::ClientCertificateRefused => "client_certificate_refused",
            Self::NoCommonVersion => "no_common_version",
            Self::Tls => "tls",
            Self::Closed => "closed",
            Self::AnswerBroken => "answer_broken",
            Self::AnswerTooLarge => "answer_too_large",
            Self::RedirectRefused => "redirect_refused",
            Self::TooManyRedirects => "too_many_redirects",
        }
    }
}
