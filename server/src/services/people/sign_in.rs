//! Signing in with e-mail and password.

use std::sync::Arc;

use app::service::{Error, SessionCookie, SignIn};

use super::start_session;
use crate::auth::{Email, TooMany, write_cookie};
use crate::services::audit::{self, Actor, Event, Outcome};
use crate::services::failure::{Failure, Result};
use crate::services::{Caller, Door, Services};
use crate::store::User;

const ACTION: &str = "session.sign_in";

/// Signs in; always a new session. **Permissions:** none.
pub(super) async fn sign_in(door: &Door, request: SignIn) -> Result<SessionCookie> {
    let services = &*door.services;
    let now = services.clock.now();
    let email = Email::parse(&request.email).ok();
    let address = door.caller.address;
    if let Err(TooMany { seconds, with_email }) = services.attempts.count(email.as_ref(), address, now) {
        services.count_stranger(ACTION, "too many attempts", address);
        if let Some(email) = email.filter(|_| with_email) {
            services.count_stranger_as(&email, ACTION, "too many attempts", address);
        }
        return Err(Failure::Answer(Error::TooManyAttempts { seconds }));
    }

    let user = match &email {
        Some(email) => services.store.user_by_email(email.as_str()).await?,
        None => None,
    };
    let stored = user.as_ref().map(|user| user.password_hash.clone());
    let right = services.passwords.verify(request.password, stored).await?;
    let (Some(user), Some(email), true) = (&user, &email, right) else {
        match user {
            Some(user) => record_refusal(Arc::clone(&door.services), door.caller.clone(), user),
            None => services.count_stranger(ACTION, "unknown email address", address),
        }
        return Err(Failure::Answer(Error::Credentials));
    };
    // Somebody who was removed from every company cannot come in, and need not know why.
    let Some(membership) = services.store.first_membership(&user.id).await? else {
        services.count_stranger(ACTION, "a person without a company", address);
        return Err(Failure::Answer(Error::Credentials));
    };

    let mut transaction = services.store.begin().await?;
    // Somebody who knows a password that was replaced in this moment does not get past the end of all sessions.
    if !transaction.hold_password(&user.id, &user.password_hash).await? {
        return Err(Failure::Answer(Error::Credentials));
    }
    let token = start_session(door, &mut *transaction, &user.id, &membership.account_id).await?;
    let actor = Actor::person(&user.id, &user.name, Some(&door.caller));
    let event = event(user, Outcome::Done, "");
    audit::record(&mut *transaction, Some(&membership.account_id), &actor, now, event).await?;
    transaction.commit().await?;
    services.attempts.succeeded(email, address);
    Ok(write_cookie(services.cookies, &token))
}

/// Records a wrong password beside the answer, not before it: an entry takes time, and would tell that there is such a user.
fn record_refusal(services: Arc<Services>, caller: Caller, user: User) {
    tokio::spawn(async move {
        if let Err(cause) = try_to_record_refusal(&services, &caller, &user).await {
            tracing::error!(%cause, "a refused sign-in could not be recorded");
        }
    });
}

async fn try_to_record_refusal(services: &Services, caller: &Caller, user: &User) -> Result<()> {
    let Some(membership) = services.store.first_membership(&user.id).await? else {
        services.count_stranger(ACTION, "wrong password of a person without a company", caller.address);
        return Ok(());
    };
    let mut transaction = services.store.begin().await?;
    let event = event(user, Outcome::Refused, "wrong password");
    let now = services.clock.now();
    audit::record(&mut *transaction, Some(&membership.account_id), &Actor::caller(caller), now, event).await?;
    transaction.commit().await?;
    Ok(())
}

fn event<'a>(user: &'a User, outcome: Outcome, detail: &'a str) -> Event<'a> {
    Event { action: ACTION, object_id: Some(&user.id), object_name: &user.name, outcome, detail }
}
