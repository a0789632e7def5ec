//! How arguments are written.

use leptos::server_fn::codec::{JsonEncoding, Post};

/// JSON in the body of a `POST` request, which anybody can write.
pub type Json = Post<JsonEncoding>;
