//! Who is calling: from a request's cookie to a person.

use std::net::IpAddr;

use app::timestamp::Timestamp;

use super::{Caller, Person, Services, Who};
use crate::auth::{read_cookie, session};
use crate::store;

/// Whether a request is a use of its session, which keeps it alive.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Noted,
    Unnoted,
}

impl Services {
    /// Who sends a request with this `Cookie` header from this address: [`Who::Nobody`] without a session that is alive.
    ///
    /// If the store fails nobody is signed in, and the log says why.
    pub async fn caller(&self, cookie_header: Option<&str>, address: Option<IpAddr>) -> Caller {
        self.caller_by(cookie_header, address, Use::Noted).await
    }

    /// The same for a request that no person has made: it keeps no session alive.
    pub async fn caller_unnoted(&self, cookie_header: Option<&str>, address: Option<IpAddr>) -> Caller {
        self.caller_by(cookie_header, address, Use::Unnoted).await
    }

    async fn caller_by(&self, cookie_header: Option<&str>, address: Option<IpAddr>, how: Use) -> Caller {
        let person = match self.person(cookie_header, how).await {
            Ok(person) => person,
            Err(cause) => {
                tracing::error!(%cause, "a session could not be read");
                None
            }
        };
        Caller::new(person.map_or(Who::Nobody, Who::Person), address)
    }

    async fn person(&self, cookie_header: Option<&str>, how: Use) -> store::Result<Option<Person>> {
        let Some(token) = cookie_header.and_then(|header| read_cookie(self.cookies, header)) else { return Ok(None) };
        self.person_of(&token.hash(), how).await
    }

    /// Whose session this is, if it is alive. It is not used by this.
    pub(super) async fn person_in(&self, id_hash: &[u8; 32]) -> store::Result<Option<Person>> {
        self.person_of(id_hash, Use::Unnoted).await
    }

    async fn person_of(&self, id_hash: &[u8; 32], how: Use) -> store::Result<Option<Person>> {
        let Some(session) = self.store.session(id_hash).await? else { return Ok(None) };
        let now = self.clock.now();
        if !session::is_alive(now, session.created_at, session.used_at) {
            return Ok(None);
        }
        if how == Use::Noted
            && session::is_to_be_noted(now, session.used_at)
            && let Err(cause) = self.note_use(id_hash, now).await
        {
            // Who cannot write can still read.
            tracing::warn!(%cause, "the use of a session could not be noted");
        }
        Ok(Some(Person {
            user_id: session.user_id,
            name: session.user_name,
            email: session.user_email,
            account_id: session.membership.account_id,
            account_name: session.membership.account_name,
            permissions: session.membership.permissions,
            session: *id_hash,
        }))
    }

    async fn note_use(&self, id_hash: &[u8; 32], now: Timestamp) -> store::Result<()> {
        let mut transaction = self.store.begin().await?;
        transaction.touch_session(id_hash, now).await?;
        transaction.commit().await
    }
}
