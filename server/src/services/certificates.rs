//! The certificates of the caller's company.

use app::service::{Answer, CertificateList, CertificateRow, Certificates, Error, ListQuery, NewCertificate};
use async_trait::async_trait;

use super::Door;

#[async_trait]
impl Certificates for Door {
    async fn list(&self, _query: ListQuery) -> Answer<CertificateList> {
        Err(Error::SignedOut)
    }

    async fn stored_already(&self, _fingerprint_sha256: String) -> Answer<Option<CertificateRow>> {
        Err(Error::SignedOut)
    }

    async fn upload(&self, _upload: NewCertificate) -> Answer<CertificateRow> {
        Err(Error::SignedOut)
    }

    async fn rename(&self, _id: String, _version: i64, _name: String) -> Answer<CertificateRow> {
        Err(Error::SignedOut)
    }

    async fn set_primary(&self, _id: String, _version: i64) -> Answer<Option<CertificateRow>> {
        Err(Error::SignedOut)
    }

    async fn remove_primary(&self, _id: String, _version: i64) -> Answer<CertificateRow> {
        Err(Error::SignedOut)
    }

    async fn delete(&self, _id: String, _version: i64) -> Answer<()> {
        Err(Error::SignedOut)
    }

    async fn restore(&self, _id: String) -> Answer<CertificateRow> {
        Err(Error::SignedOut)
    }
}
