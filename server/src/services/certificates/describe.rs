//! What earlier versions of Signet did not store of a certificate.

use app::certificate::ApiFields;
use app::service::Answer;

use crate::services::Services;
use crate::services::failure::Result;

/// Certificates in one transaction.
const AT_ONCE: u32 = 500;
/// What is said of a certificate that cannot be read any more.
const UNKNOWN: &str = "unknown";

impl Services {
    /// Fills in what the REST API says of certificates that an earlier version of Signet has stored, and what they are searched by. To be called at the start; nothing
    /// is done where nothing is missing. **Permissions:** the server itself.
    pub async fn describe_stored_certificates(&self) -> Answer<()> {
        self.answer(self.describe_all().await)
    }

    async fn describe_all(&self) -> Result<()> {
        self.make_all_searchable().await?;
        loop {
            let undescribed = self.store.undescribed_certificates(AT_ONCE).await?;
            if undescribed.is_empty() {
                return Ok(());
            }
            let mut transaction = self.store.begin().await?;
            for (id, leaf) in undescribed {
                let fields = ApiFields::read(&leaf)
                    .unwrap_or_else(|| ApiFields { issuer: UNKNOWN.to_owned(), signature: UNKNOWN.to_owned() });
                transaction.describe_certificate(&id, &fields.issuer, &fields.signature).await?;
            }
            transaction.commit().await?;
        }
    }

    async fn make_all_searchable(&self) -> Result<()> {
        loop {
            let unsearchable = self.store.unsearchable_certificates(AT_ONCE).await?;
            if unsearchable.is_empty() {
                return Ok(());
            }
            let mut transaction = self.store.begin().await?;
            for certificate in &unsearchable {
                transaction.make_searchable(certificate).await?;
            }
            transaction.commit().await?;
        }
    }
}
