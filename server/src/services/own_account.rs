//! What people do about themselves: their companies, their password, their sessions, an invitation that they accept.

mod accept_invitation;
mod change_password;
mod sign_out_everywhere;
mod switch_company;
mod whom_to_ask;

use app::service::{
    AcceptInvitation, Answer, ChangePassword, Company, Contact, Error, InvitationFacts, OwnAccount, Permission, Secret,
    SessionCookie,
};
use async_trait::async_trait;

use super::failure::Result;
use super::{Door, Person, Who};

#[async_trait]
impl OwnAccount for Door {
    async fn switch_company(&self, id: String) -> Answer<()> {
        let done = switch_company::switch_company(self, &id).await;
        self.services.answer(self.noting("session.switch", Some(&id), done).await)
    }

    async fn whom_to_ask(&self, permission: Permission) -> Answer<Vec<Contact>> {
        self.services.answer(whom_to_ask::whom_to_ask(self, permission).await)
    }

    async fn change_password(&self, request: ChangePassword) -> Answer<SessionCookie> {
        self.services.answer(change_password::change_password(self, request).await)
    }

    async fn sign_out_everywhere(&self) -> Answer<SessionCookie> {
        self.services.answer(sign_out_everywhere::sign_out_everywhere(self).await)
    }

    async fn check_invitation(&self, token: Secret) -> Answer<InvitationFacts> {
        self.services.answer(accept_invitation::check(self, &token).await)
    }

    async fn accept_invitation(&self, request: AcceptInvitation) -> Answer<SessionCookie> {
        self.services.answer(accept_invitation::accept(self, request).await)
    }
}

impl Door {
    /// The person who is asking.
    ///
    /// # Errors
    /// [`Error::SignedOut`] for everybody who is none.
    fn person(&self) -> Result<&Person, Error> {
        match &self.caller.who {
            Who::Person(person) => Ok(person),
            Who::Nobody | Who::Token(_) | Who::CommandLine { .. } => Err(Error::SignedOut),
        }
    }

    /// Whether the one who is asking is this person.
    pub(super) fn is(&self, user_id: &str) -> bool {
        self.person().is_ok_and(|person| person.user_id == user_id)
    }
}

/// The companies that a person belongs to.
pub(super) async fn companies(door: &Door, person: &Person) -> Result<Vec<Company>> {
    let memberships = door.services.store.memberships(&person.user_id).await?;
    let companies = memberships.into_iter().map(|membership| Company {
        current: membership.account_id == person.account_id,
        id: membership.account_id,
        name: membership.account_name,
    });
    Ok(companies.collect())
}
