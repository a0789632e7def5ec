//! Asks which API nodes use a certificate.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::CertificateUsage;

/// Asks which API nodes use a certificate.
#[server(name = GetCertificateUsage, endpoint = "certificates/usage", input = Json, output = Answers)]
pub async fn certificate_usage(id: String) -> Reply<CertificateUsage> {
    Ok(async { super::services::certificates()?.usage(id).await }.await)
}
