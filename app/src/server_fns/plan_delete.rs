//! Asks what a delete would come to.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::DeletePlan;

/// Asks what a delete would come to.
#[server(name = PlanDelete, endpoint = "certificates/plan-delete", input = Json, output = Answers)]
pub async fn plan_delete(id: String) -> Reply<DeletePlan> {
    Ok(async { super::services::certificates()?.plan_delete(id).await }.await)
}
