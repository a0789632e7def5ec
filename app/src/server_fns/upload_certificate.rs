//! Sends an upload.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::{NewCertificate, Stored};

/// Sends an upload.
#[server(name = UploadCertificate, endpoint = "certificates/upload", input = Json, output = Answers)]
pub async fn upload_certificate(upload: NewCertificate) -> Reply<Stored> {
    Ok(async { super::services::certificates()?.upload(upload).await }.await)
}
