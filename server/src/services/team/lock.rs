//! Taking hold of a team to change it.

use app::service::{Error, Permission};

use super::PERMISSION;
use crate::services::failure::{Failure, Result};
use crate::services::{Door, Who};
use crate::store::{Member, Team, Transaction};

/// The caller's company with everybody in it, locked until the end of the transaction.
///
/// # Errors
/// [`Error::Forbidden`] if the caller has lost the permission since the request began.
pub(super) async fn lock(door: &Door, transaction: &mut dyn Transaction, account_id: &str) -> Result<Team> {
    let team = transaction.lock_team(account_id).await?.ok_or(Error::NotFound)?;
    if let Who::Person(person) = &door.caller.who {
        let still = team
            .members
            .iter()
            .any(|member| member.user_id == person.user_id && member.permissions.contains(&PERMISSION));
        if !still {
            return Err(Failure::Answer(Error::Forbidden { permission: PERMISSION }));
        }
    }
    Ok(team)
}

/// A member in the version that the caller has seen.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Stale`].
pub(super) fn member(team: &Team, id: &str, version: i64) -> Result<Member> {
    let member = team.members.iter().find(|member| member.user_id == id).ok_or(Error::NotFound)?;
    if member.version == version {
        return Ok(member.clone());
    }
    let by = Some(&member.changed_by).filter(|by| !by.is_empty()).cloned();
    Err(Failure::Answer(Error::Stale { by, at: member.changed_at }))
}

/// Whether somebody is left who can administer the company when this member does not any more.
///
/// # Errors
/// [`Error::LastAdministrator`].
pub(super) fn keep_an_administrator(team: &Team, leaving: &Member) -> Result<()> {
    let administers = |member: &Member| member.permissions.contains(&Permission::CompanySettings);
    let another = team.members.iter().any(|member| member.user_id != leaving.user_id && administers(member));
    if administers(leaving) && !another { Err(Failure::Answer(Error::LastAdministrator)) } else { Ok(()) }
}
