//! What is removed when its time has come.

use app::service::Answer;

use super::audit::{self, Actor, Event, Outcome};
use super::failure::Result;
use super::{RESTORABLE, Services};
use crate::auth::session;

impl Services {
    /// Destroys the sealed keys of certificates that were deleted, and of contents that were replaced, more than 30 days ago; removes sessions and
    /// invitations that have ended. What is destroyed is recorded. To be called at the start and every hour. **Permissions:** the server itself.
    pub async fn purge(&self) -> Answer<()> {
        self.answer(self.purge_what_has_ended().await)
    }

    async fn purge_what_has_ended(&self) -> Result<()> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        let created_before = now.plus_seconds(-session::ABSOLUTE);
        transaction.purge_sessions(created_before, now.plus_seconds(-session::IDLE)).await?;
        transaction.purge_invitations(now.plus_seconds(-session::INVITATION)).await?;
        let restorable_since = now.plus_seconds(-RESTORABLE);
        let mut destroyed: Vec<_> = transaction
            .destroy_contents_replaced_before(restorable_since)
            .await?
            .into_iter()
            .map(|contents| Destroyed {
                detail: format!("version {}: replaced more than 30 days ago", contents.content_version),
                account_id: contents.account_id,
                certificate_id: contents.certificate_id,
                name: contents.name,
            })
            .collect();
        destroyed.extend(transaction.destroy_deleted_before(restorable_since).await?.into_iter().map(
            |(account_id, certificate_id)| Destroyed {
                account_id,
                certificate_id,
                name: String::new(),
                detail: "deleted more than 30 days ago".to_owned(),
            },
        ));
        // In one order for all servers, since each account's chain stays locked until the end.
        destroyed.sort_by(|one, other| one.account_id.cmp(&other.account_id));
        for Destroyed { account_id, certificate_id, name, detail } in &destroyed {
            let event = Event {
                action: "certificate.destroy",
                object_id: Some(certificate_id),
                object_name: name,
                outcome: Outcome::Done,
                detail,
            };
            audit::record(&mut *transaction, Some(account_id), &Actor::signet(), now, event).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// A private key, or contents without one, that is gone for good, and why.
struct Destroyed {
    account_id: String,
    certificate_id: String,
    name: String,
    detail: String,
}
