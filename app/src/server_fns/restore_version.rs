//! Brings earlier contents of a certificate back.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::Replaced;

/// Brings earlier contents of a certificate back.
#[server(name = RestoreVersion, endpoint = "certificates/restore-version", input = Json, output = Answers)]
pub async fn restore_version(id: String, version: i64, earlier: i64) -> Reply<Replaced> {
    Ok(async { super::services::certificates()?.restore_version(id, version, earlier).await }.await)
}
