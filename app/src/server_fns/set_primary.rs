//! Makes a certificate the primary; answers with the former one.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::CertificateRow;

/// Makes a certificate the primary; answers with the former one.
#[server(name = SetPrimary, endpoint = "certificates/set-primary", input = Json, output = Answers)]
pub async fn set_primary(id: String, version: i64) -> Reply<Option<CertificateRow>> {
    Ok(async { super::services::certificates()?.set_primary(id, version).await }.await)
}
