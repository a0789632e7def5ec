//! Who may do what.

use app::service::{Error, Permission};

use super::audit::{self, Event, Outcome};
use super::failure::Result;
use super::{Door, Person, Who};

impl Door {
    /// The account that the caller may read.
    ///
    /// # Errors
    /// [`Error::SignedOut`]; [`Error::Forbidden`].
    pub(super) fn authorise_reading(&self, permission: Permission) -> Result<&str, Error> {
        match &self.caller.who {
            Who::Nobody => Err(Error::SignedOut),
            Who::Person(Person { account_id, permissions, .. }) if permissions.contains(&permission) => Ok(account_id),
            Who::Person(_) => Err(Error::Forbidden { permission }),
            Who::CommandLine { account_id } => Ok(account_id),
        }
    }

    /// The account that the caller may change. An attempt without the permission is recorded.
    ///
    /// # Errors
    /// [`Error::SignedOut`]; [`Error::Forbidden`].
    pub(super) async fn authorise(
        &self,
        permission: Permission,
        action: &str,
        object_id: Option<&str>,
    ) -> Result<&str> {
        let refused = match self.authorise_reading(permission) {
            Ok(account_id) => return Ok(account_id),
            Err(refused) => refused,
        };
        if let Who::Person(person) = &self.caller.who {
            // What is no id is only what somebody typed.
            let object_id = object_id.filter(|id| uuid::Uuid::try_parse(id).is_ok());
            let detail = format!("without the permission {permission}");
            let event = Event { action, object_id, object_name: "", outcome: Outcome::Refused, detail: &detail };
            let mut transaction = self.services.store.begin().await?;
            let now = self.services.clock.now();
            audit::record(&mut *transaction, Some(&person.account_id), &self.actor(), now, event).await?;
            transaction.commit().await?;
        }
        Err(refused.into())
    }
}
