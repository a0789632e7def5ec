//! Asks for one page of the list.

use leptos::prelude::*;

use super::{Json, Reply};
use crate::service::{CertificateList, ListQuery};

/// Asks for one page of the list.
#[server(name = ListCertificates, endpoint = "certificates/list", input = Json, output = Json)]
pub async fn list_certificates(query: ListQuery) -> Reply<CertificateList> {
    Ok(async { super::services::certificates()?.list(query).await }.await)
}
