//! Asks what is known of a certificate that is about to be uploaded; only public facts leave the browser.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::{Known, KnownQuery};

/// Asks what is known of a certificate that is about to be uploaded; only public facts leave the browser.
#[server(name = KnownCertificate, endpoint = "certificates/known", input = Json, output = Answers)]
pub async fn known_certificate(query: KnownQuery) -> Reply<Known> {
    Ok(async { super::services::certificates()?.known(query).await }.await)
}
