//! The binary `signet`, run as people and scripts run it.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod account;
mod backup;
mod canary;
mod check;
mod configuration;
mod demo;
mod help;
mod https;
mod keys;
mod material;
mod opening;
mod process;
mod sealed;
mod search;
mod serve;
mod setup_link;
mod signet;
mod tls_server;
mod token;
mod user;
