//! Asks for one page of the audit log.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::{AuditPage, AuditQuery};

/// Asks for one page of the audit log.
#[server(name = ListAuditEntries, endpoint = "audit-log/list", input = Json, output = Answers)]
pub async fn list_audit_entries(query: AuditQuery) -> Reply<AuditPage> {
    Ok(async { super::services::audit_log()?.list_entries(query).await }.await)
}
