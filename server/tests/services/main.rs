//! The services through their door, on a real SQLite database.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod audit;
mod audit_log;
mod certificates;
mod files;
mod house;
mod own_account;
mod people;
mod refusals;
mod replacing;
mod team;
mod tokens;
mod uploads;
