//! `POST /accounts/{account_id}/mtls_certificates`

use axum::extract::State;

use super::{CertificateObject, NewCertificate, One, Refusable, stored};
use crate::rest::Context;
use crate::rest::authentication::Company;
use crate::rest::envelope::Envelope;
use crate::rest::input::Input;
use crate::services::Operation;

/// Upload a certificate
///
/// It is validated as on the page; warnings are in `messages`. With `ca` it is a CA certificate, which has no private key.
///
/// ```sh
/// jq --null-input --rawfile certificate client.pem --rawfile key client.key \
///     '{ca: false, name: "Bank prod", certificates: $certificate, private_key: $key}' |
///   curl --silent --fail "$SIGNET/client/v4/accounts/$ACCOUNT/mtls_certificates" \
///     --header "Authorization: Bearer $TOKEN" --json @-
/// ```
#[utoipa::path(
    post,
    path = "/accounts/{account_id}/mtls_certificates",
    operation_id = "uploadCertificate",
    tag = "Certificates",
    params(("account_id" = String, Path, description = "The account, 32 hex digits")),
    request_body = NewCertificate,
    responses((status = 200, description = "The certificate", body = Envelope<CertificateObject>)),
)]
pub(in crate::rest) async fn upload(
    State(context): State<Context>,
    Company(door): Company,
    input: Input,
) -> Refusable<One> {
    door.may_do(Operation::UploadCertificate, None).await?;
    let sent: NewCertificate = input.object().await?;
    let added = door.add_certificate(sent.into()).await?;
    Ok(stored(added, context.services.clock.now()))
}
