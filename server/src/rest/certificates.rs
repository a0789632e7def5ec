//! The certificates of an account.

pub(super) mod associations;
pub(super) mod change;
pub(super) mod delete;
pub(super) mod get;
pub(super) mod list;
pub(super) mod replace;
pub(super) mod restore;
pub(super) mod upload;
pub(super) mod validate;

use app::certificate::{Finding, Status};
use app::service::Secret;
use app::timestamp::Timestamp;
use axum::Json;
use axum::http::{HeaderName, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Refusal;
use super::envelope::{Envelope, Message, done, messages};
use crate::store::{Uploaded, Whole};

/// What is answered about one certificate: its version as `ETag`, and the envelope.
pub(super) type One = ([(HeaderName, String); 1], Json<Envelope<CertificateObject>>);

/// A certificate. Its fields describe the leaf, the certificate of the key; for a CA certificate the first one.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Certificate)]
pub(super) struct CertificateObject {
    /// UUID.
    #[schema(format = Uuid)]
    id: String,
    /// Whether it is a CA certificate, which has no private key.
    ca: bool,
    /// The certificate and its chain in PEM.
    certificates: String,
    /// The name that people gave it.
    name: String,
    /// The issuer: CN, OU, O, L, ST, C, then all others; RFC 4514 escaping.
    issuer: String,
    /// The serial number in decimal.
    serial_number: String,
    /// The algorithm that it is signed with, `ECDSAWithSHA384`.
    signature: String,
    /// End of the validity, RFC 3339 in UTC.
    #[schema(format = DateTime)]
    expires_on: String,
    /// When it was uploaded, RFC 3339 in UTC with microseconds.
    #[schema(format = DateTime)]
    uploaded_on: String,
    /// When it was last changed; in the answer to an upload or a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
    updated_at: Option<String>,
    /// Always `custom`: it was uploaded.
    #[serde(rename = "type")]
    kind: CertificateType,
    /// Whether it is the account's primary, which API nodes use by themselves.
    primary: bool,
    /// SHA-256 of its DER, 64 lower-case hex digits.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    fingerprint_sha256: String,
    /// The subject, most specific part first; RFC 4514 escaping.
    subject: String,
    /// Begin of the validity, RFC 3339 in UTC.
    #[schema(format = DateTime)]
    not_before: String,
    /// `RSA 2048`, `EC P-256`, `Ed25519`, …
    key_type: String,
    /// How it stands at this moment.
    status: CertificateStatus,
    /// How many API nodes use it.
    used_by: u64,
    /// Hosts that it may be presented to; `*.` in front stands for one label, none for any host.
    allowed_hosts: Vec<String>,
    /// Rises with each change; the `ETag` of this answer.
    version: i64,
}

/// Where a certificate comes from.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CertificateType {
    /// It was uploaded.
    Custom,
}

/// How a certificate stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CertificateStatus {
    /// Its validity has not begun.
    NotYetValid,
    /// None of the others.
    Valid,
    /// At most 30 days, or a third of its lifetime, are left.
    Expiring,
    /// At most 7 days, or a tenth of its lifetime, are left.
    Urgent,
    /// Its validity has ended.
    Expired,
}

impl From<Status> for CertificateStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::NotYetValid => Self::NotYetValid,
            Status::Expired => Self::Expired,
            Status::Urgent => Self::Urgent,
            Status::Expiring => Self::Expiring,
            Status::Valid => Self::Valid,
        }
    }
}

impl CertificateObject {
    fn of(uploaded: Uploaded, now: Timestamp) -> Self {
        let Uploaded { not_before, not_after, .. } = uploaded;
        Self {
            id: uploaded.id,
            ca: uploaded.ca,
            certificates: uploaded.text,
            name: uploaded.name,
            issuer: uploaded.api_issuer,
            serial_number: uploaded.serial_number,
            signature: uploaded.signature,
            expires_on: not_after.rfc3339(),
            uploaded_on: uploaded.uploaded_on.rfc3339_microseconds(),
            updated_at: None,
            kind: CertificateType::Custom,
            primary: uploaded.primary,
            fingerprint_sha256: uploaded.fingerprint_sha256,
            subject: uploaded.subject,
            not_before: not_before.rfc3339(),
            key_type: uploaded.key_type,
            status: Status::at(now, not_before, not_after).into(),
            used_by: uploaded.used_by,
            allowed_hosts: uploaded.allowed_hosts,
            version: uploaded.version,
        }
    }
}

/// The answer about a certificate that is there.
fn shown(whole: Whole, now: Timestamp) -> One {
    one(CertificateObject::of(whole.into(), now), Vec::new())
}

/// The answer about a certificate that was changed, with what was found.
fn stored((whole, findings): (Whole, Vec<Finding>), now: Timestamp) -> One {
    let updated_at = Some(whole.certificate.changed_at.rfc3339_microseconds());
    one(CertificateObject { updated_at, ..CertificateObject::of(whole.into(), now) }, messages(&findings))
}

/// The same where nothing was found.
pub(super) fn stored_again(whole: Whole, now: Timestamp) -> One {
    stored((whole, Vec::new()), now)
}

fn one(certificate: CertificateObject, messages: Vec<Message>) -> One {
    ([(header::ETAG, format!("\"{}\"", certificate.version))], done(certificate, messages))
}

/// A certificate to be stored.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewCertificate {
    /// Whether it is a CA certificate.
    ca: bool,
    /// The certificate in PEM, with its chain behind it. It may hold the private key as well; that is taken from there, and what is kept
    /// is without it.
    #[schema(value_type = String)]
    certificates: Secret,
    /// A name; taken from the certificate if there is none.
    #[schema(nullable)]
    name: Option<String>,
    /// The private key in PEM, not encrypted: PKCS#8, PKCS#1 or SEC 1. Required unless `ca` is true or `certificates` holds it. It is in
    /// no answer.
    #[schema(value_type = Option<String>, write_only)]
    private_key: Option<Secret>,
}

impl From<NewCertificate> for app::service::NewCertificate {
    fn from(sent: NewCertificate) -> Self {
        let NewCertificate { ca, certificates, name, private_key } = sent;
        let name = name.unwrap_or_default();
        Self { ca, certificates, private_key, name, primary: false, confirmed: Vec::new() }
    }
}

/// The refusal, if there is any: for handlers that answer with nothing of their own.
pub(super) type Refusable<T> = Result<T, Refusal>;
