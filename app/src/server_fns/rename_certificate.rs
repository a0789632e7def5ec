//! Gives a certificate another name.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::Stored;

/// Gives a certificate another name.
#[server(name = RenameCertificate, endpoint = "certificates/rename", input = Json, output = Answers)]
pub async fn rename_certificate(id: String, version: i64, name: String) -> Reply<Stored> {
    Ok(async { super::services::certificates()?.rename(id, version, name).await }.await)
}
