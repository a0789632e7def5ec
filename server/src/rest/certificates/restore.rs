//! `POST /accounts/{account_id}/mtls_certificates/{mtls_certificate_id}/restore`

use axum::extract::{Path, State};

use super::{CertificateObject, One, Refusable, stored_again};
use crate::rest::Context;
use crate::rest::authentication::Company;
use crate::rest::envelope::Envelope;
use crate::rest::input::Input;
use crate::services::Operation;

/// Take back a delete of the last 30 days
///
/// It does not come back as primary.
///
/// ```sh
/// curl --silent --fail --request POST "$SIGNET/client/v4/accounts/$ACCOUNT/mtls_certificates/$CERTIFICATE/restore" \
///   --header "Authorization: Bearer $TOKEN"
/// ```
#[utoipa::path(
    post,
    path = "/accounts/{account_id}/mtls_certificates/{mtls_certificate_id}/restore",
    operation_id = "restoreCertificate",
    tag = "Certificates",
    params(
        ("account_id" = String, Path, description = "The account, 32 hex digits"),
        ("mtls_certificate_id" = String, Path, description = "The certificate's UUID"),
    ),
    responses((status = 200, description = "The certificate", body = Envelope<CertificateObject>)),
)]
pub(in crate::rest) async fn restore(
    State(context): State<Context>,
    Company(door): Company,
    Path((_account_id, id)): Path<(String, String)>,
    input: Input,
) -> Refusable<One> {
    door.may_do(Operation::RestoreCertificate, Some(&id)).await?;
    input.ignore().await?;
    let whole = door.restore_certificate(&id).await?;
    Ok(stored_again(whole, context.services.clock.now()))
}
