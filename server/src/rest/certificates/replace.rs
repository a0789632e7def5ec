//! `PUT /accounts/{account_id}/mtls_certificates/{mtls_certificate_id}`

use app::service::{NewCertificate, Secret};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{CertificateObject, One, Refusable, stored};
use crate::rest::Context;
use crate::rest::authentication::Company;
use crate::rest::envelope::Envelope;
use crate::rest::input::{Input, if_match};
use crate::services::Operation;

/// The contents that take the place of those that are there.
#[derive(Deserialize, ToSchema)]
pub(in crate::rest) struct NewContents {
    /// The certificate in PEM, with its chain behind it, and perhaps the private key.
    #[schema(value_type = String)]
    certificates: Secret,
    /// The private key in PEM, unless `certificates` holds it.
    #[schema(value_type = Option<String>, write_only)]
    private_key: Option<Secret>,
}

/// Replace a certificate (renew it)
///
/// Id, name, primary and all users stay. What was there can be brought back for 30 days.
///
/// ```sh
/// jq --null-input --rawfile certificate renewed.pem --rawfile key renewed.key \
///     '{certificates: $certificate, private_key: $key}' |
///   curl --silent --fail --request PUT "$SIGNET/client/v4/accounts/$ACCOUNT/mtls_certificates/$CERTIFICATE" \
///     --header "Authorization: Bearer $TOKEN" --json @-
/// ```
#[utoipa::path(
    put,
    path = "/accounts/{account_id}/mtls_certificates/{mtls_certificate_id}",
    operation_id = "replaceCertificate",
    tag = "Certificates",
    params(
        ("account_id" = String, Path, description = "The account, 32 hex digits"),
        ("mtls_certificate_id" = String, Path, description = "The certificate's UUID"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was seen; refused with 412 if it has changed since"),
    ),
    request_body = NewContents,
    responses((status = 200, description = "The certificate as it is now", body = Envelope<CertificateObject>)),
)]
pub(in crate::rest) async fn replace(
    State(context): State<Context>,
    Company(door): Company,
    Path((_account_id, id)): Path<(String, String)>,
    headers: HeaderMap,
    input: Input,
) -> Refusable<One> {
    door.may_do(Operation::ReplaceCertificate, Some(&id)).await?;
    let NewContents { certificates, private_key } = input.object().await?;
    let upload = NewCertificate {
        ca: false,
        certificates,
        private_key,
        name: String::new(),
        primary: false,
        confirmed: Vec::new(),
    };
    let replaced = door.replace_certificate(&id, &if_match(&headers)?, upload).await?;
    Ok(stored(replaced, context.services.clock.now()))
}
