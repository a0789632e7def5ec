//! Requests and answers, through the router as a client would, without a socket.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod access;
mod answers;
mod broken;
mod caching;
mod certificate;
mod client;
mod company;
mod connections;
mod cross_site;
mod cut_off;
#[path = "../support/database.rs"]
#[expect(dead_code, reason = "the other tests of the store need the rest")]
mod database;
mod doors;
mod events;
mod headers;
mod limits;
mod nodes;
mod people;
mod rest;
mod story;
