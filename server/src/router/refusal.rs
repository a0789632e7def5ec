//! Answers that are errors, in the language of whoever asked.

use app::server_fns::Unreached;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::rest;

/// An error answer for a request to this path: JSON that the page's own code reads for a server function, the REST API's envelope for
/// its paths, else a line of text.
///
/// `sentence` says what to do and nothing of the server's inside.
pub(super) fn refuse(path: &str, status: StatusCode, sentence: &'static str) -> Response {
    if path.starts_with("/sfn/") {
        // A server error says nothing about whether the thing was done, as a lost connection does.
        let reason = if status.is_server_error() { Unreached::Connection } else { Unreached::BadRequest };
        return (status, Json(reason)).into_response();
    }
    if path.starts_with(rest::BASE_PATH) {
        return rest::refuse(status, rest::code_of(status), sentence);
    }
    (status, format!("{sentence}\n")).into_response()
}
