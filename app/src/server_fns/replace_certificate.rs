//! Puts other contents in a certificate's place.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::{NewCertificate, Replaced};

/// Puts other contents in a certificate's place.
#[server(name = ReplaceCertificate, endpoint = "certificates/replace", input = Json, output = Answers)]
pub async fn replace_certificate(id: String, version: i64, upload: NewCertificate) -> Reply<Replaced> {
    Ok(async { super::services::certificates()?.replace(id, version, upload).await }.await)
}
