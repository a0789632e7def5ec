//! What Signet's browser and server share.
//!
//! [`certificate`] and [`api_node`] are the knowledge of the field: plain Rust, without a clock, randomness, I/O or Leptos. [`service`] says what a
//! page may ask of the server. Everything else is the pages themselves and exists only with the feature `ssr` (drawn on the
//! server) or `hydrate` (running in the browser).

// Views are deeply nested types.
#![recursion_limit = "256"]

pub mod api_node;
pub mod certificate;
pub mod service;
pub mod timestamp;
pub mod words;

#[cfg(feature = "pages")]
pub mod compact;
#[cfg(feature = "pages")]
pub mod components;
#[cfg(feature = "pages")]
pub mod pages;
#[cfg(feature = "pages")]
pub mod server_fns;
#[cfg(feature = "pages")]
mod shell;

#[cfg(feature = "pages")]
pub use shell::{App, SentInTheClear, shell};
