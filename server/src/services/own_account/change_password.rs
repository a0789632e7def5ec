//! Another password.

use app::service::{ChangePassword, Error, SessionCookie};

use crate::auth::{Email, Password, TooMany, problem, write_cookie};
use crate::services::accounts::refused;
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::Result;
use crate::services::people::start_session;
use crate::services::refusals::Refusal;
use crate::services::{Door, Person};

const ACTION: &str = "user.password";

/// Gives the caller another password, ends all sessions and starts a new one here. **Permissions:** a session, and the password as it
/// is now.
pub(super) async fn change_password(door: &Door, request: ChangePassword) -> Result<SessionCookie> {
    let person = door.person()?;
    let services = &*door.services;
    let own = [person.name.as_str(), &person.email, &person.account_name];
    let password = Password::parse(request.password, &own).map_err(|problem| refused([problem]))?;

    let now = services.clock.now();
    let email = Email::parse(&person.email).ok();
    let address = door.caller.address;
    if let Err(TooMany { seconds, .. }) = services.attempts.count(email.as_ref(), address, now) {
        services.record_refusal(too_many(door, person)).await?;
        return Err(Error::TooManyAttempts { seconds }.into());
    }
    let user = services.store.user_by_email(&person.email).await?.ok_or(Error::SignedOut)?;
    if !services.passwords.verify(request.current, Some(user.password_hash)).await? {
        record(door, person, Outcome::Refused).await?;
        return Err(refused([problem("current", "This is not your password.")]));
    }
    if let Some(email) = &email {
        services.attempts.succeeded(email, address);
    }

    let hash = services.passwords.hash(password, &*services.randomness).await?;
    let mut transaction = services.store.begin().await?;
    // Takes hold of the session: if somebody has ended it meanwhile, whoever held it does not get a new one.
    if !transaction.move_session(&person.session, &person.account_id).await? {
        return Err(Error::SignedOut.into());
    }
    transaction.update_password(&person.user_id, &hash).await?;
    transaction.delete_sessions_of(&person.user_id).await?;
    let token = start_session(door, &mut *transaction, &person.user_id, &person.account_id).await?;
    let event = event(person, Outcome::Done, "all other sessions ended");
    audit::record(&mut *transaction, Some(&person.account_id), &door.actor(), now, event).await?;
    transaction.commit().await?;
    Ok(write_cookie(services.cookies, &token))
}

async fn record(door: &Door, person: &Person, outcome: Outcome) -> Result<()> {
    let mut transaction = door.services.store.begin().await?;
    let event = event(person, outcome, "wrong password");
    let now = door.services.clock.now();
    audit::record(&mut *transaction, Some(&person.account_id), &door.actor(), now, event).await?;
    transaction.commit().await?;
    Ok(())
}

/// Comes in any number: the first of a minute is recorded, the others are summed up.
fn too_many(door: &Door, person: &Person) -> Refusal {
    Refusal {
        account_id: Some(person.account_id.clone()),
        actor: door.actor(),
        action: ACTION.to_owned(),
        object_id: Some(person.user_id.clone()),
        object_name: person.name.clone(),
        detail: "too many attempts".to_owned(),
    }
}

fn event<'a>(person: &'a Person, outcome: Outcome, detail: &'a str) -> Event<'a> {
    Event { action: ACTION, object_id: Some(&person.user_id), object_name: &person.name, outcome, detail }
}
