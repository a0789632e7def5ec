//! The team of a company, and what people do about themselves.

use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Answer, Permission, Secret, SessionCookie};
use crate::timestamp::Timestamp;

/// The team of the caller's company. **Permissions:** `settings:company_settings` for each of them.
///
/// Each can answer [`super::Error::SignedOut`] and [`super::Error::Forbidden`]; an id of another company is
/// [`super::Error::NotFound`].
#[async_trait]
pub trait Team: Send + Sync {
    /// Everybody in the company, and who was invited.
    async fn team(&self) -> Answer<TeamList>;

    /// Makes a one-time link by which somebody joins the company; the earlier one that it replaces stops working.
    ///
    /// # Errors
    /// [`super::Error::Fields`] for `email`: no address, or somebody who belongs to the company or is invited already;
    /// [`super::Error::NotFound`] if what is to be replaced is not there any more.
    async fn invite(&self, request: Invite) -> Answer<Invited>;

    /// Makes an invitation's link worth nothing.
    async fn revoke_invitation(&self, id: String) -> Answer<()>;

    /// Gives a member these permissions and no others.
    ///
    /// # Errors
    /// [`super::Error::Stale`]; [`super::Error::LastAdministrator`].
    async fn change_permissions(&self, id: String, version: i64, permissions: Vec<Permission>) -> Answer<MemberRow>;

    /// Takes a member out of the company: the sessions there end.
    ///
    /// # Errors
    /// [`super::Error::Stale`]; [`super::Error::LastAdministrator`].
    async fn remove_member(&self, id: String, version: i64) -> Answer<()>;

    /// Ends all sessions of a member, in every company; answers with how many there were.
    async fn end_sessions(&self, id: String) -> Answer<u64>;
}

/// What people do about themselves. Each but the two about invitations can answer [`super::Error::SignedOut`].
#[async_trait]
pub trait OwnAccount: Send + Sync {
    /// Moves the session to another company of the caller's. **Permissions:** a session.
    ///
    /// # Errors
    /// [`super::Error::NotFound`] for a company that the caller does not belong to.
    async fn switch_company(&self, id: String) -> Answer<()>;

    /// Who can give the caller this permission; nobody if the caller has it. **Permissions:** a session.
    async fn whom_to_ask(&self, permission: Permission) -> Answer<Vec<Contact>>;

    /// Gives the caller another password; ends all other sessions. **Permissions:** a session, and the password as it is now.
    ///
    /// # Errors
    /// [`super::Error::Fields`] for `current` and `password`; [`super::Error::TooManyAttempts`].
    async fn change_password(&self, request: ChangePassword) -> Answer<SessionCookie>;

    /// Ends all sessions of the caller. **Permissions:** a session.
    async fn sign_out_everywhere(&self) -> Answer<SessionCookie>;

    /// What an invitation's link offers. **Permissions:** the one-time link.
    ///
    /// # Errors
    /// [`super::Error::Invitation`] if it is unknown, used, revoked, replaced or older than a week.
    async fn check_invitation(&self, token: Secret) -> Answer<InvitationFacts>;

    /// Joins the company, uses the link up, and signs in there. **Permissions:** the one-time link; whoever has an account already
    /// is signed in or knows its password.
    ///
    /// # Errors
    /// [`super::Error::Invitation`] as above; [`super::Error::Fields`] for `name` and `password`;
    /// [`super::Error::TooManyAttempts`].
    async fn accept_invitation(&self, request: AcceptInvitation) -> Answer<SessionCookie>;
}

/// A company that somebody belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// 32 lower-case hex digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether the session is in it.
    pub current: bool,
}

/// Somebody who can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The person's name.
    pub name: String,
    /// The person's e-mail address.
    pub email: String,
}

/// Everybody in a company, and who was invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamList {
    /// By name.
    pub members: Vec<MemberRow>,
    /// Those that can still be accepted, by address.
    pub invitations: Vec<InvitationRow>,
}

/// A member as the team page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    /// UUID, lower case.
    pub id: String,
    /// The person's name.
    pub name: String,
    /// The person's e-mail address.
    pub email: String,
    /// Whether it is the caller.
    pub you: bool,
    /// What the person may do in the company.
    pub permissions: Vec<Permission>,
    /// When the person last came into the company, if ever.
    pub signed_in_at: Option<Timestamp>,
    /// Rises with each change; sent along with a change so that a stale one is noticed.
    pub version: i64,
}

/// An invitation as the team page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationRow {
    /// UUID, lower case.
    pub id: String,
    /// Who is invited.
    pub email: String,
    /// What the person will be allowed to do.
    pub permissions: Vec<Permission>,
    /// Who invited.
    pub invited_by: String,
    /// When the link stops working.
    pub valid_until: Timestamp,
}

/// An invitation to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// The person's e-mail address.
    pub email: String,
    /// What the person will be allowed to do.
    pub permissions: Vec<Permission>,
    /// The id of the invitation of this address in whose place a new link is wanted; an invitation that can still be accepted is
    /// replaced by nobody who has not seen it.
    #[serde(default)]
    pub replaces: Option<String>,
}

/// An invitation that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// The link's token, shown once.
    pub token: OneTimeToken,
    /// As the team page shows it.
    pub invitation: InvitationRow,
}

/// What an invitation's link offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationFacts {
    /// The company's name.
    pub company: String,
    /// Who is invited.
    pub email: String,
    /// Who invited.
    pub invited_by: String,
    /// Whether somebody has an account with this address already.
    pub known: bool,
    /// Whether that is the one who is signed in.
    pub you: bool,
    /// The name of whoever is signed in.
    pub signed_in_as: Option<String>,
}

/// An invitation to be accepted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AcceptInvitation {
    /// The one-time link's token.
    pub token: Secret,
    /// The person's name; not looked at for whoever has an account already.
    pub name: String,
    /// The new password, or the one of the account; not looked at for whoever is signed in with it.
    pub password: Secret,
}

/// Another password.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangePassword {
    /// The password as it is now.
    pub current: Secret,
    /// The new one.
    pub password: Secret,
}

/// A one-time link's token on its way to the one person who is to pass it on. Unlike a [`Secret`] it leaves the server, in one answer;
/// `Debug` is blank.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTimeToken(String);

impl OneTimeToken {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for OneTimeToken {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for OneTimeToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OneTimeToken(…)")
    }
}
