//! The validator against certificates and keys that nobody here made.
//!
//! `tools/foreign-files` fetches them, `SIGNET_FOREIGN_FILES` names the folder. OpenSSL is the reference: what it reads, what it
//! reads in it, what has expired, which key belongs to which certificate. Where the validator says something else, the table in
//! `disagreements.rs` says why; whoever changes either is told.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says by a panic that it failed"
)]

mod answers;
mod authorities;
mod collection;
mod compared;
mod disagreements;
mod matches;
mod openssl;
mod signet;
