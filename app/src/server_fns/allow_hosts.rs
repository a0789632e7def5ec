//! Says which hosts a certificate may be presented to.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::CertificateRow;

/// Says which hosts a certificate may be presented to.
#[server(name = AllowHosts, endpoint = "certificates/allow-hosts", input = Json, output = Answers)]
pub async fn allow_hosts(id: String, version: i64, hosts: Vec<String>) -> Reply<CertificateRow> {
    Ok(async { super::services::certificates()?.allow_hosts(id, version, hosts).await }.await)
}
