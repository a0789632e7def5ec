//! Asks for a certificate as it is now.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::CertificateRow;

/// Asks for a certificate as it is now.
#[server(name = GetCurrentCertificate, endpoint = "certificates/current", input = Json, output = Answers)]
pub async fn current_certificate(id: String) -> Reply<CertificateRow> {
    Ok(async { super::services::certificates()?.current(id).await }.await)
}
