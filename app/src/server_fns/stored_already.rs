//! Asks whether a certificate is stored already; only its fingerprint leaves the browser.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::Reply;
use crate::service::CertificateRow;

/// Asks whether a certificate is stored already; only its fingerprint leaves the browser.
#[server(name = StoredAlready, endpoint = "certificates/stored-already", input = Json)]
pub async fn stored_already(fingerprint_sha256: String) -> Reply<Option<CertificateRow>> {
    Ok(async { super::services::certificates()?.stored_already(fingerprint_sha256).await }.await)
}
