//! Who is calling with an API token.

use std::net::IpAddr;

use app::service::Error;
use app::timestamp::Timestamp;

use super::audit::Actor;
use super::failure::Result;
use super::refusals::Refusal;
use super::{Caller, Services, TokenHolder, Who};
use crate::auth::{ApiToken, Bearer};
use crate::store::{self, Token};

const MINUTE: i64 = 60;

/// Why a request comes from nobody who may.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unauthenticated {
    /// It has no `Authorization` header: send one.
    #[error("there is no Authorization header")]
    Missing,
    /// The header is not `Bearer` and a token.
    #[error("the Authorization header is not understood")]
    Malformed,
    /// The token is unknown, expired or revoked; which of them is told to nobody but the audit log.
    #[error("the token is not valid")]
    Unknown,
    /// It, or somebody at its address without a valid one, has called too often: wait.
    #[error("too many requests")]
    TooMany {
        /// Seconds to wait.
        seconds: u32,
    },
    /// The store failed; the log holds the cause.
    #[error(transparent)]
    Failed(Error),
}

impl Services {
    /// Who sends a request with this `Authorization` header from this address. **Permissions:** none.
    ///
    /// # Errors
    /// Everything but a token that is valid now.
    pub async fn token_caller(&self, bearer: Bearer<'_>, address: Option<IpAddr>) -> Result<Caller, Unauthenticated> {
        let now = self.clock.now();
        let refused = match bearer {
            Bearer::Missing => Unauthenticated::Missing,
            Bearer::Malformed => Unauthenticated::Malformed,
            Bearer::Text(text) => {
                match self.answer(self.token_holder(text, address).await).map_err(Unauthenticated::Failed)? {
                    Some(holder) => {
                        self.calls.count(&holder.id, now).map_err(|seconds| Unauthenticated::TooMany { seconds })?;
                        return Ok(Caller { who: Who::Token(holder), address });
                    }
                    None => Unauthenticated::Unknown,
                }
            }
        };
        if let Some(address) = address {
            self.calls.count_stranger(address, now).map_err(|seconds| Unauthenticated::TooMany { seconds })?;
        }
        Err(refused)
    }

    async fn token_holder(&self, text: &str, address: Option<IpAddr>) -> Result<Option<TokenHolder>> {
        let token = match ApiToken::parse(text) {
            Some(secret) => self.store.token_by_secret(&secret.hash()).await?,
            None => None,
        };
        let Some(token) = token else {
            self.count_stranger("token.use", "not a token of this server", address);
            return Ok(None);
        };
        let now = self.clock.now();
        if let Some(reason) = ended(&token, now) {
            self.record_use_of_ended(&token, reason, address).await?;
            return Ok(None);
        }
        if let Some(minute) = to_be_noted(&token, now)
            && let Err(cause) = self.note_token_use(&token.id, minute).await
        {
            // Who cannot write can still read.
            tracing::warn!(%cause, "the use of a token could not be noted");
        }
        Ok(Some(TokenHolder {
            id: token.id,
            name: token.name,
            account_id: token.account_id,
            scopes: token.scopes,
            expires_at: token.expires_at,
        }))
    }

    async fn record_use_of_ended(&self, token: &Token, reason: String, address: Option<IpAddr>) -> Result<()> {
        let refusal = Refusal {
            account_id: Some(token.account_id.clone()),
            actor: Actor::token(&token.id, &token.name).at(address),
            action: "token.use".to_owned(),
            object_id: Some(token.id.clone()),
            object_name: token.name.clone(),
            detail: reason,
        };
        self.record_refusal(refusal).await
    }

    async fn note_token_use(&self, id: &str, minute: Timestamp) -> store::Result<()> {
        let mut transaction = self.store.begin().await?;
        transaction.touch_token(id, minute).await?;
        transaction.commit().await
    }
}

/// Why a token is not valid any more, if it is not.
fn ended(token: &Token, now: Timestamp) -> Option<String> {
    if let Some(revoked_at) = token.revoked_at {
        return Some(format!("the token was revoked on {}", revoked_at.date()));
    }
    let expires_at = token.expires_at.filter(|end| *end <= now)?;
    Some(format!("the token expired on {}", expires_at.date()))
}

/// The minute to note as the last use, unless it is noted already.
fn to_be_noted(token: &Token, now: Timestamp) -> Option<Timestamp> {
    let minute = Timestamp::from_seconds(now.seconds().div_euclid(MINUTE) * MINUTE);
    token.used_at.is_none_or(|used_at| used_at < minute).then_some(minute)
}
