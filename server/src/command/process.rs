//! What is set for the whole process before anything else happens.

use std::io::{self, IsTerminal};

use rustix::fs::Mode;
use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit, umask};
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

/// File descriptors that a server has use for: two for each call of an API node that waits for a slow answer.
const MANY: u64 = 65_536;
/// With fewer, a few nodes whose servers are silent are enough to keep others out.
const FEW: u64 = 4_096;

/// Raises the limit of open files, which is usually 1,024 though the system would allow many more.
pub(super) fn allow_many_connections() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(MANY, |maximum| maximum.min(MANY));
    let mut allowed = current;
    if current.is_some_and(|current| current < wanted)
        && setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }).is_ok()
    {
        allowed = Some(wanted);
    }
    if let Some(files) = allowed.filter(|files| *files < FEW) {
        tracing::warn!(
            files,
            "few files may be open at once: raise the limit (LimitNOFILE, ulimit -n) to 4096 or more"
        );
    }
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
    use rustix::process::dumpable_behavior;

    use super::*;

    #[test]
    fn memory_is_written_nowhere_and_shown_to_nobody() {
        protect().unwrap();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
    }

    #[test]
    fn as_many_files_may_be_open_as_the_system_allows() {
        let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
        setrlimit(Resource::Nofile, Rlimit { current: Some(maximum.map_or(1024, |most| most.min(1024))), maximum })
            .unwrap();
        allow_many_connections();
        let Rlimit { current, maximum: still } = getrlimit(Resource::Nofile);
        assert_eq!(still, maximum);
        let wanted = maximum.map_or(MANY, |maximum| maximum.min(MANY));
        assert!(current.is_none_or(|current| current >= wanted), "{current:?}");
    }
}
