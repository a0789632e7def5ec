//! The one place that writes to standard output and standard error.

use std::io::{self, Write};

use super::Failure;

/// A value, or a report: the lines on standard output.
pub(super) fn say(lines: &str) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    match writeln!(output, "{}", lines.trim_end_matches('\n')).and_then(|()| output.flush()) {
        // Whoever reads has seen enough: `signet check --rules | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| Failure::new(format!("cannot write to standard output: {error}"))),
    }
}

/// What went wrong, or what else people should know: one line on standard error.
pub(super) fn complain(line: &str) {
    // There is nobody left to tell if this fails too.
    let _told = writeln!(io::stderr().lock(), "signet: {}", line.lines().collect::<Vec<_>>().join(" "));
}
