//! A new version of the master key.

use crate::services::Services;
use crate::services::audit::{self, Actor, Event, Outcome};
use crate::vault::Error;

impl Services {
    /// Appends a new version to the master key file, and answers with its number. It is used for nothing before
    /// [`Services::rotate_master_key`]. **Permissions:** the command line.
    pub async fn add_master_key(&self) -> Result<i64, Error> {
        let mut transaction = self.store.begin().await?;
        let version = self.vault.add_version()?;
        let event = Event {
            action: "master_key.add",
            object_id: None,
            object_name: "",
            outcome: Outcome::Done,
            detail: &format!("number {version}"),
        };
        audit::record(&mut *transaction, None, &Actor::command_line(), self.clock.now(), event).await?;
        transaction.commit().await?;
        Ok(version)
    }
}
