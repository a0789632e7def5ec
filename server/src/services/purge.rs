//! What is removed when its time has come.

use app::service::Answer;

use super::audit::{self, Actor, Event, Outcome};
use super::failure::Result;
use super::{RESTORABLE, Services};
use crate::auth::session;

impl Services {
    /// Destroys the sealed keys of certificates that were deleted, and of contents that were replaced, more than 30 days ago; removes sessions and
    /// invitations that have ended. To be called at the start and every hour. **Permissions:** the server itself.
    pub async fn purge(&self) -> Answer<()> {
        self.answer(self.purge_what_has_ended().await)
    }

    async fn purge_what_has_ended(&self) -> Result<()> {
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        let created_before = now.plus_seconds(-session::ABSOLUTE);
        transaction.purge_sessions(created_before, now.plus_seconds(-session::IDLE)).await?;
        transaction.purge_invitations(now.plus_seconds(-session::INVITATION)).await?;
        transaction.destroy_contents_replaced_before(now.plus_seconds(-RESTORABLE)).await?;
        for (account_id, id) in transaction.destroy_deleted_before(now.plus_seconds(-RESTORABLE)).await? {
            let event = Event {
                action: "certificate.destroy",
                object_id: Some(&id),
                object_name: "",
                outcome: Outcome::Done,
                detail: "deleted more than 30 days ago",
            };
            audit::record(&mut *transaction, Some(&account_id), &Actor::signet(), now, event).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}
