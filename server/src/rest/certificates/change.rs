//! `PATCH /accounts/{account_id}/mtls_certificates/{mtls_certificate_id}`

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{CertificateObject, One, Refusable, stored};
use crate::rest::Context;
use crate::rest::authentication::Company;
use crate::rest::envelope::Envelope;
use crate::rest::input::{Input, if_match};
use crate::services::{Changes, Operation};

/// What is to be changed; what is left out stays as it is.
#[derive(Deserialize, ToSchema)]
pub(in crate::rest) struct CertificateChanges {
    /// Another name.
    name: Option<String>,
    /// The account's only primary, in place of the one that is it; or no longer the primary. Not for CA, expired and not yet valid
    /// certificates.
    primary: Option<bool>,
    /// Hosts that it may be presented to, at most 100; `*.` in front stands for one label, none for any host.
    allowed_hosts: Option<Vec<String>>,
}

/// Change name, primary or allowed hosts
///
/// All of it is done, or nothing.
///
/// ```sh
/// curl --silent --fail --request PATCH "$SIGNET/client/v4/accounts/$ACCOUNT/mtls_certificates/$CERTIFICATE" \
///   --header "Authorization: Bearer $TOKEN" --json '{"name": "Bank prod", "primary": true}'
/// ```
#[utoipa::path(
    patch,
    path = "/accounts/{account_id}/mtls_certificates/{mtls_certificate_id}",
    operation_id = "changeCertificate",
    tag = "Certificates",
    params(
        ("account_id" = String, Path, description = "The account, 32 hex digits"),
        ("mtls_certificate_id" = String, Path, description = "The certificate's UUID"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was seen; refused with 412 if it has changed since"),
    ),
    request_body = CertificateChanges,
    responses((status = 200, description = "The certificate as it is now", body = Envelope<CertificateObject>)),
)]
pub(in crate::rest) async fn change(
    State(context): State<Context>,
    Company(door): Company,
    Path((_account_id, id)): Path<(String, String)>,
    headers: HeaderMap,
    input: Input,
) -> Refusable<One> {
    door.may_do(Operation::ChangeCertificate, Some(&id)).await?;
    let CertificateChanges { name, primary, allowed_hosts } = input.object().await?;
    let changes = Changes { name, primary, allowed_hosts };
    let answer = door.change_certificate(&id, &if_match(&headers)?, changes).await?;
    Ok(stored(answer, context.services.clock.now()))
}
