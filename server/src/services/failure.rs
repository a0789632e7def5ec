//! How a service fails: with an answer that the caller understands, or with something that only the log may say.

use app::service::{Answer, Error};
use tokio::task::JoinError;

use super::Services;
use crate::auth::Busy;
use crate::clock::NoRandomness;
use crate::{store, vault};

/// Seconds to wait when too many passwords are being checked.
const BUSY: u32 = 5;

/// What a service's verbs return; `?` turns whatever fails below into it.
pub(super) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why a service did not do it.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The caller is told.
    #[error(transparent)]
    Answer(#[from] Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] vault::Error),
    /// No password could be hashed.
    #[error(transparent)]
    Password(Busy),
    /// The operating system gave no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// A thread failed. What it said in its panic may quote what it worked on, so it is not repeated.
    #[error("a thread panicked or was stopped")]
    Thread,
    /// Something that never happens; a mistake in Signet.
    #[error("{0}")]
    Mistake(&'static str),
}

impl From<Busy> for Failure {
    fn from(busy: Busy) -> Self {
        match busy {
            Busy::Full => Self::Answer(Error::TooManyAttempts { seconds: BUSY }),
            other => Self::Password(other),
        }
    }
}

impl From<JoinError> for Failure {
    fn from(_its_message_may_quote_a_secret: JoinError) -> Self {
        Self::Thread
    }
}

impl Services {
    /// The answer for the caller. What is not for the caller goes to the log, under a reference that the caller is told.
    pub(super) fn answer<T>(&self, result: Result<T>) -> Answer<T> {
        result.map_err(|failure| match failure {
            Failure::Answer(error) => error,
            Failure::Store(store::Error::Nul) => Error::BadRequest,
            cause => {
                let mut bytes = [0; 4];
                let reference = match self.randomness.fill(&mut bytes) {
                    Ok(()) => hex::encode(bytes),
                    Err(NoRandomness) => String::new(),
                };
                tracing::error!(reference, %cause, "a service failed");
                Error::Internal { reference }
            }
        })
    }
}
