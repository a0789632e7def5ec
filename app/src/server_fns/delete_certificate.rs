//! Deletes a certificate.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::{Deleted, Removal};

/// Deletes a certificate, its users moved or its key destroyed in the same step if that is wanted.
#[server(name = DeleteCertificate, endpoint = "certificates/delete", input = Json, output = Answers)]
pub async fn delete_certificate(id: String, version: i64, #[server(default)] removal: Removal) -> Reply<Deleted> {
    Ok(async { super::services::certificates()?.remove(id, version, removal).await }.await)
}
