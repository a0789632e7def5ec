//! `GET /accounts/{account_id}/mtls_certificates/{mtls_certificate_id}`

use axum::extract::{Path, State};

use super::{CertificateObject, One, Refusable, shown};
use crate::rest::Context;
use crate::rest::authentication::Company;
use crate::rest::envelope::Envelope;
use crate::services::Operation;

/// Get a certificate
///
/// Its version is the answer's `ETag`: send it as `If-Match` with a change.
///
/// ```sh
/// curl --silent --fail "$SIGNET/client/v4/accounts/$ACCOUNT/mtls_certificates/$CERTIFICATE" \
///   --header "Authorization: Bearer $TOKEN"
/// ```
#[utoipa::path(
    get,
    path = "/accounts/{account_id}/mtls_certificates/{mtls_certificate_id}",
    operation_id = "getCertificate",
    tag = "Certificates",
    params(
        ("account_id" = String, Path, description = "The account, 32 hex digits"),
        ("mtls_certificate_id" = String, Path, description = "The certificate's UUID"),
    ),
    responses((status = 200, description = "The certificate", body = Envelope<CertificateObject>)),
)]
pub(in crate::rest) async fn get(
    State(context): State<Context>,
    Company(door): Company,
    Path((_account_id, id)): Path<(String, String)>,
) -> Refusable<One> {
    door.may_do(Operation::ReadCertificates, Some(&id)).await?;
    let whole = door.certificate(&id).await?;
    Ok(shown(whole, context.services.clock.now()))
}
