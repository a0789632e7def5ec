//! The settings as flags of the command line: one for each of [`settings::ALL`], and `--config`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::builder::PathBufValueParser;
use clap::{Arg, ArgMatches, Command};

use super::settings;

/// What was given on the command line.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--config FILE`.
    pub config: Option<PathBuf>,
    /// The settings that were given, by key.
    pub values: BTreeMap<&'static str, String>,
}

impl clap::Args for Flags {
    fn augment_args(command: Command) -> Command {
        let heading = "Configuration (flags win over the environment, that over signet.toml)";
        let mut command = command.arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .value_parser(PathBufValueParser::new())
                .help("Configuration file; its keys are the flags with _ for - [default: signet.toml, if there is one]")
                .help_heading(heading)
                .global(true),
        );
        for setting in settings::ALL {
            command = command.arg(
                Arg::new(setting.key)
                    .long(setting.flag())
                    .value_name(setting.placeholder)
                    .help(format!("{} [env: {}] [default: {}]", setting.meaning, setting.variable(), setting.default))
                    .help_heading(heading)
                    .global(true),
            );
        }
        command
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        if let Some(config) = matches.get_one::<PathBuf>("config") {
            self.config = Some(config.clone());
        }
        for setting in settings::ALL {
            if let Some(value) = matches.get_one::<String>(setting.key) {
                self.values.insert(setting.key, value.clone());
            }
        }
        Ok(())
    }
}
