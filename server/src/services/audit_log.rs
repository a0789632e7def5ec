//! The audit log of the caller's company, for those who read it.

mod check;
mod choices;
mod list;

use app::service::{Answer, AuditChoices, AuditLog, AuditPage, AuditQuery, ChainCheck, Permission, Scope};
use async_trait::async_trait;

use super::Door;
use super::access::Needs;
pub(super) use check::ChainChecks;

/// What every verb in here asks for.
pub(super) const NEEDS: Needs = Needs::scope(Permission::CompanySettings, Scope::ReadAuditLog);
/// What a refused look is recorded as.
pub(super) const LOOK: &str = "audit_log.read";

#[async_trait]
impl AuditLog for Door {
    async fn list_entries(&self, query: AuditQuery) -> Answer<AuditPage> {
        self.services.answer(list::list(self, query).await)
    }

    async fn audit_choices(&self) -> Answer<AuditChoices> {
        self.services.answer(choices::choices(self).await)
    }

    async fn check_chain(&self) -> Answer<ChainCheck> {
        self.services.answer(check::check(self).await)
    }
}
