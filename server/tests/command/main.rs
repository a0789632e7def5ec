//! The binary `signet`, run as people and scripts run it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod account;
mod check;
mod configuration;
mod demo;
mod help;
mod serve;
mod setup_link;
mod signet;
mod user;
