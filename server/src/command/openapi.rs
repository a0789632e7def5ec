//! `signet openapi`

use super::{Failure, terminal};
use crate::configuration::Configuration;
use crate::rest;

/// Print the description of the REST API (`OpenAPI` 3.1, JSON)
///
/// It is what the server answers at /openapi.json.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  signet openapi > signet.json")]
pub(super) struct Arguments {}

pub(super) fn run(configuration: &Configuration) -> Result<(), Failure> {
    let description = rest::openapi(configuration.public_url_at(configuration.address).origin());
    let text = serde_json::to_string_pretty(&description).map_err(|error| Failure::new(error.to_string()))?;
    terminal::say(&text)
}
