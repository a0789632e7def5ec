//! `DELETE /accounts/{account_id}/mtls_certificates/{mtls_certificate_id}`

use app::service::Error;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};

use super::{CertificateObject, One, Refusable, one};
use crate::rest::authentication::Company;
use crate::rest::envelope::{Envelope, Message, code};
use crate::rest::input::{Input, Parameters, if_match};
use crate::rest::{Context, Refusal};
use crate::services::{Operation, Removal};

/// Delete a certificate
///
/// Refused while API nodes use it, unless they are moved to another one in the same step. It can be restored for 30 days, unless its key
/// is destroyed at once.
///
/// ```sh
/// curl --silent --fail --request DELETE "$SIGNET/client/v4/accounts/$ACCOUNT/mtls_certificates/$CERTIFICATE" \
///   --header "Authorization: Bearer $TOKEN"
/// ```
#[utoipa::path(
    delete,
    path = "/accounts/{account_id}/mtls_certificates/{mtls_certificate_id}",
    operation_id = "deleteCertificate",
    tag = "Certificates",
    params(
        ("account_id" = String, Path, description = "The account, 32 hex digits"),
        ("mtls_certificate_id" = String, Path, description = "The certificate's UUID"),
        ("move_to" = Option<String>, Query, description = "The UUID of the certificate that its users are to use instead, or `primary` to let them follow the primary"),
        ("destroy" = Option<bool>, Query, description = "Destroy its private key at once"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was seen; refused with 412 if it has changed since"),
    ),
    responses((status = 200, description = "The certificate that was deleted", body = Envelope<CertificateObject>)),
)]
pub(in crate::rest) async fn delete(
    State(context): State<Context>,
    Company(door): Company,
    Path((_account_id, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    // Some clients send one, with nothing in it.
    input: Input,
) -> Refusable<One> {
    door.may_do(Operation::DeleteCertificate, Some(&id)).await?;
    input.ignore().await?;
    let parameters = Parameters::read(query.as_deref());
    let removal = Removal {
        move_to: parameters.one("move_to")?.map(str::to_owned),
        destroy: parameters.flag("destroy")?.unwrap_or(false),
    };
    let removed = match door.delete_certificate(&id, &if_match(&headers)?, removal).await {
        Ok(removed) => removed,
        Err(Error::NotFound) if door.was_deleted(&id).await? => {
            let message = "The certificate was already deleted.";
            return Err(Refusal::new(StatusCode::BAD_REQUEST, code::ALREADY_DELETED, message));
        }
        Err(error) => return Err(error.into()),
    };
    let follows = |name: &String| {
        Message::new(
            code::RELEASED,
            format!("api_node:{name} had pinned it with its mTLS off; it follows the primary now."),
        )
    };
    let messages = removed.released.iter().map(follows).collect();
    Ok(one(CertificateObject::of(removed.whole.into(), context.services.clock.now()), messages))
}
