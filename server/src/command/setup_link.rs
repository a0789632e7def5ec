//! `signet setup-link`

use app::service::Error;

use super::opening::open;
use super::{Failure, terminal};
use crate::configuration::Configuration;

/// Print a new one-time set-up link
///
/// It opens the page where the company and its first administrator are created, once and within a day. An earlier link stops
/// working. There is no link any more once there is a user.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  signet setup-link\n  signet setup-link --public-url https://signet.example.com")]
pub(super) struct Arguments {}

pub(super) async fn run(configuration: Configuration) -> Result<(), Failure> {
    let opened = open(&configuration).await?;
    let link = match opened.services(&configuration).create_setup_link().await {
        Ok(token) => Ok(configuration.public_url_at(configuration.address).setup_link(token.expose())),
        Err(Error::SetupLink) => {
            Err(Failure::new("there is a user already, who can sign in: no set-up link is needed"))
        }
        Err(error) => Err(Failure::new(error.to_string())),
    };
    opened.store.close().await;
    terminal::say(&link?)
}
