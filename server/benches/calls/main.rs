//! What a call through Signet costs against nginx's `proxy_ssl_certificate`, to the same server: over connections that are kept, and with a
//! new handshake for each call.
//!
//! Signet, nginx and the server that both call are processes of their own, and are asked in turns, round by round; so the numbers are worth
//! something against each other only. Run by `make bench`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "no part of the program"
)]

#[path = "../api/load.rs"]
mod load;
mod material;
mod nginx;
mod process;
mod signet;
mod upstream;

use std::net::SocketAddr;
use std::time::Duration;

use load::Load;
use process::Process;
use tempfile::TempDir;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Shares of nginx's calls per second that are aimed at.
const KEPT: f64 = 0.5;
const NEW: f64 = 1.3;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let is_good = match arguments.get(1).map(String::as_str) {
        Some("upstream") => runtime.block_on(upstream::serve(&arguments[2])),
        Some("signet") => runtime.block_on(signet::serve(&arguments[2], &arguments[3])),
        _ => runtime.block_on(run()),
    };
    std::process::exit(i32::from(!is_good));
}

async fn run() -> bool {
    let folder = TempDir::new().unwrap();
    material::write(folder.path());
    let (_upstream, said) = Process::again(&["upstream", &folder.path().display().to_string()]);
    let upstream: SocketAddr = said.parse().unwrap();
    let (signet, said) =
        Process::again(&["signet", &folder.path().display().to_string(), &upstream.port().to_string()]);
    let signet_is = signet::Place::read(&said);
    let (nginx, address) = nginx::start(folder.path(), upstream.port()).await;

    let mut is_good = true;
    println!("\nCalls to one server that asks for a certificate   calls/s   p50 ms   p99 ms   CPU µs/call");
    for (name, path, aim) in [("kept connections", "kept", KEPT), ("a new handshake each", "close", NEW)] {
        let processes = [&nginx, &signet];
        let before = processes.map(Process::processor_time);
        let loads = load::best_of_each([&nginx::target(address, path), &signet_is.target(path)]).await;
        for (who, load, process, before) in
            [("nginx", loads[0], &nginx, before[0]), ("Signet", loads[1], &signet, before[1])]
        {
            println!(
                "  {:<46} {:>8.0} {:>8.2} {:>8.2} {:>10.0}",
                format!("{who}, {name}"),
                load.per_second,
                load.p50,
                load.p99,
                cost(&load, process.processor_time().saturating_sub(before))
            );
        }
        let share = loads[1].per_second / loads[0].per_second;
        let holds = share >= aim;
        let verdict = if holds { "holds" } else { "DOES NOT HOLD" };
        println!("  Signet's share of nginx's calls: {share:.2}, at least {aim} ({verdict})");
        is_good &= holds;
    }
    is_good
}

/// Microseconds of processor time for each call.
fn cost(load: &Load, spent: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "hundreds of thousands")]
    let calls = load.asked as f64;
    spent.as_secs_f64() * 1_000_000.0 / calls
}
