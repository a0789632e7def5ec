//! The certificates of the caller's company.

mod allow_hosts;
mod change;
mod delete;
mod describe;
mod detail;
mod findings;
mod hosts;
mod judge;
mod known;
mod list;
mod lock;
mod plans;
mod programs;
mod remove_primary;
mod rename;
mod renewals;
mod replace;
mod restore;
mod second_opinion;
mod set_primary;
mod upload;
mod usage;

use app::certificate::{Finding, Status};
use app::service::{
    Answer, CertificateDetail, CertificateList, CertificateRow, CertificateUsage, Certificates, DeletePlan, Deleted,
    Known, KnownQuery, ListQuery, NewCertificate, NotPrimaryBecause, Permission, PrimaryPlan, Removal, Replaced, Scope,
    Stored,
};
use app::timestamp::Timestamp;
use async_trait::async_trait;

pub(super) use self::lock::{parse_id, stale};
pub use self::programs::{Changes, Inspection, Removed, Seen, Version};
use super::Door;
use super::access::Needs;
use crate::store::{Certificate, Whole};

/// What the verbs ask for that change nothing.
pub(super) const READ: Needs = Needs::scope(Permission::CompanySettings, Scope::ReadCertificates);
/// What all others ask for.
pub(super) const WRITE: Needs = Needs::scope(Permission::CompanySettings, Scope::WriteCertificates);
/// What a refused look is recorded as.
pub(super) const LOOK: &str = "certificate.read";

#[async_trait]
impl Certificates for Door {
    async fn list(&self, query: ListQuery) -> Answer<CertificateList> {
        self.services.answer(list::list(self, query).await)
    }

    async fn detail(&self, id: String) -> Answer<CertificateDetail> {
        self.services.answer(detail::detail(self, &id).await)
    }

    async fn known(&self, query: KnownQuery) -> Answer<Known> {
        self.services.answer(known::known(self, query).await)
    }

    async fn upload(&self, upload: NewCertificate) -> Answer<Stored> {
        let stored = self.noting("certificate.upload", None, upload::upload(self, upload).await).await;
        let stored = stored.map(|(whole, findings)| Stored { certificate: row(whole.certificate), findings });
        self.services.answer(stored)
    }

    async fn replace(&self, id: String, version: i64, upload: NewCertificate) -> Answer<Replaced> {
        let done = replace::replace(self, &id, &Seen::Version(version), upload).await;
        let done = self.noting("certificate.replace", Some(&id), done).await;
        self.services.answer(done.map(|(whole, findings)| replaced(whole, findings)))
    }

    async fn restore_version(&self, id: String, version: i64, earlier: i64) -> Answer<Replaced> {
        let done = replace::restore_version(self, &id, &Seen::Version(version), earlier).await;
        let done = self.noting("certificate.restore_version", Some(&id), done).await;
        self.services.answer(done.map(|whole| replaced(whole, Vec::new())))
    }

    async fn allow_hosts(&self, id: String, version: i64, hosts: Vec<String>) -> Answer<CertificateRow> {
        let done = allow_hosts::allow_hosts(self, &id, version, hosts).await;
        self.services.answer(self.noting("certificate.allow_hosts", Some(&id), done).await)
    }

    async fn rename(&self, id: String, version: i64, name: String) -> Answer<Stored> {
        let renamed = rename::rename(self, &id, version, name).await;
        self.services.answer(self.noting("certificate.rename", Some(&id), renamed).await)
    }

    async fn set_primary(&self, id: String, version: i64) -> Answer<Option<CertificateRow>> {
        let done = set_primary::set_primary(self, &id, version).await;
        self.services.answer(self.noting("certificate.set_primary", Some(&id), done).await)
    }

    async fn remove_primary(&self, id: String, version: i64) -> Answer<CertificateRow> {
        let done = remove_primary::remove_primary(self, &id, version).await;
        self.services.answer(self.noting("certificate.remove_primary", Some(&id), done).await)
    }

    async fn remove(&self, id: String, version: i64, removal: Removal) -> Answer<Deleted> {
        let removed = self.delete_certificate(&id, &Seen::Version(version), removal).await?;
        Ok(Deleted { moved: u64::try_from(removed.moved).unwrap_or(u64::MAX), released: removed.released })
    }

    async fn plan_delete(&self, id: String) -> Answer<DeletePlan> {
        self.services.answer(plans::delete(self, &id).await)
    }

    async fn plan_primary(&self, id: String) -> Answer<PrimaryPlan> {
        self.services.answer(plans::primary(self, &id).await)
    }

    async fn current(&self, id: String) -> Answer<CertificateRow> {
        self.services.answer(plans::current(self, &id).await.map(row))
    }

    async fn usage(&self, id: String) -> Answer<CertificateUsage> {
        self.services.answer(usage::usage(self, &id).await)
    }

    async fn restore(&self, id: String) -> Answer<CertificateRow> {
        let restored = self.noting("certificate.restore", Some(&id), restore::restore(self, &id).await).await;
        self.services.answer(restored.map(row))
    }
}

/// What people are told of a certificate that has other contents now.
fn replaced(whole: Whole, findings: Vec<Finding>) -> Replaced {
    Replaced { certificate: row(whole.certificate), used_by: whole.used_by, findings }
}

/// What people see of a certificate.
fn row(certificate: Certificate) -> CertificateRow {
    CertificateRow {
        id: certificate.id,
        name: certificate.name,
        ca: certificate.ca,
        primary: certificate.primary,
        issued_to: certificate.issued_to,
        issuer: certificate.issuer_name,
        not_before: certificate.not_before,
        not_after: certificate.not_after,
        uploaded_on: certificate.uploaded_on,
        deleted_on: certificate.deleted_on,
        version: certificate.version,
    }
}

/// Why a certificate cannot become the primary at this moment, if it cannot.
fn not_primary_because(
    ca: bool,
    now: Timestamp,
    not_before: Timestamp,
    not_after: Timestamp,
) -> Option<NotPrimaryBecause> {
    if ca {
        return Some(NotPrimaryBecause::CertificateAuthority);
    }
    match Status::at(now, not_before, not_after) {
        Status::Expired => Some(NotPrimaryBecause::Expired),
        Status::NotYetValid => Some(NotPrimaryBecause::NotYetValid),
        Status::Urgent | Status::Expiring | Status::Valid => None,
    }
}
