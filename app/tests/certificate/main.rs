//! The validator's table of cases, and what must hold for any input.
//!
//! Keys and certificates are made during the test, by rcgen, OpenSSL and by hand; none is kept. The cases with their reports are
//! written to `target/certificate-cases.json`, which `certificate_wasm.rs` reads: the same answers in WebAssembly.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says by a panic that it failed"
)]

mod case;
mod cases;
mod der;
mod forge;
mod leaks;
mod material;
mod openssl;
mod properties;
mod table;
mod unlocking;
mod words;
mod world;
