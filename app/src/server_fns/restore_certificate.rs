//! Takes back a delete.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::CertificateRow;

/// Takes back a delete.
#[server(name = RestoreCertificate, endpoint = "certificates/restore", input = Json, output = Answers)]
pub async fn restore_certificate(id: String) -> Reply<CertificateRow> {
    Ok(async { super::services::certificates()?.restore(id).await }.await)
}
