//! Who can give somebody a permission.

use app::service::{Contact, Permission};

use crate::services::Door;
use crate::services::failure::Result;

/// The administrators of the caller's company, if the caller lacks this permission. **Permissions:** a session.
pub(super) async fn whom_to_ask(door: &Door, permission: Permission) -> Result<Vec<Contact>> {
    let person = door.person()?;
    if person.permissions.contains(&permission) {
        return Ok(Vec::new());
    }
    let members = door.services.store.members(&person.account_id).await?;
    let administrators = members.into_iter().filter(|member| member.permissions.contains(&Permission::CompanySettings));
    Ok(administrators.map(|member| Contact { name: member.name, email: member.email }).collect())
}
