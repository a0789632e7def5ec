//! `…/mtls_certificates/{mtls_certificate_id}/versions`: contents that were replaced, and bringing them back.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::authentication::Company;
use super::envelope::{Envelope, code, done};
use super::input::{Input, if_match};
use super::{Context, Refusal};
use crate::rest::certificates::{CertificateObject, One, Refusable, stored_again};
use crate::services::{Operation, Version};

/// Contents of a certificate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Version)]
pub(super) struct VersionObject {
    /// Their number, from 1.
    version: i64,
    /// Whether they are in use.
    current: bool,
    /// When they were stored, RFC 3339 in UTC with microseconds.
    #[schema(format = DateTime)]
    stored_on: String,
    /// When others took their place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
    replaced_on: Option<String>,
    /// Name of the person or token that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    replaced_by: Option<String>,
    /// The subject, most specific part first; RFC 4514 escaping.
    subject: String,
    /// The issuer: CN, OU, O, L, ST, C, then all others.
    issuer: String,
    /// The serial number in decimal.
    serial_number: String,
    /// The algorithm that it is signed with.
    signature: String,
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
}

impl From<Version> for VersionObject {
    fn from(version: Version) -> Self {
        let Version { version, stored_at, replaced, facts, api_fields } = version;
        let (replaced_on, replaced_by) = replaced.unzip();
        Self {
            version,
            current: replaced_on.is_none(),
            stored_on: stored_at.rfc3339_microseconds(),
            replaced_on: replaced_on.map(app::timestamp::Timestamp::rfc3339_microseconds),
            replaced_by,
            subject: facts.subject,
            issuer: api_fields.issuer,
            serial_number: facts.serial_number,
            signature: api_fields.signature,
            not_before: facts.not_before.rfc3339(),
            expires_on: facts.not_after.rfc3339(),
            key_type: facts.key_type,
            fingerprint_sha256: facts.fingerprint_sha256,
        }
    }
}

/// List the versions of a certificate's contents
///
/// Those in use, and those that were replaced in the last 30 days; newest first.
///
/// ```sh
/// curl --silent --fail "$SIGNET/client/v4/accounts/$ACCOUNT/mtls_certificates/$CERTIFICATE/versions" \
///   --header "Authorization: Bearer $TOKEN"
/// ```
#[utoipa::path(
    get,
    path = "/accounts/{account_id}/mtls_certificates/{mtls_certificate_id}/versions",
    operation_id = "listVersions",
    tag = "Certificates",
    params(
        ("account_id" = String, Path, description = "The account, 32 hex digits"),
        ("mtls_certificate_id" = String, Path, description = "The certificate's UUID"),
    ),
    responses((status = 200, description = "All of them", body = Envelope<Vec<VersionObject>>)),
)]
pub(super) async fn list(
    Company(door): Company,
    Path((_account_id, id)): Path<(String, String)>,
) -> Refusable<Json<Envelope<Vec<VersionObject>>>> {
    door.may_do(Operation::ReadCertificates, Some(&id)).await?;
    let versions = door.certificate_versions(&id).await?;
    Ok(done(versions.into_iter().map(VersionObject::from).collect(), Vec::new()))
}

/// Bring earlier contents back
///
/// What is in use is kept for 30 days in its turn.
///
/// ```sh
/// curl --silent --fail --request POST "$SIGNET/client/v4/accounts/$ACCOUNT/mtls_certificates/$CERTIFICATE/versions/1/restore" \
///   --header "Authorization: Bearer $TOKEN"
/// ```
#[utoipa::path(
    post,
    path = "/accounts/{account_id}/mtls_certificates/{mtls_certificate_id}/versions/{version}/restore",
    operation_id = "restoreVersion",
    tag = "Certificates",
    params(
        ("account_id" = String, Path, description = "The account, 32 hex digits"),
        ("mtls_certificate_id" = String, Path, description = "The certificate's UUID"),
        ("version" = i64, Path, description = "The version's number", minimum = 1),
        ("If-Match" = Option<String>, Header, description = "The ETag that was seen; refused with 412 if it has changed since"),
    ),
    responses((status = 200, description = "The certificate as it is now", body = Envelope<CertificateObject>)),
)]
pub(super) async fn restore(
    State(context): State<Context>,
    Company(door): Company,
    Path((_account_id, id, version)): Path<(String, String, String)>,
    headers: HeaderMap,
    input: Input,
) -> Refusable<One> {
    door.may_do(Operation::RestoreVersion, Some(&id)).await?;
    input.ignore().await?;
    let Some(version) = version.parse::<i64>().ok().filter(|version| *version > 0) else {
        return Err(Refusal::at("/version", code::PARAMETER, "A version is a whole number from 1."));
    };
    let whole = door.restore_certificate_version(&id, &if_match(&headers)?, version).await?;
    Ok(stored_again(whole, context.services.clock.now()))
}
