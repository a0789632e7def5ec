//! `signet user`

use std::io::Read;

use app::service::{Error, Permission, Secret};
use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use zeroize::Zeroizing;

use super::account::{account_id, failure};
use super::opening::open_existing;
use super::{Failure, terminal};
use crate::auth::{Email, PersonName};
use crate::configuration::Configuration;
use crate::services::NewUser;

/// More than a password has at most.
const LONGEST: u64 = 4096;

/// Create people, and set their passwords
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
                        signet user create --email ana@meridian.example --name \"Ana Ruiz\" --account ID --admin --password-stdin < password.txt\n  \
                        signet user password --email ana@meridian.example --password-stdin < password.txt")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Create(Create),
    Password(SetPassword),
}

/// Create a person in a company, and print the person's id
///
/// Somebody who has an account with this email address already is added to the company, and keeps name and password: `signet user
/// password` changes the password.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
                        signet user create --email ana@meridian.example --name \"Ana Ruiz\" --account ID --admin --password-stdin < password.txt\n  \
                        signet user create --email jo@meridian.example --name Jo --account ID --permission api_nodes:manage --password-stdin")]
struct Create {
    /// The email address to sign in with
    #[arg(long, value_parser = email)]
    email: String,
    /// The person's name
    #[arg(long, value_parser = person_name)]
    name: String,
    /// The company's id, as `signet account list` prints it
    #[arg(long, value_name = "ID", value_parser = account_id)]
    account: String,
    /// What the person may do there; can be given several times
    #[arg(long = "permission", value_name = "PERMISSION", value_parser = permission())]
    permissions: Vec<Permission>,
    /// Every permission
    #[arg(long)]
    admin: bool,
    /// Read the password from standard input: at least 12 characters, one line
    #[arg(long, required = true)]
    password_stdin: bool,
}

/// Give somebody who has forgotten the password another one
///
/// Ends all sessions of this person, in every company, and is written to the audit log of each. Prints nothing.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  signet user password --email ana@meridian.example --password-stdin < password.txt"
)]
struct SetPassword {
    /// The email address that the person signs in with
    #[arg(long, value_parser = email)]
    email: String,
    /// Read the new password from standard input: at least 12 characters, one line
    #[arg(long, required = true)]
    password_stdin: bool,
}

pub(super) async fn run(configuration: Configuration, arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::Create(request) => create(configuration, request).await,
        Command::Password(request) => set_password(configuration, request).await,
    }
}

async fn create(configuration: Configuration, create: Create) -> Result<(), Failure> {
    let password = read_password()?;
    let permissions = if create.admin { Permission::ALL.to_vec() } else { create.permissions };
    let user = NewUser { email: create.email, name: create.name, password, permissions };
    let opened = open_existing(&configuration).await?;
    let created = opened.services(&configuration).create_user(&create.account, user).await;
    opened.store.close().await;
    let created = created.map_err(|error| match error {
        Error::NotFound => Failure::new(format!("there is no company with the id {}", create.account)),
        error => failure(&error),
    })?;
    if created.existed {
        let email = &created.user.email;
        terminal::complain(&format!(
            "{email} had an account: added to the company; name and password stay as they were, the one given is not used \
             (`signet user password --email {email}` changes it)"
        ));
    }
    terminal::say(&created.user.id)
}

async fn set_password(configuration: Configuration, request: SetPassword) -> Result<(), Failure> {
    let password = read_password()?;
    let opened = open_existing(&configuration).await?;
    let done = opened.services(&configuration).reset_password(&request.email, password).await;
    opened.store.close().await;
    done.map(drop).map_err(|error| match error {
        Error::NotFound => Failure::new(format!("nobody has the email address {}", request.email)),
        error => failure(&error),
    })
}

/// One line; its end does not belong to the password.
fn read_password() -> Result<Secret, Failure> {
    // As large as it can get, so that it never grows and leaves a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(LONGEST).unwrap_or_default() + 1));
    std::io::stdin()
        .take(LONGEST)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::new(format!("cannot read the password: {error}")))?;
    let text = std::str::from_utf8(&bytes).map_err(|_no_text| Failure::new("the password is not UTF-8 text"))?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.contains(['\n', '\r']) {
        return Err(Failure::new("the password has to be one line"));
    }
    Ok(Secret::from(line.to_owned()))
}

fn permission() -> impl clap::builder::TypedValueParser<Value = Permission> {
    PossibleValuesParser::new(Permission::ALL.map(Permission::as_str))
        .try_map(|name| Permission::parse(&name).ok_or("there is no such permission"))
}

fn email(text: &str) -> Result<String, String> {
    Email::parse(text).map(|email| email.as_str().to_owned()).map_err(|problem| problem.message)
}

fn person_name(text: &str) -> Result<String, String> {
    PersonName::parse(text).map(|name| name.as_str().to_owned()).map_err(|problem| problem.message)
}
