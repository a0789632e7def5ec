//! `signet account`

use app::service::{Answer, Error};
use clap::Subcommand;

use super::opening::{open, open_existing};
use super::{Failure, terminal};
use crate::auth::CompanyName;
use crate::configuration::Configuration;
use crate::services::{Services, parse_account_id};

/// Create and list companies
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  signet account create --name \"Meridian Retail\"\n  signet account list")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Create(Create),
    List(List),
}

/// Create a company, and print its id
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
                        signet account create --name \"Meridian Retail\"\n  \
                        account=$(signet account create --name Meridian) && signet user create --account \"$account\" …")]
struct Create {
    /// Its name
    #[arg(long, value_parser = company_name)]
    name: String,
    /// Its id, 32 lower-case hex digits; a random one if none is given
    #[arg(long, value_name = "HEX32", value_parser = account_id)]
    id: Option<String>,
}

/// List the companies: id, tab, name
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  signet account list\n  signet account list | cut -f 1")]
struct List {}

pub(super) async fn run(configuration: Configuration, arguments: Arguments) -> Result<(), Failure> {
    let opened = match arguments.command {
        Command::Create(_) => open(&configuration).await?,
        Command::List(_) => open_existing(&configuration).await?,
    };
    let services = opened.services(&configuration);
    let said = match arguments.command {
        Command::Create(create) => self::create(&services, &create).await,
        Command::List(List {}) => list(&services).await,
    };
    opened.store.close().await;
    match said.map_err(|error| failure(&error))? {
        lines if lines.is_empty() => Ok(()),
        lines => terminal::say(&lines),
    }
}

async fn create(services: &Services, create: &Create) -> Answer<String> {
    services.create_account(&create.name, create.id.as_deref()).await.map(|account| account.id)
}

async fn list(services: &Services) -> Answer<String> {
    let accounts = services.accounts().await?;
    let lines: Vec<_> = accounts.iter().map(|account| format!("{}\t{}", account.id, account.name)).collect();
    Ok(lines.join("\n"))
}

/// A refusal in one line.
pub(super) fn failure(error: &Error) -> Failure {
    match error {
        Error::Fields { problems } => {
            let problems: Vec<_> =
                problems.iter().map(|problem| format!("{}: {}", problem.field, problem.message)).collect();
            Failure::new(problems.join(" "))
        }
        other => Failure::new(other.to_string()),
    }
}

/// An account's id, checked.
pub(super) fn account_id(text: &str) -> Result<String, String> {
    parse_account_id(text).map(str::to_owned).map_err(|problem| problem.message)
}

fn company_name(text: &str) -> Result<String, String> {
    CompanyName::parse(text).map(|name| name.as_str().to_owned()).map_err(|problem| problem.message)
}
