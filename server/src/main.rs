//! The binary `signet`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::command::main()
}
