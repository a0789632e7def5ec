//! The team of the caller's company: who belongs to it, what they may do, who was invited.

mod change_permissions;
mod end_sessions;
mod invite;
mod list;
mod lock;
mod remove_member;
mod revoke_invitation;

use app::service::{Answer, InvitationRow, Invite, Invited, MemberRow, Permission, Team, TeamList};
use async_trait::async_trait;

use super::Door;
use crate::auth::session;
use crate::store::{Invitation, Member};

/// What every verb in here asks for.
const PERMISSION: Permission = Permission::CompanySettings;

#[async_trait]
impl Team for Door {
    async fn team(&self) -> Answer<TeamList> {
        self.services.answer(list::list(self).await)
    }

    async fn invite(&self, request: Invite) -> Answer<Invited> {
        self.services.answer(invite::invite(self, request).await)
    }

    async fn revoke_invitation(&self, id: String) -> Answer<()> {
        let done = revoke_invitation::revoke_invitation(self, &id).await;
        self.services.answer(self.noting("invitation.revoke", Some(&id), done).await)
    }

    async fn change_permissions(&self, id: String, version: i64, permissions: Vec<Permission>) -> Answer<MemberRow> {
        let done = change_permissions::change_permissions(self, &id, version, &permissions).await;
        self.services.answer(self.noting("user.permissions", Some(&id), done).await)
    }

    async fn remove_member(&self, id: String, version: i64) -> Answer<()> {
        let done = remove_member::remove_member(self, &id, version).await;
        self.services.answer(self.noting("user.remove", Some(&id), done).await)
    }

    async fn end_sessions(&self, id: String) -> Answer<u64> {
        let done = end_sessions::end_sessions(self, &id).await;
        self.services.answer(self.noting("session.end", Some(&id), done).await)
    }
}

/// What people see of a member.
fn member_row(door: &Door, member: Member) -> MemberRow {
    MemberRow {
        you: door.is(&member.user_id),
        id: member.user_id,
        name: member.name,
        email: member.email,
        permissions: member.permissions,
        signed_in_at: member.signed_in_at,
        version: member.version,
    }
}

/// What people see of an invitation.
fn invitation_row(invitation: Invitation) -> InvitationRow {
    InvitationRow {
        valid_until: invitation.created_at.plus_seconds(session::INVITATION),
        id: invitation.id,
        email: invitation.email,
        permissions: invitation.permissions,
        invited_by: invitation.invited_by,
    }
}

/// Each permission once, in the order in which they are listed everywhere.
fn distinct(permissions: &[Permission]) -> Vec<Permission> {
    Permission::ALL.into_iter().filter(|permission| permissions.contains(permission)).collect()
}
