//! Who may do what.

use app::certificate::Severity;
use app::service::{Answer, Error, NotPrimaryBecause, Permission, Scope};

use super::accounts::parse_account_id;
use super::failure::{Failure, Result};
use super::refusals::Refusal;
use super::{Door, Person, Who};

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
    /// The account in which the caller may do what needs this. What is refused here is recorded by nobody.
    ///
    /// # Errors
    /// [`Error::SignedOut`]; [`Error::Forbidden`], for a token if no scope is enough; [`Error::MissingScope`].
    pub(super) fn may(&self, needs: impl Into<Needs>) -> Result<&str, Error> {
        let Needs { permission, scope } = needs.into();
        match &self.caller.who {
            Who::Nobody => Err(Error::SignedOut),
            Who::Person(Person { account_id, permissions, .. }) if permissions.contains(&permission) => Ok(account_id),
            Who::Person(_) => Err(Error::Forbidden { permission }),
            Who::Token(token) => match scope {
                Some(scope) if token.scopes.iter().any(|held| held.includes(scope)) => Ok(&token.account_id),
                Some(scope) => Err(Error::MissingScope { scope }),
                None => Err(Error::Forbidden { permission }),
            },
            Who::CommandLine { account_id } => Ok(account_id),
        }
    }

    /// The account that the caller may read. An attempt without the permission or scope is recorded: those on one object after the
    /// other are equal, and of those within a minute the first one is named.
    ///
    /// # Errors
    /// As [`Door::may`].
    pub(super) async fn authorise_reading(
        &self,
        needs: impl Into<Needs>,
        action: &str,
        object_id: Option<&str>,
    ) -> Result<&str> {
        self.may_or_record(needs.into(), |detail| (self.refusal(action, None, detail), an_id(object_id))).await
    }

    /// The account that the caller may change. An attempt without the permission or scope is recorded.
    ///
    /// # Errors
    /// As [`Door::may`].
    pub(super) async fn authorise(
        &self,
        needs: impl Into<Needs>,
        action: &str,
        object_id: Option<&str>,
    ) -> Result<&str> {
        self.may_or_record(needs.into(), |detail| (self.refusal(action, an_id(object_id), detail), None)).await
    }

    /// As [`Door::may`]; what the caller lacks is recorded as `entry` has it: the refusal, and the object that is named if it is the
    /// first of its kind within a minute.
    async fn may_or_record<'a>(
        &self,
        needs: Needs,
        entry: impl FnOnce(String) -> (Option<Refusal>, Option<&'a str>) + Send,
    ) -> Result<&str> {
        let refused = match self.may(needs) {
            Ok(account_id) => return Ok(account_id),
            Err(refused) => refused,
        };
        if let Some(detail) = lack(&refused) {
            let (refusal, first_object) = entry(detail);
            self.record(refusal, first_object).await?;
        }
        Err(refused.into())
    }

    /// What a verb came to. That it refused to do it for a reason of its own is recorded, as a missing permission is.
    pub(super) async fn noting<T>(&self, action: &str, object_id: Option<&str>, done: Result<T>) -> Result<T> {
        if let Err(Failure::Answer(error)) = &done {
            let object_id = an_id(object_id);
            if *error == Error::NotFound {
                self.record_miss(action, object_id).await?;
            } else if let Some(reason) = reason(error) {
                self.record_attempt(action, object_id, reason).await?;
            }
        }
        done
    }

    /// Records that the token of this door was used for an account that it does not belong to; `asked` is what stood in an account's
    /// place. **Permissions:** none.
    ///
    /// # Errors
    /// [`Error::Internal`] if it could not be recorded.
    pub async fn note_other_account(&self, asked: &str) -> Answer<()> {
        let asked = parse_account_id(asked).ok();
        let refusal = self.refusal("token.use", None, "for another company than its own".to_owned());
        self.services.answer(self.record(refusal, asked).await)
    }

    /// Records that the caller tried to do something.
    async fn record_attempt(&self, action: &str, object_id: Option<&str>, detail: String) -> Result<()> {
        self.record(self.refusal(action, object_id, detail), None).await
    }

    /// Records that the caller tried to do something to what the company does not have. Attempts on one id after the other are equal:
    /// of those within a minute the first id is recorded.
    async fn record_miss(&self, action: &str, asked: Option<&str>) -> Result<()> {
        let detail = "the company has nothing with this id".to_owned();
        self.record(self.refusal(action, None, detail), asked).await
    }

    /// Once a minute, with a sum of the others.
    async fn record(&self, refusal: Option<Refusal>, first_object: Option<&str>) -> Result<()> {
        match refusal {
            Some(refusal) => self.services.record_refusal_about(refusal, first_object).await,
            None => Ok(()),
        }
    }

    /// An attempt of a person or a token.
    fn refusal(&self, action: &str, object_id: Option<&str>, detail: String) -> Option<Refusal> {
        let account_id = match &self.caller.who {
            Who::Person(person) => &person.account_id,
            Who::Token(token) => &token.account_id,
            Who::Nobody | Who::CommandLine { .. } => return None,
        };
        Some(Refusal {
            account_id: Some(account_id.clone()),
            actor: self.actor(),
            action: action.to_owned(),
            object_id: object_id.map(str::to_owned),
            object_name: String::new(),
            detail,
        })
    }
}

/// What is no id is only what somebody typed.
fn an_id(asked: Option<&str>) -> Option<&str> {
    asked.filter(|id| uuid::Uuid::try_parse(id).is_ok())
}

/// What the caller lacks; nothing for somebody who is signed out.
fn lack(refused: &Error) -> Option<String> {
    match refused {
        Error::Forbidden { permission } => Some(format!("without the permission {permission}")),
        Error::MissingScope { scope } => Some(format!("without the scope {scope}")),
        _ => None,
    }
}

/// Why a verb has refused what its caller may do, if that is worth an entry.
fn reason(error: &Error) -> Option<String> {
    match error {
        Error::Refused { findings } => {
            let errors = findings.iter().filter(|finding| finding.severity() == Severity::Error);
            Some(errors.map(|finding| finding.rule.id()).collect::<Vec<_>>().join(", "))
        }
        Error::InUse { nodes } => Some(format!("in use by {}", nodes.join(", "))),
        Error::CannotBePrimary { reason } => Some(match reason {
            NotPrimaryBecause::CertificateAuthority => "a CA certificate cannot be the primary".to_owned(),
            NotPrimaryBecause::Expired => "an expired certificate cannot be the primary".to_owned(),
            NotPrimaryBecause::NotYetValid => "it is not valid yet and cannot be the primary".to_owned(),
        }),
        Error::LastAdministrator => Some("nobody would be left who administers the company".to_owned()),
        Error::Stale { by: Some(by), .. } => Some(format!("changed meanwhile by {by}")),
        Error::Stale { by: None, .. } => Some("changed meanwhile".to_owned()),
        Error::TooManyAuthorities { most } => Some(format!("the company has {most} CA certificates already")),
        _ => None,
    }
}
