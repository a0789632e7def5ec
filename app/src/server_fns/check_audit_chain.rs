//! Asks whether the audit log is what was written.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::ChainCheck;

/// Asks whether nothing in the company's chain was changed, removed or moved.
#[server(name = CheckAuditChain, endpoint = "audit-log/check", input = Json, output = Answers)]
pub async fn check_audit_chain() -> Reply<ChainCheck> {
    Ok(async { super::services::audit_log()?.check_chain().await }.await)
}
