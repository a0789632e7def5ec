//! An invitation's link: what it offers, and accepting it.

use app::service::{AcceptInvitation, Error, InvitationFacts, Secret, SessionCookie};

use crate::auth::{Email, Token, TooMany, problem, session, write_cookie};
use crate::services::Door;
use crate::services::accounts::{listed, parse_user, refused};
use crate::services::audit::{self, Actor, Event, Outcome};
use crate::services::failure::{Failure, Result};
use crate::services::people::start_session;
use crate::store::{self, Invitation, User};

const ACTION: &str = "invitation.accept";

/// What a link offers. **Permissions:** the one-time link.
pub(super) async fn check(door: &Door, token: &Secret) -> Result<InvitationFacts> {
    let invitation = find(door, token).await?;
    let known = door.services.store.user_by_email(&invitation.email).await?;
    let person = door.person().ok();
    Ok(InvitationFacts {
        company: invitation.account_name,
        email: invitation.email,
        invited_by: invitation.invited_by,
        known: known.is_some(),
        you: known.is_some_and(|user| door.is(&user.id)),
        signed_in_as: person.map(|person| person.name.clone()),
    })
}

/// Joins the company, uses the link up, and signs in there. **Permissions:** the one-time link; and for somebody whom Signet knows
/// already, a session or the password.
pub(super) async fn accept(door: &Door, request: AcceptInvitation) -> Result<SessionCookie> {
    let services = &*door.services;
    let invitation = find(door, &request.token).await?;
    let (user, is_new) = match services.store.user_by_email(&invitation.email).await? {
        Some(user) if door.is(&user.id) => (user, false),
        Some(user) => (recognise(door, &invitation, user, request.password).await?, false),
        None => {
            let company = &invitation.account_name;
            let parsed = parse_user(&request.name, &invitation.email, request.password, company).map_err(refused)?;
            (services.new_user(parsed, services.clock.now()).await?, true)
        }
    };

    let account_id = &invitation.account_id;
    let mut transaction = services.store.begin().await?;
    // Replaced in this moment, and all sessions ended.
    if !is_new && !transaction.hold_password(&user.id, &user.password_hash).await? {
        return Err(not_the_password());
    }
    let team = transaction.lock_team(account_id).await?.ok_or(Error::Invitation)?;
    // Asked again: two browsers may have come this far with one link, and somebody else may have added the person meanwhile.
    let is_member = team.members.iter().any(|member| member.email == invitation.email);
    if is_member || !transaction.delete_invitation(account_id, &invitation.id).await? {
        return Err(Error::Invitation.into());
    }
    if is_new {
        match transaction.insert_user(&user).await {
            // Came in by another company's invitation at this moment: the link stays good, and now asks for the password only.
            Err(store::Error::Taken { constraint: "users_email_key" }) => {
                return Err(refused([problem(
                    "password",
                    "You have an account by now. Reload this page, and enter its password.",
                )]));
            }
            other => other?,
        }
    }
    transaction.insert_membership(&user.id, account_id, &invitation.permissions).await?;
    let cookie = start_session(door, &mut *transaction, &user.id, account_id).await?;
    let detail = format!(
        "{}; permissions: {}; invited by {}",
        user.email,
        listed(&invitation.permissions),
        invitation.invited_by
    );
    let actor = Actor::person(&user.id, &user.name, Some(&door.caller));
    let event = event(&user, Outcome::Done, &detail);
    audit::record(&mut *transaction, Some(account_id), &actor, services.clock.now(), event).await?;
    transaction.commit().await?;
    Ok(write_cookie(services.cookies, &cookie))
}

/// The invitation of a link that would be accepted now. Any other link is counted.
///
/// # Errors
/// [`Error::Invitation`].
async fn find(door: &Door, token: &Secret) -> Result<Invitation> {
    let (services, address) = (&*door.services, door.caller.address);
    let invitation = match Token::parse(token.expose().trim()) {
        Some(token) => services.store.invitation(&token.hash()).await?,
        None => None,
    };
    let Some(invitation) = invitation else {
        services.count_stranger(ACTION, "the link is used, revoked or replaced, or never was one", address);
        return Err(Error::Invitation.into());
    };
    if !session::is_invitation_fresh(services.clock.now(), invitation.created_at) {
        let which = (invitation.id.as_str(), invitation.email.as_str());
        services.count_stranger_in(&invitation.account_id, which, ACTION, "the link is past its end", address);
        return Err(Error::Invitation.into());
    }
    Ok(invitation)
}

/// Somebody whom Signet knows, by the password.
async fn recognise(door: &Door, invitation: &Invitation, user: User, password: Secret) -> Result<User> {
    let services = &*door.services;
    let now = services.clock.now();
    let (email, address) = (Email::parse(&user.email).ok(), door.caller.address);
    if let Err(TooMany { seconds, .. }) = services.attempts.count(email.as_ref(), address, now) {
        let whose = (user.id.as_str(), user.name.as_str());
        services.count_stranger_in(&invitation.account_id, whose, ACTION, "too many attempts", address);
        return Err(Error::TooManyAttempts { seconds }.into());
    }
    if services.passwords.verify(password, Some(user.password_hash.clone())).await? {
        if let Some(email) = &email {
            services.attempts.succeeded(email, address);
        }
        return Ok(user);
    }
    let mut transaction = services.store.begin().await?;
    let event = event(&user, Outcome::Refused, "wrong password");
    audit::record(&mut *transaction, Some(&invitation.account_id), &door.actor(), now, event).await?;
    transaction.commit().await?;
    Err(not_the_password())
}

fn not_the_password() -> Failure {
    refused([problem("password", "This is not the password of this account.")])
}

fn event<'a>(user: &'a User, outcome: Outcome, detail: &'a str) -> Event<'a> {
    Event { action: ACTION, object_id: Some(&user.id), object_name: &user.name, outcome, detail }
}
