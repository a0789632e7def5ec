//! An answer, read up to a bound.

use app::api_node::{AnswerHeader, HttpAnswer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Version;
use http::response::Parts;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};

/// Bytes of a body.
pub(super) const LARGEST: usize = 4 * 1024 * 1024;

/// Why a body was not read to its end.
pub(super) enum NotRead {
    TooLarge,
    BrokenOff,
}

pub(super) async fn read(mut body: Incoming) -> Result<Vec<u8>, NotRead> {
    // An answer to HEAD announces what is not sent.
    let announced = if body.is_end_stream() { 0 } else { body.size_hint().lower() };
    if announced > LARGEST as u64 {
        return Err(NotRead::TooLarge);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(announced).unwrap_or(0));
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_broken_off| NotRead::BrokenOff)?.into_data() else { continue };
        if bytes.len() + data.len() > LARGEST {
            return Err(NotRead::TooLarge);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

pub(super) fn describe(head: &Parts, body: Vec<u8>) -> HttpAnswer {
    let headers = head.headers.iter().map(|(name, value)| AnswerHeader {
        name: name.as_str().to_owned(),
        value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
    });
    let bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
    let (body, is_base64) = match String::from_utf8(body) {
        Ok(text) => (text, false),
        Err(other) => (STANDARD.encode(other.as_bytes()), true),
    };
    HttpAnswer {
        status: head.status.as_u16(),
        version: version_in_words(head.version).to_owned(),
        headers: headers.collect(),
        body,
        is_base64,
        bytes,
    }
}

fn version_in_words(version: Version) -> &'static str {
    match version {
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    }
}
