//! Asks by what the audit log can be filtered.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::AuditChoices;

/// Asks by what the audit log can be filtered.
#[server(name = ListAuditChoices, endpoint = "audit-log/choices", input = Json, output = Answers)]
pub async fn audit_choices() -> Reply<AuditChoices> {
    Ok(async { super::services::audit_log()?.audit_choices().await }.await)
}
