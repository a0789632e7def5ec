//! The binary `signet`.

use std::process::ExitCode;

/// Every request makes many small objects, on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::command::main()
}
