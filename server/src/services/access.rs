//! Who may do what.

use app::service::{Error, Permission, Scope};

use super::audit::{self, Event, Outcome};
use super::failure::Result;
use super::refusals::Refusal;
use super::{Door, Person, TokenHolder, Who};

/// What a verb asks of its caller: a permission of a person, a scope of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Needs {
    permission: Permission,
    scope: Option<Scope>,
}

impl Needs {
    /// A person with this permission, or a token with this scope.
    pub(super) const fn scope(permission: Permission, scope: Scope) -> Self {
        Self { permission, scope: Some(scope) }
    }
}

impl From<Permission> for Needs {
    /// A person with this permission; no token.
    fn from(permission: Permission) -> Self {
        Self { permission, scope: None }
    }
}

impl Door {
    /// The account that the caller may read.
    ///
    /// # Errors
    /// [`Error::SignedOut`]; [`Error::Forbidden`], for a token if no scope is enough; [`Error::MissingScope`].
    pub(super) fn authorise_reading(&self, needs: impl Into<Needs>) -> Result<&str, Error> {
        let Needs { permission, scope } = needs.into();
        match &self.caller.who {
            Who::Nobody => Err(Error::SignedOut),
            Who::Person(Person { account_id, permissions, .. }) if permissions.contains(&permission) => Ok(account_id),
            Who::Person(_) => Err(Error::Forbidden { permission }),
            Who::Token(TokenHolder { account_id, scopes, .. }) => match scope {
                Some(scope) if scopes.iter().any(|held| held.includes(scope)) => Ok(account_id),
                Some(scope) => Err(Error::MissingScope { scope }),
                None => Err(Error::Forbidden { permission }),
            },
            Who::CommandLine { account_id } => Ok(account_id),
        }
    }

    /// The account that the caller may change. An attempt without the permission or scope is recorded.
    ///
    /// # Errors
    /// As [`Door::authorise_reading`].
    pub(super) async fn authorise(
        &self,
        needs: impl Into<Needs>,
        action: &str,
        object_id: Option<&str>,
    ) -> Result<&str> {
        let refused = match self.authorise_reading(needs) {
            Ok(account_id) => return Ok(account_id),
            Err(refused) => refused,
        };
        // What is no id is only what somebody typed.
        let object_id = object_id.filter(|id| uuid::Uuid::try_parse(id).is_ok());
        let detail = match &refused {
            Error::Forbidden { permission } => format!("without the permission {permission}"),
            Error::MissingScope { scope } => format!("without the scope {scope}"),
            _ => return Err(refused.into()),
        };
        match &self.caller.who {
            Who::Person(person) => {
                let event = Event { action, object_id, object_name: "", outcome: Outcome::Refused, detail: &detail };
                let mut transaction = self.services.store.begin().await?;
                let now = self.services.clock.now();
                audit::record(&mut *transaction, Some(&person.account_id), &self.actor(), now, event).await?;
                transaction.commit().await?;
            }
            Who::Token(token) => {
                let refusal = Refusal {
                    account_id: Some(token.account_id.clone()),
                    actor: self.actor(),
                    action: action.to_owned(),
                    object_id: object_id.map(str::to_owned),
                    object_name: String::new(),
                    detail,
                };
                self.services.record_refusal(refusal).await?;
            }
            Who::Nobody | Who::CommandLine { .. } => {}
        }
        Err(refused.into())
    }
}
