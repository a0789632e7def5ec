//! Where a setting's value comes from: file, environment, flags; the later one wins.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::flags::Flags;
use super::settings::{self, Setting};

/// The file that is read if it is there.
const DEFAULT_FILE: &str = "signet.toml";

/// A value with the name it was given under, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) by_flag: bool,
}

/// All sources, read.
#[derive(Debug, Default)]
pub(super) struct Sources {
    values: BTreeMap<&'static str, Given>,
}

/// Why the sources cannot be read. One line each.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file that `--config` names, or `signet.toml`, cannot be read: mend its name or its permissions.
    #[error("cannot read the configuration file {path}: {cause}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The file is not TOML: mend this line.
    #[error("{path}, line {line}: {message}")]
    Syntax {
        /// Which file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// The file has a key that is no setting: mend its name.
    #[error("{path}: unknown key {key}, accepted are {accepted}")]
    UnknownKey {
        /// Which file.
        path: PathBuf,
        /// The key.
        key: String,
        /// All keys.
        accepted: String,
    },
    /// A value in the file is neither text nor a number, nor a list of texts.
    #[error("{path}: {key} = {value}, accepted is {accepted}")]
    WrongType {
        /// Which file.
        path: PathBuf,
        /// The key.
        key: &'static str,
        /// What was found.
        value: String,
        /// What is accepted.
        accepted: &'static str,
    },
    /// The environment variable is not UTF-8.
    #[error("{variable} is not UTF-8 text, accepted is {accepted}")]
    NotText {
        /// Which variable.
        variable: String,
        /// What is accepted.
        accepted: &'static str,
    },
}

impl Sources {
    /// Reads the file, then the environment, then the flags.
    pub(super) fn read(flags: &Flags, environment: &dyn Fn(&str) -> Option<std::ffi::OsString>) -> Result<Self, Error> {
        let mut sources = Self::default();
        sources.read_file(flags.config.as_deref())?;
        sources.read_environment(environment)?;
        for setting in settings::ALL {
            if let Some(value) = flags.values.get(setting.key) {
                sources.values.insert(
                    setting.key,
                    Given { name: format!("--{}", setting.flag()), value: value.clone(), by_flag: true },
                );
            }
        }
        Ok(sources)
    }

    /// The value that wins.
    pub(super) fn given(&self, setting: &Setting) -> Option<&Given> {
        self.values.get(setting.key)
    }

    fn read_file(&mut self, named: Option<&Path>) -> Result<(), Error> {
        let path = named.unwrap_or_else(|| Path::new(DEFAULT_FILE));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound && named.is_none() => return Ok(()),
            Err(cause) => return Err(Error::Unreadable { path: path.to_owned(), cause }),
        };
        let table = text.parse::<toml::Table>().map_err(|error| Error::Syntax {
            path: path.to_owned(),
            line: line_of(&text, error.span().map_or(0, |span| span.start)),
            // The message alone: the whole error shows the line, which can hold the database's password.
            message: error.message().lines().collect::<Vec<_>>().join(", "),
        })?;
        for (key, value) in table {
            let Some(setting) = settings::ALL.into_iter().find(|setting| setting.key == key) else {
                let accepted = settings::ALL.map(|setting| setting.key).join(", ");
                return Err(Error::UnknownKey { path: path.to_owned(), key, accepted });
            };
            let Some(value) = as_text(&value) else {
                return Err(Error::WrongType {
                    path: path.to_owned(),
                    key: setting.key,
                    value: value.type_str().to_owned(),
                    accepted: setting.accepted,
                });
            };
            let name = format!("{}: {}", path.display(), setting.key);
            self.values.insert(setting.key, Given { name, value, by_flag: false });
        }
        Ok(())
    }

    fn read_environment(&mut self, environment: &dyn Fn(&str) -> Option<std::ffi::OsString>) -> Result<(), Error> {
        for setting in settings::ALL {
            let variable = setting.variable();
            // An empty variable is how many tools write "not set".
            let Some(value) = environment(&variable).filter(|value| !value.is_empty()) else { continue };
            let Ok(value) = value.into_string() else {
                return Err(Error::NotText { variable, accepted: setting.accepted });
            };
            self.values.insert(setting.key, Given { name: variable, value, by_flag: false });
        }
        Ok(())
    }
}

/// A value of the file as text, as it would stand in the environment.
fn as_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(answer) => Some(answer.to_string()),
        toml::Value::Array(values) => {
            let texts: Option<Vec<&str>> = values.iter().map(toml::Value::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).bytes().filter(|byte| *byte == b'\n').count() + 1
}
