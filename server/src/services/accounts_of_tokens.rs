//! What a token may know of the account that it belongs to.

use app::service::{Answer, Error};

use super::failure::Result;
use super::{Door, Who};
use crate::store::Account;

impl Door {
    /// The account that the caller's token belongs to. **Permissions:** any valid token.
    ///
    /// # Errors
    /// [`Error::SignedOut`] for everybody else.
    pub async fn account(&self) -> Answer<Account> {
        self.services.answer(account(self).await)
    }
}

async fn account(door: &Door) -> Result<Account> {
    let Who::Token(token) = &door.caller.who else { return Err(Error::SignedOut.into()) };
    Ok(door.services.store.account(&token.account_id).await?.ok_or(Error::NotFound)?)
}
