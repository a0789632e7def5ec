//! Reads everything that the page of a certificate shows.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::CertificateDetail;

/// Reads everything that the page of a certificate shows.
#[server(name = GetCertificateDetail, endpoint = "certificates/detail", input = Json, output = Answers)]
pub async fn certificate_detail(id: String) -> Reply<CertificateDetail> {
    Ok(async { super::services::certificates()?.detail(id).await }.await)
}
