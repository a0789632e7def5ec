//! Moves the session to another company.

use leptos::prelude::*;

use super::{Answers, Json, Reply};

/// Moves the session to another company.
#[server(name = SwitchCompany, endpoint = "switch-company", input = Json, output = Answers)]
pub async fn switch_company(id: String) -> Reply<()> {
    Ok(async { super::services::own_account()?.switch_company(id).await }.await)
}
