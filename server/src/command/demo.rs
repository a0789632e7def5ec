//! `signet demo`

use super::opening::open;
use super::{Failure, terminal};
use crate::configuration::Configuration;
use crate::demo;

/// Fill an empty database with a company, an administrator, certificates in every state and API nodes that use them
///
/// The certificates and their keys are made on the spot. Prints the administrator's e-mail address and password, each on a line of
/// its own. Refuses if there is any data.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  signet demo && signet serve\n  signet demo --data-dir /tmp/signet-demo")]
pub(super) struct Arguments {}

pub(super) async fn run(configuration: Configuration) -> Result<(), Failure> {
    let opened = open(&configuration).await?;
    let result = match opened.store.is_empty().await {
        Ok(true) => demo::fill(&|clock| opened.services_at(&configuration, clock)).await,
        Ok(false) => Err(demo::Error::NotEmpty),
        Err(error) => Err(error.into()),
    };
    opened.store.close().await;
    let administrator = result.map_err(|error| Failure::new(error.to_string()))?;
    terminal::say(&format!("{}\n{}", administrator.email, administrator.password))
}
