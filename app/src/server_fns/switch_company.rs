//! Moves the session to another company.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::Reply;

/// Moves the session to another company.
#[server(name = SwitchCompany, endpoint = "switch-company", input = Json)]
pub async fn switch_company(id: String) -> Reply<()> {
    Ok(async { super::services::own_account()?.switch_company(id).await }.await)
}
