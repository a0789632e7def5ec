//! Takes back a delete.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::Reply;
use crate::service::CertificateRow;

/// Takes back a delete.
#[server(name = RestoreCertificate, endpoint = "certificates/restore", input = Json)]
pub async fn restore_certificate(id: String) -> Reply<CertificateRow> {
    Ok(async { super::services::certificates()?.restore(id).await }.await)
}
