//! Asks who belongs to the company.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::TeamList;

/// Asks who belongs to the company.
#[server(name = ListTeam, endpoint = "team/list", input = Json, output = Answers)]
pub async fn list_team() -> Reply<TeamList> {
    Ok(async { super::services::team()?.team().await }.await)
}
