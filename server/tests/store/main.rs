//! The store, asked through its interface, with both databases.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

mod concurrency;
#[path = "../support/database.rs"]
mod database;
mod durability;
mod errors;
mod records;
mod story;
mod team;
