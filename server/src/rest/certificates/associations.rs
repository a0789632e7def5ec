//! `GET /accounts/{account_id}/mtls_certificates/{mtls_certificate_id}/associations`

use axum::Json;
use axum::extract::Path;
use serde::Serialize;
use utoipa::ToSchema;

use super::Refusable;
use crate::rest::authentication::Company;
use crate::rest::envelope::{Envelope, done};
use crate::services::Operation;
use crate::store::CertificateUser;

/// Something that uses a certificate.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Association {
    /// `api_node:` and the node's name.
    service: String,
    /// Whether it really does.
    status: AssociationStatus,
}

/// Whether a certificate is used.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::rest) enum AssociationStatus {
    /// Calls go out with it.
    Active,
    /// It is pinned, and mTLS is off.
    Inactive,
}

/// List the API nodes that use a certificate
///
/// ```sh
/// curl --silent --fail "$SIGNET/client/v4/accounts/$ACCOUNT/mtls_certificates/$CERTIFICATE/associations" \
///   --header "Authorization: Bearer $TOKEN"
/// ```
#[utoipa::path(
    get,
    path = "/accounts/{account_id}/mtls_certificates/{mtls_certificate_id}/associations",
    operation_id = "listAssociations",
    tag = "Certificates",
    params(
        ("account_id" = String, Path, description = "The account, 32 hex digits"),
        ("mtls_certificate_id" = String, Path, description = "The certificate's UUID"),
    ),
    responses((status = 200, description = "All of them, by name", body = Envelope<Vec<Association>>)),
)]
pub(in crate::rest) async fn associations(
    Company(door): Company,
    Path((_account_id, id)): Path<(String, String)>,
) -> Refusable<Json<Envelope<Vec<Association>>>> {
    door.may_do(Operation::ReadCertificates, Some(&id)).await?;
    let users = door.certificate_users(&id).await?;
    let association = |CertificateUser { name, is_active, .. }| Association {
        service: format!("api_node:{name}"),
        status: if is_active { AssociationStatus::Active } else { AssociationStatus::Inactive },
    };
    Ok(done(users.into_iter().map(association).collect(), Vec::new()))
}
