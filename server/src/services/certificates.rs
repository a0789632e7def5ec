//! The certificates of the caller's company.

mod delete;
mod findings;
mod known;
mod list;
mod lock;
mod remove_primary;
mod rename;
mod restore;
mod second_opinion;
mod set_primary;
mod upload;

use app::certificate::Status;
use app::service::{
    Answer, CertificateList, CertificateRow, Certificates, Known, KnownQuery, ListQuery, NewCertificate,
    NotPrimaryBecause, Permission, Stored,
};
use app::timestamp::Timestamp;
use async_trait::async_trait;

use super::Door;
use crate::store::Certificate;

/// What every verb in here asks for.
const PERMISSION: Permission = Permission::CompanySettings;

#[async_trait]
impl Certificates for Door {
    async fn list(&self, query: ListQuery) -> Answer<CertificateList> {
        self.services.answer(list::list(self, query).await)
    }

    async fn known(&self, query: KnownQuery) -> Answer<Known> {
        self.services.answer(known::known(self, query).await)
    }

    async fn upload(&self, upload: NewCertificate) -> Answer<Stored> {
        self.services.answer(upload::upload(self, upload).await)
    }

    async fn rename(&self, id: String, version: i64, name: String) -> Answer<Stored> {
        self.services.answer(rename::rename(self, &id, version, &name).await)
    }

    async fn set_primary(&self, id: String, version: i64) -> Answer<Option<CertificateRow>> {
        self.services.answer(set_primary::set_primary(self, &id, version).await)
    }

    async fn remove_primary(&self, id: String, version: i64) -> Answer<CertificateRow> {
        self.services.answer(remove_primary::remove_primary(self, &id, version).await)
    }

    async fn delete(&self, id: String, version: i64) -> Answer<()> {
        self.services.answer(delete::delete(self, &id, version).await)
    }

    async fn restore(&self, id: String) -> Answer<CertificateRow> {
        self.services.answer(restore::restore(self, &id).await)
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
