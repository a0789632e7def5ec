//! The services through their door, on a real SQLite database.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod audit;
mod audit_log;
mod certificates;
#[expect(dead_code, reason = "shared with the store's tests")]
#[path = "../support/database.rs"]
mod database;
mod detail;
mod files;
mod house;
mod own_account;
mod people;
mod refusals;
mod renewals;
mod replacing;
mod team;
mod tokens;
mod uploads;
