//! The certificates of the caller's company.

mod change;
mod delete;
mod describe;
mod findings;
mod hosts;
mod judge;
mod known;
mod list;
mod lock;
mod programs;
mod remove_primary;
mod rename;
mod replace;
mod restore;
mod second_opinion;
mod set_primary;
mod upload;

use app::certificate::Status;
use app::service::{
    Answer, CertificateList, CertificateRow, CertificateUsage, Certificates, Known, KnownQuery, ListQuery,
    NewCertificate, NotPrimaryBecause, Permission, Scope, Stored,
};
use app::timestamp::Timestamp;
use async_trait::async_trait;

pub(super) use self::lock::parse_id;
pub use self::programs::{Changes, Inspection, Removal, Removed, Seen, UploadedPage, Version};
use super::Door;
use super::access::Needs;
use crate::store::Certificate;

/// What the verbs ask for that change nothing.
const READ: Needs = Needs::scope(Permission::CompanySettings, Scope::ReadCertificates);
/// What all others ask for.
const WRITE: Needs = Needs::scope(Permission::CompanySettings, Scope::WriteCertificates);

#[async_trait]
impl Certificates for Door {
    async fn list(&self, query: ListQuery) -> Answer<CertificateList> {
        self.services.answer(list::list(self, query).await)
    }

    async fn known(&self, query: KnownQuery) -> Answer<Known> {
        self.services.answer(known::known(self, query).await)
    }

    async fn upload(&self, upload: NewCertificate) -> Answer<Stored> {
        let stored = self.noting("certificate.upload", None, upload::upload(self, upload).await).await;
        let stored = stored.map(|(whole, findings)| Stored { certificate: row(whole.certificate), findings });
        self.services.answer(stored)
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

    async fn delete(&self, id: String, version: i64) -> Answer<()> {
        let removed = delete::delete(self, &id, &Seen::Version(version), Removal::default()).await;
        let removed = self.noting("certificate.delete", Some(&id), removed).await;
        self.services.answer(removed.map(drop))
    }

    async fn usage(&self, id: String) -> Answer<CertificateUsage> {
        self.services.answer(programs::usage(self, &id).await)
    }

    async fn restore(&self, id: String) -> Answer<CertificateRow> {
        let restored = self.noting("certificate.restore", Some(&id), restore::restore(self, &id).await).await;
        self.services.answer(restored.map(row))
    }
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
