//! Gives a member these permissions and no others.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::{MemberRow, Permission};

/// Gives a member these permissions and no others.
#[server(name = ChangePermissions, endpoint = "team/change-permissions", input = Json, output = Answers)]
pub async fn change_permissions(id: String, version: i64, permissions: Vec<Permission>) -> Reply<MemberRow> {
    Ok(async { super::services::team()?.change_permissions(id, version, permissions).await }.await)
}
