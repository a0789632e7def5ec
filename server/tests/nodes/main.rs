//! API nodes and their calls, against TLS servers of the tests' own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod bounds;
#[path = "../support/database.rs"]
#[expect(dead_code, reason = "only PostgreSQL is needed here")]
mod database;
mod handshakes;
mod house;
mod keeping;
mod managing;
mod material;
mod nginx;
mod places;
mod secrets;
mod switching;
mod tls_server;
