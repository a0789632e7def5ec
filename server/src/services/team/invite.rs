//! Inviting somebody by a one-time link.

use app::service::{Error, Invite, Invited, OneTimeToken};

use super::{PERMISSION, distinct, invitation_row, lock};
use crate::auth::{Email, Token, problem, session};
use crate::services::Door;
use crate::services::accounts::{listed, refused};
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::Result;
use crate::store::Invitation;

/// Makes a one-time link, in place of the earlier one that the caller has seen. **Permissions:** `settings:company_settings`.
pub(super) async fn invite(door: &Door, request: Invite) -> Result<Invited> {
    let account_id = door.authorise(PERMISSION, "invitation.create", None).await?;
    let email = Email::parse(&request.email).map_err(|problem| refused([problem]))?;
    let (now, actor) = (door.services.clock.now(), door.actor());
    let token = Token::random(&*door.services.randomness)?;
    let mut transaction = door.services.store.begin().await?;
    let team = lock::lock(door, &mut *transaction, account_id).await?;
    if let Some(member) = team.members.iter().find(|member| member.email == email.as_str()) {
        return Err(refused([problem(
            "email",
            format!("{} has this address and is in the team already.", member.name),
        )]));
    }
    let pending = transaction.invitation_of(account_id, email.as_str()).await?;
    match (&request.replaces, pending) {
        (Some(seen), Some(pending)) if *seen == pending.id => {}
        (_, Some(pending)) if session::is_invitation_fresh(now, pending.created_at) => {
            let until = pending.created_at.plus_seconds(session::INVITATION).date_and_time();
            return Err(refused([problem(
                "email",
                format!(
                    "{email} has been invited already by {by}, until {until}; use “New link” in the list for another link.",
                    email = pending.email,
                    by = pending.invited_by,
                ),
            )]));
        }
        // Taken back or accepted meanwhile.
        (Some(_seen), None) => return Err(Error::NotFound.into()),
        (Some(_), Some(_)) | (None, _) => {}
    }
    let invitation = Invitation {
        id: door.services.new_uuid()?,
        account_id: account_id.to_owned(),
        account_name: team.account.name,
        email: email.as_str().to_owned(),
        permissions: distinct(&request.permissions),
        token_hash: token.hash(),
        invited_by: actor.name().to_owned(),
        created_at: now,
    };
    transaction.replace_invitation(&invitation).await?;
    let detail = format!("permissions: {}", listed(&invitation.permissions));
    let event = Event {
        action: "invitation.create",
        object_id: Some(&invitation.id),
        object_name: &invitation.email,
        outcome: Outcome::Done,
        detail: &detail,
    };
    audit::record(&mut *transaction, Some(account_id), &actor, now, event).await?;
    transaction.commit().await?;
    Ok(Invited { token: OneTimeToken::from(token.expose().to_owned()), invitation: invitation_row(invitation) })
}
