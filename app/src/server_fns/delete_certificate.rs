//! Deletes a certificate.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::Reply;

/// Deletes a certificate.
#[server(name = DeleteCertificate, endpoint = "certificates/delete", input = Json)]
pub async fn delete_certificate(id: String, version: i64) -> Reply<()> {
    Ok(async { super::services::certificates()?.delete(id, version).await }.await)
}
