//! The store, asked through its interface, with both databases.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod audit_log;
mod concurrency;
#[path = "../support/database.rs"]
mod database;
mod durability;
mod errors;
mod keys;
mod listed;
mod records;
mod story;
mod team;
mod tokens;
mod uploaded;
