//! Sends an upload.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::Reply;
use crate::service::{NewCertificate, Stored};

/// Sends an upload.
#[server(name = UploadCertificate, endpoint = "certificates/upload", input = Json)]
pub async fn upload_certificate(upload: NewCertificate) -> Reply<Stored> {
    Ok(async { super::services::certificates()?.upload(upload).await }.await)
}
