//! A node's headers: which names may be set, and what a value may hold.

use super::template;
use super::{CheckedHeader, DraftHeader};
use crate::service::Secret;

/// Headers of a node, or of a call.
pub(super) const MOST: usize = 50;
/// Bytes of a value.
const LONGEST_VALUE: usize = 8192;
/// Bytes of a name.
const LONGEST_NAME: usize = 256;

/// Those that belong to the connection (RFC 9110 section 7.6.1), or that say where the message goes and how long it is: Signet writes
/// them itself.
const FORBIDDEN: [&str; 14] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "trailers",
    "transfer-encoding",
    "upgrade",
];

/// Whether Signet writes a header of this name itself, in any case.
pub fn is_forbidden_header(name: &str) -> bool {
    FORBIDDEN.iter().any(|forbidden| name.eq_ignore_ascii_case(forbidden))
}

/// The headers that do; the others are refused at `headers/0/name` and `headers/0/value`.
pub(super) fn check(headers: Vec<DraftHeader>, refuse: &mut impl FnMut(&str, String)) -> Vec<CheckedHeader> {
    if headers.len() > MOST {
        refuse("headers", format!("A node has at most {MOST} headers."));
        return Vec::new();
    }
    let mut checked = Vec::new();
    for (place, DraftHeader { name, value, secret }) in headers.into_iter().enumerate() {
        let name = name.trim().to_owned();
        if let Err(message) = check_name(&name) {
            refuse(&format!("headers/{place}/name"), message);
        }
        let value = value.map(trimmed);
        match value.as_ref().map(Secret::expose) {
            None if secret => {}
            Some(value) if !secret || !value.is_empty() => {
                if let Err(message) = template::parse(value).and_then(|_parts| check_value(value)) {
                    refuse(&format!("headers/{place}/value"), message);
                }
            }
            // A secret one that is empty would be one that nobody sees is missing.
            None | Some(_) => refuse(&format!("headers/{place}/value"), "Give the header a value.".to_owned()),
        }
        checked.push(CheckedHeader { name, value, is_secret: secret });
    }
    checked
}

fn trimmed(value: Secret) -> Secret {
    let inside = value.expose().trim();
    if inside.len() == value.expose().len() { value } else { Secret::from(inside.to_owned()) }
}

/// # Errors
/// One sentence.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    // RFC 9110 section 5.6.2.
    let is_token = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
    };
    if name.is_empty() {
        return Err("Give the header a name, or take it out.".to_owned());
    }
    if name.len() > LONGEST_NAME || !name.bytes().all(is_token) {
        return Err("The name of a header has letters, digits and dashes, such as Idempotency-Key.".to_owned());
    }
    if is_forbidden_header(name) {
        return Err(format!("Signet writes {name} itself: take this header out."));
    }
    Ok(())
}

/// What a value may hold, its variables filled in or not: what can be seen in ASCII, and blanks (RFC 9110 section 5.5).
///
/// # Errors
/// One sentence, which does not repeat the value.
pub(super) fn check_value(value: &str) -> Result<(), String> {
    if value.len() > LONGEST_VALUE {
        return Err(format!("The value is longer than {LONGEST_VALUE} bytes: send what is long in the body."));
    }
    if value.contains(['\r', '\n']) {
        return Err("There is a line break in the value: a header has one line.".to_owned());
    }
    if !value.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~')) {
        return Err("The value has letters outside ASCII: encode them as the service expects it.".to_owned());
    }
    Ok(())
}
