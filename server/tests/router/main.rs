//! Requests and answers, through the router as a client would, without a socket.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod access;
mod broken;
mod caching;
mod client;
mod company;
mod connections;
mod cross_site;
mod cut_off;
mod headers;
mod limits;
mod nodes;
mod people;
mod rest;
mod story;
