//! Another password for somebody who has forgotten it.

use app::service::{Answer, Error, Secret};

use super::Services;
use super::accounts::refused;
use super::audit::{self, Actor, Event, Outcome};
use super::failure::Result;
use crate::auth::{Email, Password};

impl Services {
    /// Gives a person another password without knowing the former one, and ends all of the person's sessions, in every company.
    /// Recorded in each company of the person; answers with how many sessions there were. **Permissions:** the command line.
    ///
    /// # Errors
    /// [`Error::NotFound`] if nobody has this e-mail address; [`Error::Fields`] for `email`, `password`.
    pub async fn reset_password(&self, email: &str, password: Secret) -> Answer<u64> {
        self.answer(self.replace_password(email, password).await)
    }

    async fn replace_password(&self, email: &str, password: Secret) -> Result<u64> {
        let email = Email::parse(email).map_err(|problem| refused([problem]))?;
        let user = self.store.user_by_email(email.as_str()).await?.ok_or(Error::NotFound)?;
        let companies = self.store.memberships(&user.id).await?;
        let mut own = vec![user.name.as_str(), user.email.as_str()];
        own.extend(companies.iter().map(|company| company.account_name.as_str()));
        let password = Password::parse(password, &own).map_err(|problem| refused([problem]))?;
        let hash = self.passwords.hash(password, &*self.randomness).await?;

        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        transaction.update_password(&user.id, &hash).await?;
        let ended = transaction.delete_sessions_of(&user.id).await?;
        let detail = format!("set on the server's command line; sessions ended: {ended}");
        let event = || Event {
            action: "user.password",
            object_id: Some(&user.id),
            object_name: &user.name,
            outcome: Outcome::Done,
            detail: &detail,
        };
        // In the order in which everybody takes hold of several chains.
        let mut chains: Vec<_> = companies.iter().map(|company| Some(company.account_id.as_str())).collect();
        chains.sort_unstable();
        if chains.is_empty() {
            chains.push(None);
        }
        for chain in chains {
            audit::record(&mut *transaction, chain, &Actor::command_line(), now, event()).await?;
        }
        transaction.commit().await?;
        Ok(ended)
    }
}
