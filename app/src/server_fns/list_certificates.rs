//! Asks for one page of the list.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::{CertificateList, ListQuery};

/// Asks for one page of the list.
#[server(name = ListCertificates, endpoint = "certificates/list", input = Json, output = Answers)]
pub async fn list_certificates(query: ListQuery) -> Reply<CertificateList> {
    Ok(async { super::services::certificates()?.list(query).await }.await)
}
