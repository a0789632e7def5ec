//! Leaves the company without a primary.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::CertificateRow;

/// Leaves the company without a primary.
#[server(name = RemovePrimary, endpoint = "certificates/remove-primary", input = Json, output = Answers)]
pub async fn remove_primary(id: String, version: i64) -> Reply<CertificateRow> {
    Ok(async { super::services::certificates()?.remove_primary(id, version).await }.await)
}
