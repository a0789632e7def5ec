//! What is set for the whole process before anything else happens.

use std::io::{self, IsTerminal};

use rustix::fs::Mode;
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit, umask};
use tracing_subscriber::EnvFilter;

use super::Failure;
use crate::configuration::LogFormat;

/// No file that is created is anybody else's to read. Memory holds private keys: there are no core dumps, and other programs of
/// the same user can neither trace this one nor read its memory.
pub(super) fn protect() -> Result<(), Failure> {
    umask(Mode::RWXG | Mode::RWXO);
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })
        .and_then(|()| set_dumpable_behavior(DumpableBehavior::NotDumpable))
        .map_err(|error| Failure::new(format!("cannot turn core dumps off: {error}")))
}

/// Starts the log, on standard error.
pub(super) fn start_log(filter: &str, format: LogFormat) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(filter).map_err(|error| Failure::new(format!("cannot log: {error}")))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let started = match format {
        LogFormat::Text => builder.with_ansi(io::stderr().is_terminal()).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).with_span_list(false).try_init(),
    };
    started.map_err(|error| Failure::new(format!("cannot log: {error}")))?;
    crate::router::log_panics();
    Ok(())
}

#[cfg(test)]
mod tests {
    use rustix::process::{dumpable_behavior, getrlimit};

    use super::*;

    #[test]
    fn memory_is_written_nowhere_and_shown_to_nobody() {
        protect().unwrap();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
    }
}
