//! Who is calling: from a request's cookie to a person.

use std::net::IpAddr;

use app::timestamp::Timestamp;

use super::{Caller, Person, Services, Who};
use crate::auth::{read_cookie, session};
use crate::store;

impl Services {
    /// Who sends a request with this `Cookie` header from this address: [`Who::Nobody`] without a session that is alive.
    ///
    /// If the store fails nobody is signed in, and the log says why.
    pub async fn caller(&self, cookie_header: Option<&str>, address: Option<IpAddr>) -> Caller {
        let person = match self.person(cookie_header).await {
            Ok(person) => person,
            Err(cause) => {
                tracing::error!(%cause, "a session could not be read");
                None
            }
        };
        Caller { who: person.map_or(Who::Nobody, Who::Person), address }
    }

    async fn person(&self, cookie_header: Option<&str>) -> store::Result<Option<Person>> {
        let Some(token) = cookie_header.and_then(|header| read_cookie(self.cookies, header)) else { return Ok(None) };
        let id_hash = token.hash();
        let Some(session) = self.store.session(&id_hash).await? else { return Ok(None) };
        let now = self.clock.now();
        if !session::is_alive(now, session.created_at, session.used_at) {
            return Ok(None);
        }
        if session::is_to_be_noted(now, session.used_at)
            && let Err(cause) = self.note_use(&id_hash, now).await
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
            session: id_hash,
        }))
    }

    async fn note_use(&self, id_hash: &[u8; 32], now: Timestamp) -> store::Result<()> {
        let mut transaction = self.store.begin().await?;
        transaction.touch_session(id_hash, now).await?;
        transaction.commit().await
    }
}
