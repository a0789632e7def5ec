//! `POST /accounts/{account_id}/mtls_certificates/validate`

use app::certificate::{Finding, Pointer, Severity, Status};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{CertificateStatus, NewCertificate, Refusable};
use crate::rest::Context;
use crate::rest::authentication::Company;
use crate::rest::envelope::{Envelope, done};
use crate::rest::input::Input;
use crate::services::{Inspection, Operation};

/// What would be said of an upload.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Validation {
    /// Whether it would be stored.
    valid: bool,
    /// Errors first, then in the order of the upload.
    findings: Vec<FindingObject>,
    /// The certificate that the upload is about, as far as it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    certificate: Option<ReadCertificate>,
}

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub(in crate::rest) struct FindingObject {
    /// The rule's id, `crt.expired`.
    rule: String,
    /// How much it matters.
    severity: FindingSeverity,
    /// What is wrong.
    message: String,
    /// What to do; empty if the message says it all.
    hint: String,
    /// Where: `/certificates`, `/private_key` or `/name`.
    pointer: &'static str,
    /// Line in that field, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    line: Option<u32>,
    /// Which certificate of the upload, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    certificate: Option<u32>,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::rest) enum FindingSeverity {
    /// It is not stored.
    Error,
    /// It is stored, and this is said.
    Warning,
    /// Good to know.
    Info,
}

/// The public fields of a certificate that is not stored.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct ReadCertificate {
    /// Whether its basic constraints say CA.
    ca: bool,
    /// The name that it would get if none is given.
    name: String,
    /// The subject, most specific part first; RFC 4514 escaping.
    subject: String,
    /// Subject alternative names.
    subject_alternative_names: Vec<String>,
    /// The issuer: CN, OU, O, L, ST, C, then all others. Only if the upload is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    issuer: Option<String>,
    /// The algorithm that it is signed with. Only if the upload is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    signature: Option<String>,
    /// The serial number in decimal.
    serial_number: String,
    /// Begin of the validity, RFC 3339 in UTC.
    #[schema(format = DateTime)]
    not_before: String,
    /// End of the validity, RFC 3339 in UTC.
    #[schema(format = DateTime)]
    expires_on: String,
    /// `RSA 2048`, `EC P-256`, `Ed25519`, …
    key_type: String,
    /// SHA-256 of its DER, 64 lower-case hex digits.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    fingerprint_sha256: String,
    /// How it stands at this moment.
    status: CertificateStatus,
}

/// Validate an upload
///
/// The body is that of an upload. Nothing is stored; the answer is 200 for an invalid one as well.
///
/// ```sh
/// jq --null-input --rawfile certificate client.pem '{ca: false, certificates: $certificate}' |
///   curl --silent --fail "$SIGNET/client/v4/accounts/$ACCOUNT/mtls_certificates/validate" \
///     --header "Authorization: Bearer $TOKEN" --json @-
/// ```
#[utoipa::path(
    post,
    path = "/accounts/{account_id}/mtls_certificates/validate",
    operation_id = "validateCertificate",
    tag = "Certificates",
    params(("account_id" = String, Path, description = "The account, 32 hex digits")),
    request_body = NewCertificate,
    responses((status = 200, description = "What was found", body = Envelope<Validation>)),
)]
pub(in crate::rest) async fn validate(
    State(context): State<Context>,
    Company(door): Company,
    input: Input,
) -> Refusable<Json<Envelope<Validation>>> {
    door.may_do(Operation::ValidateCertificate, None).await?;
    let sent: NewCertificate = input.object().await?;
    let Inspection { report, api_fields } = door.inspect_upload(sent.into()).await?;
    let now = context.services.clock.now();
    let valid = report.is_valid();
    let (issuer, signature) = api_fields.map(|fields| (fields.issuer, fields.signature)).unzip();
    let certificate = report.certificate.map(|facts| ReadCertificate {
        ca: facts.ca,
        name: facts.suggested_name,
        subject: facts.subject,
        subject_alternative_names: facts.names,
        issuer,
        signature,
        serial_number: facts.serial_number,
        not_before: facts.not_before.rfc3339(),
        expires_on: facts.not_after.rfc3339(),
        key_type: facts.key_type,
        fingerprint_sha256: facts.fingerprint_sha256,
        status: Status::at(now, facts.not_before, facts.not_after).into(),
    });
    let findings = report.findings.into_iter().map(FindingObject::from).collect();
    Ok(done(Validation { valid, findings, certificate }, Vec::new()))
}

impl From<Finding> for FindingObject {
    fn from(finding: Finding) -> Self {
        Self {
            rule: finding.rule.id().to_owned(),
            severity: match finding.severity() {
                Severity::Error => FindingSeverity::Error,
                Severity::StrongWarning | Severity::Warning => FindingSeverity::Warning,
                Severity::Information => FindingSeverity::Info,
            },
            message: finding.message,
            hint: finding.hint,
            pointer: match finding.pointer {
                Pointer::Certificates => "/certificates",
                Pointer::PrivateKey => "/private_key",
                Pointer::Name => "/name",
            },
            line: finding.line,
            certificate: finding.certificate,
        }
    }
}
