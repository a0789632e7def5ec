//! Asks what another primary would come to.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::PrimaryPlan;

/// Asks what another primary would come to.
#[server(name = PlanPrimary, endpoint = "certificates/plan-primary", input = Json, output = Answers)]
pub async fn plan_primary(id: String) -> Reply<PrimaryPlan> {
    Ok(async { super::services::certificates()?.plan_primary(id).await }.await)
}
