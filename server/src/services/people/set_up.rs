//! The first start: a company and its first administrator.

use app::service::{Error, Permission, SessionCookie, SetUp};

use super::start_session;
use crate::auth::{CompanyName, write_cookie};
use crate::services::Door;
use crate::services::accounts::{insert_member, parse_user, record_account, refused};
use crate::services::audit::Actor;
use crate::services::failure::{Failure, Result};

/// Creates the company and its administrator, uses up the link, and signs in. **Permissions:** the one-time link.
pub(super) async fn set_up(door: &Door, request: SetUp) -> Result<SessionCookie> {
    let services = &*door.services;
    let link = services.accept_setup_link(&request.token, door.caller.address).await?;

    let company = CompanyName::parse(&request.company);
    let user = parse_user(&request.name, &request.email, request.password, &request.company);
    let (company, user) = match (company, user) {
        (Ok(company), Ok(user)) => (company, user),
        (company, user) => {
            return Err(refused(company.err().into_iter().chain(user.err().unwrap_or_default())));
        }
    };

    let now = services.clock.now();
    let account = services.new_account(&company, now)?;
    let user = services.new_user(user, now).await?;
    let actor = Actor::person(&user.id, &user.name, Some(&door.caller));
    let mut transaction = services.store.begin().await?;
    // Asked again: two browsers may have come this far with one link.
    if !transaction.take_setup_link(&link).await? || transaction.has_users().await? {
        return Err(Failure::Answer(Error::SetupLink));
    }
    transaction.insert_account(&account).await?;
    record_account(&mut *transaction, &account, &actor).await?;
    insert_member(&mut *transaction, &user, &account.id, &Permission::ALL, &actor).await?;
    let token = start_session(door, &mut *transaction, &user.id, &account.id).await?;
    transaction.commit().await?;
    Ok(write_cookie(services.cookies, &token))
}
