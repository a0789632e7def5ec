//! The one-time set-up link: made while there is no user, good for a day, used up by creating the first one.

use std::net::IpAddr;

use app::service::{Answer, Error, Secret};

use super::Services;
use super::audit::{self, Actor, Event, Outcome};
use super::failure::{Failure, Result};
use crate::auth::{Token, session};

/// What a refused attempt is recorded as.
const USE: &str = "setup_link.use";

impl Services {
    /// Makes the one-time set-up link's token, in place of the former. **Permissions:** the server itself and its command line.
    ///
    /// # Errors
    /// [`Error::SetupLink`] if there is a user already.
    pub async fn create_setup_link(&self) -> Answer<Token> {
        self.answer(self.replace_setup_link().await)
    }

    /// The hash of a link's token that would be accepted now. Any other token is counted, as coming from this address.
    ///
    /// # Errors
    /// [`Error::SetupLink`] if it is unknown, used, older than a day, or there is a user already.
    pub(super) async fn accept_setup_link(&self, token: &Secret, address: Option<IpAddr>) -> Result<[u8; 32]> {
        let hash = Token::parse(token.expose().trim()).map(|token| token.hash());
        let created_at = match &hash {
            Some(hash) => self.store.setup_link(hash).await?,
            None => None,
        };
        let reason = match (hash, created_at) {
            _ if self.store.has_users().await? => "there is somebody already",
            (Some(hash), Some(created_at)) if session::is_setup_link_fresh(self.clock.now(), created_at) => {
                return Ok(hash);
            }
            (_, Some(_past_its_end)) => "the link is past its end",
            (_, None) => "the link is replaced, or never was one",
        };
        self.count_stranger(USE, reason, address);
        Err(Failure::Answer(Error::SetupLink))
    }

    async fn replace_setup_link(&self) -> Result<Token> {
        let token = Token::random(&*self.randomness)?;
        let now = self.clock.now();
        let mut transaction = self.store.begin().await?;
        if transaction.has_users().await? {
            return Err(Failure::Answer(Error::SetupLink));
        }
        transaction.replace_setup_link(&token.hash(), now).await?;
        let event = Event {
            action: "setup_link.create",
            object_id: None,
            object_name: "",
            outcome: Outcome::Done,
            detail: "good for a day",
        };
        audit::record(&mut *transaction, None, &Actor::command_line(), now, event).await?;
        transaction.commit().await?;
        Ok(token)
    }
}
