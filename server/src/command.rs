//! The command line: `signet serve`, `signet check` and the rest.
//!
//! A value for scripts goes to standard output and nothing else does; what went wrong is one line on standard error. Exit code 0
//! is success, 2 wrong usage, 1 any other failure.

mod account;
mod audit;
mod backup;
mod check;
mod demo;
mod keys;
mod openapi;
mod opening;
mod process;
mod serve;
mod setup_link;
mod terminal;
mod token;
mod user;

use std::future::Future;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand};

use crate::configuration::{self, Configuration, Flags};

/// Keeps a company's mTLS client certificates, and is the only program that ever touches their private keys.
#[derive(Parser)]
#[command(
    name = "signet",
    version,
    max_term_width = 120,
    after_help = "Examples:\n  \
                  signet                                  run the server on http://127.0.0.1:3000 with its data in ./data\n  \
                  signet --addr 127.0.0.1:8080            the same on another port\n  \
                  signet check certificate.crt its.key    is this a usable client certificate?\n  \
                  signet serve --help                     what a command does, and its settings"
)]
struct CommandLine {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Arguments),
    SetupLink(setup_link::Arguments),
    Account(account::Arguments),
    User(user::Arguments),
    Keys(keys::Arguments),
    Backup(backup::Backup),
    Restore(backup::Restore),
    Check(check::Arguments),
    Demo(demo::Arguments),
    Token(token::Arguments),
    Audit(audit::Arguments),
    Openapi(openapi::Arguments),
}

/// Why a command did not do what it should. One line.
#[derive(Debug, thiserror::Error)]
#[error("{line}")]
pub struct Failure {
    line: String,
    usage: bool,
}

impl Failure {
    /// Anything but wrong usage.
    fn new(line: impl Into<String>) -> Self {
        Self { line: line.into(), usage: false }
    }

    /// The command line asks for something that does not exist or makes no sense.
    fn usage(line: impl Into<String>) -> Self {
        Self { line: line.into(), usage: true }
    }
}

impl From<configuration::Error> for Failure {
    fn from(error: configuration::Error) -> Self {
        Self { line: error.to_string(), usage: error.is_usage() }
    }
}

/// Runs what the command line says.
pub fn main() -> ExitCode {
    let command_line = match CommandLine::try_parse() {
        Ok(command_line) => command_line,
        // `--help` and `--version`.
        Err(asked) if asked.exit_code() == 0 => asked.exit(),
        Err(wrong) => {
            terminal::complain(&usage(&wrong));
            return ExitCode::from(2);
        }
    };
    match run(command_line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal::complain(&failure.line);
            ExitCode::from(if failure.usage { 2 } else { 1 })
        }
    }
}

/// What is wrong with how a command was written, and where it says how: clap's own text without its frame.
fn usage(wrong: &clap::Error) -> String {
    let text = match wrong.kind() {
        // It prints the whole help instead.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "a command or an argument is missing".to_owned(),
        _ => wrong.to_string(),
    };
    let frame = |line: &str| line.starts_with("Usage:") || line.starts_with("For more information");
    let said: Vec<_> = text.lines().take_while(|line| !frame(line)).map(str::trim).collect();
    let said = said.iter().filter(|line| !line.is_empty()).copied().collect::<Vec<_>>().join(" ");
    let said = said.strip_prefix("error: ").unwrap_or(&said).trim_end_matches('.').to_owned();
    let verbs: Vec<String> = std::env::args().skip(1).take_while(|word| !word.starts_with('-')).collect();
    let known = known_command(&verbs);
    format!("{said}; `signet{known} --help` says how it is used")
}

/// As many of these words as are commands, each with a space in front.
fn known_command(words: &[String]) -> String {
    let mut known = String::new();
    let mut command = CommandLine::command();
    for word in words {
        let Some(found) = command.find_subcommand(word).cloned() else { break };
        known.push(' ');
        known.push_str(word);
        command = found;
    }
    known
}

fn run(command_line: CommandLine) -> Result<(), Failure> {
    let flags = command_line.flags;
    process::protect()?;
    match command_line.command.unwrap_or(Command::Serve(serve::Arguments {})) {
        // Needs no database, and so no configuration.
        Command::Check(arguments) => check::run(&arguments),
        Command::Serve(serve::Arguments {}) => {
            let configuration = configure(&flags, "info")?;
            wait_for(serve::run(configuration))
        }
        Command::SetupLink(setup_link::Arguments {}) => {
            let configuration = configure(&flags, "off")?;
            wait_for(setup_link::run(configuration))
        }
        Command::Keys(arguments) => {
            let configuration = configure(&flags, "off")?;
            wait_for(keys::run(arguments, configuration))
        }
        Command::Backup(arguments) => {
            let configuration = configure(&flags, "off")?;
            wait_for(backup::backup(arguments, configuration))
        }
        Command::Restore(arguments) => {
            let configuration = configure(&flags, "off")?;
            wait_for(backup::restore(arguments, configuration))
        }
        Command::Account(arguments) => {
            let configuration = configure(&flags, "off")?;
            wait_for(account::run(configuration, arguments))
        }
        Command::User(arguments) => {
            let configuration = configure(&flags, "off")?;
            wait_for(user::run(configuration, arguments))
        }
        Command::Demo(demo::Arguments {}) => {
            let configuration = configure(&flags, "off")?;
            wait_for(demo::run(configuration))
        }
        Command::Token(arguments) => {
            let configuration = configure(&flags, "off")?;
            wait_for(token::run(configuration, arguments))
        }
        Command::Openapi(openapi::Arguments {}) => openapi::run(&configure(&flags, "off")?),
        Command::Audit(arguments) => {
            let configuration = configure(&flags, "off")?;
            wait_for(audit::run(configuration, arguments))
        }
    }
}

/// Reads the configuration and starts the log. A command that is over in a moment says what went wrong by itself, so its log is off
/// unless it was asked for.
fn configure(flags: &Flags, usual_log: &str) -> Result<Configuration, Failure> {
    let configuration = Configuration::load(flags, &|name| std::env::var_os(name))?;
    process::start_log(configuration.log.as_deref().unwrap_or(usual_log), configuration.log_format)?;
    for variable in configuration::unknown_variables(std::env::vars_os().map(|(name, _value)| name)) {
        tracing::warn!(variable, "this environment variable is no setting of this version of Signet");
    }
    Ok(configuration)
}

fn wait_for(command: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| Failure::new(format!("cannot start threads: {error}")))?.block_on(command)
}
