//! Who is calling with an API token.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use app::service::Error;
use app::timestamp::Timestamp;
use tokio::time::Instant;

use super::audit::Actor;
use super::failure::Result;
use super::known::Known;
use super::refusals::Refusal;
use super::{Caller, Services, TokenHolder, Who};
use crate::auth::{ApiToken, Bearer};
use crate::store::{self, State, Token};

const MINUTE: i64 = 60;

/// The tokens that are in use, by the SHA-256 hash of their secrets.
pub(super) type TokensInUse = Known<[u8; 32], Arc<InUse>>;

/// A token that is in use, valid or not.
pub(super) struct InUse {
    token: Token,
    holder: Arc<TokenHolder>,
    /// The minute that was noted as its last use, in seconds since 1970.
    noted: AtomicI64,
}

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
                    Some((holder, seen)) => {
                        self.calls.count(&holder.id, now).map_err(|seconds| Unauthenticated::TooMany { seconds })?;
                        return Ok(Caller { who: Who::Token(holder), address, seen });
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

    /// Whose token this is, if it is valid; and the state of the database that this was looked up in.
    async fn token_holder(
        &self,
        text: &str,
        address: Option<IpAddr>,
    ) -> Result<Option<(Arc<TokenHolder>, Option<(Instant, State)>)>> {
        let now = self.clock.now();
        let (in_use, seen) = match ApiToken::parse(text) {
            Some(secret) => {
                let asked_at = Instant::now();
                let state = self.store.state().await;
                let seen = state.map(|state| (asked_at, state));
                (self.token_in_use(secret.hash(), state, now).await?, seen)
            }
            None => (None, None),
        };
        let Some(in_use) = in_use else {
            self.count_stranger("token.use", "not a token of this server", address);
            return Ok(None);
        };
        if let Some(reason) = ended(&in_use.token, now) {
            self.record_use_of_ended(&in_use.token, reason, address).await?;
            return Ok(None);
        }
        let minute = now.seconds().div_euclid(MINUTE) * MINUTE;
        if in_use.noted.fetch_max(minute, Ordering::Relaxed) < minute
            && let Err(cause) = self.note_token_use(&in_use.token.id, Timestamp::from_seconds(minute)).await
        {
            // Who cannot write can still read.
            tracing::warn!(%cause, "the use of a token could not be noted");
        }
        Ok(Some((Arc::clone(&in_use.holder), seen)))
    }

    async fn token_in_use(
        &self,
        secret_hash: [u8; 32],
        state: Option<State>,
        now: Timestamp,
    ) -> Result<Option<Arc<InUse>>> {
        let read = |_earlier| async move {
            let Some(token) = self.store.token_by_secret(&secret_hash).await? else { return Ok(None) };
            let Token { id, account_id, name, scopes, expires_at, .. } = token.clone();
            let holder = Arc::new(TokenHolder { id, name, account_id, scopes, expires_at });
            let noted = AtomicI64::new(token.used_at.map_or(0, Timestamp::seconds));
            Ok(Some(Arc::new(InUse { token, holder, noted })))
        };
        self.tokens_in_use.as_of(state, &secret_hash, now.seconds(), read).await
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
