//! People: who is asking, signing in and out, and the first start.

mod set_up;
mod sign_in;
mod sign_out;

use app::service::{Answer, Me, People, Permission, Secret, SessionCookie, SetUp, SignIn};
use async_trait::async_trait;

use super::failure::Result;
use super::{Door, Person, Services, Who, own_account};
use crate::auth::Token;
use crate::store::{NewSession, Transaction};

#[async_trait]
impl People for Door {
    async fn me(&self) -> Answer<Option<Me>> {
        let Who::Person(person) = &self.caller.who else { return Ok(None) };
        let companies = self.services.answer(own_account::companies(self, person).await)?;
        let due = due(self, person).await;
        let Person { name, email, account_name, permissions, .. } = person.clone();
        Ok(Some(Me { name, email, company: account_name, permissions, companies, due }))
    }

    async fn is_new(&self) -> Answer<bool> {
        self.services.answer(self.services.store.has_users().await.map(|has_users| !has_users).map_err(Into::into))
    }

    async fn check_setup_link(&self, token: Secret) -> Answer<()> {
        self.services.answer(self.services.accept_setup_link(&token, self.caller.address).await.map(|_hash| ()))
    }

    async fn set_up(&self, request: SetUp) -> Answer<SessionCookie> {
        self.services.answer(set_up::set_up(self, request).await)
    }

    async fn sign_in(&self, request: SignIn) -> Answer<SessionCookie> {
        self.services.answer(sign_in::sign_in(self, request).await)
    }

    async fn sign_out(&self) -> Answer<SessionCookie> {
        self.services.answer(sign_out::sign_out(self).await)
    }
}

/// How many certificates need attention, for those who may see them.
async fn due(door: &Door, person: &Person) -> u64 {
    if !person.permissions.contains(&Permission::CompanySettings) {
        return 0;
    }
    let Services { store, clock, .. } = &*door.services;
    match store.due(&person.account_id, clock.now()).await {
        Ok(due) => due.certificates,
        // Who the person is does not hang on it.
        Err(error) => {
            tracing::warn!(%error, "it could not be counted how many certificates need attention");
            0
        }
    }
}

/// Starts a new session, and ends the one that the caller came with: an identifier that was there before is never believed more
/// than it was.
pub(super) async fn start_session(
    door: &Door,
    transaction: &mut dyn Transaction,
    user_id: &str,
    account_id: &str,
) -> Result<Token> {
    if let Who::Person(person) = &door.caller.who {
        transaction.delete_session(&person.session).await?;
    }
    let token = Token::random(&*door.services.randomness)?;
    let session = NewSession {
        id_hash: token.hash(),
        user_id: user_id.to_owned(),
        account_id: account_id.to_owned(),
        created_at: door.services.clock.now(),
    };
    transaction.insert_session(&session).await?;
    transaction.note_sign_in(user_id, account_id, session.created_at).await?;
    Ok(token)
}
