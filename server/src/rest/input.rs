//! What comes in: bodies, query parameters, preconditions.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use super::Refusal;
use super::envelope::code;
use crate::services::Seen;

/// The largest number that JSON readers and the description agree about. A page past the end is empty, and so is this one.
const LAST_PAGE: u64 = i64::MAX.unsigned_abs();
/// How long a body may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(20);

/// A body that is not read yet: what it holds is nothing to somebody who may not send it.
pub(super) struct Input(Body);

impl<S: Send + Sync> FromRequest<S> for Input {
    type Rejection = Infallible;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(request.into_body()))
    }
}

impl Input {
    /// A JSON object, whatever its Content-Type says: some clients send `text/plain`, some nothing. Unknown keys are ignored.
    ///
    /// A refusal names the field and never repeats what stood there: that can be a private key.
    pub(super) async fn object<T: DeserializeOwned>(self) -> Result<T, Refusal> {
        parse(&read(self.0).await?)
    }

    /// The same; without a body, what is usual.
    pub(super) async fn object_or_nothing<T: DeserializeOwned + Default>(self) -> Result<T, Refusal> {
        let body = read(self.0).await?;
        if body.trim_ascii_start().is_empty() { Ok(T::default()) } else { parse(&body) }
    }

    /// A body that need not be there, and is not looked at.
    pub(super) async fn ignore(self) -> Result<(), Refusal> {
        read(self.0).await.map(drop)
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    // A struct would be read from a list as well.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(not_json("The body is not a JSON object."));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        refusal(&path, &error.into_inner())
    })?;
    json.end().map_err(|error| refusal(".", &error))?;
    Ok(read)
}

async fn read(body: Body) -> Result<axum::body::Bytes, Refusal> {
    // The layers around this have bounded it.
    match tokio::time::timeout(ARRIVAL, to_bytes(body, usize::MAX)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_too_large(&error) => Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            code::TOO_LARGE,
            "The body is larger than 1 MiB; a certificate with its chain and key has a few kilobytes.",
        )),
        Ok(Err(_broken_off)) => Err(not_json("The body broke off.")),
        Err(_elapsed) => Err(not_json("The body did not arrive within 20 seconds.")),
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

fn not_json(message: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, code::BODY, message)
}

fn refusal(path: &str, error: &serde_json::Error) -> Refusal {
    let place = format!("line {}, column {}", error.line(), error.column());
    if !error.is_data() {
        return not_json(format!("The body is not valid JSON ({place})."));
    }
    // These two name a field of ours; all other texts of serde can quote what was sent.
    let text = error.to_string();
    let named = |begin: &str| text.strip_prefix(begin).and_then(|rest| rest.split('`').next()).map(str::to_owned);
    if let Some(field) = named("missing field `") {
        return Refusal::at(format!("/{field}"), code::FIELD, format!("The field `{field}` is missing."));
    }
    if let Some(field) = named("duplicate field `") {
        return Refusal::at(format!("/{field}"), code::FIELD, format!("The field `{field}` stands there twice."));
    }
    let pointer = pointer(path);
    let expected = match pointer.split('/').nth(1) {
        Some("ca" | "primary" | "follow_redirects") => "True or false",
        Some("certificates" | "private_key" | "name" | "method" | "url" | "body" | "server_ca") => "A string",
        Some("allowed_hosts") => "A list of strings",
        Some("headers" | "query") => "A list of objects with name and value",
        Some("timeout_ms") => "A whole number",
        Some("mtls" | "variables") => "An object",
        _ => "Something else",
    };
    Refusal::at(pointer, code::FIELD, format!("{expected} is expected here ({place})."))
}

/// `allowed_hosts[2]` as `/allowed_hosts/2`.
fn pointer(path: &str) -> String {
    let path = path.trim_matches('.').replace('[', ".").replace(']', "");
    if path.is_empty() { String::new() } else { format!("/{}", path.replace('.', "/")) }
}

/// Query parameters by name, in the order in which they came.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn read(query: Option<&str>) -> Self {
        let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// Every value of a parameter.
    pub(super) fn all(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that is given once, or not at all.
    pub(super) fn one(&self, name: &'static str) -> Result<Option<&str>, Refusal> {
        let mut values = self.all(name);
        let first = values.next();
        if values.next().is_some() {
            return Err(wrong(name, "is given twice"));
        }
        Ok(first)
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, name: &'static str) -> Result<Option<bool>, Refusal> {
        match self.one(name)? {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(wrong(name, "is either true or false")),
        }
    }

    /// The page's number, from 1, and how many objects a full one has: 1 to 1000, else 50.
    pub(super) fn page(&self) -> Result<(u64, u64), Refusal> {
        let page = self.number("page", 1, u64::MAX, "is a whole number from 1")?.unwrap_or(1).min(LAST_PAGE);
        let per_page = self.number("per_page", 1, 1000, "is a whole number from 1 to 1000")?.unwrap_or(50);
        Ok((page, per_page))
    }

    /// A whole number; one that is too large to be read counts as the largest.
    pub(super) fn number(
        &self,
        name: &'static str,
        least: u64,
        most: u64,
        accepted: &str,
    ) -> Result<Option<u64>, Refusal> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if is_number { text.parse().unwrap_or(u64::MAX) } else { return Err(wrong(name, accepted)) };
        if (least..=most).contains(&number) { Ok(Some(number)) } else { Err(wrong(name, accepted)) }
    }
}

/// The refusal of a query parameter.
pub(super) fn wrong(name: &str, accepted: &str) -> Refusal {
    Refusal::at(format!("/{name}"), code::PARAMETER, format!("The parameter `{name}` {accepted}."))
}

/// The versions that `If-Match` names (RFC 9110 section 13.1.1). A weak one never matches.
pub(super) fn if_match(headers: &HeaderMap) -> Result<Seen, Refusal> {
    let mut versions = Vec::new();
    let mut is_given = false;
    let mut has_weak = false;
    for value in headers.get_all(header::IF_MATCH) {
        is_given = true;
        let text = value.to_str().map_err(|_not_text| not_understood())?;
        for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
            if tag == "*" {
                return Ok(Seen::Any);
            }
            if let Some(weak) = tag.strip_prefix("W/") {
                quoted(weak).ok_or_else(not_understood)?;
                has_weak = true;
                continue;
            }
            let tag = quoted(tag).ok_or_else(not_understood)?;
            versions.extend(tag.parse::<i64>().ok());
        }
    }
    if has_weak && versions.is_empty() {
        // RFC 9110 section 13.1.1. Nobody has changed the object, so nobody is to be named.
        let message = "A weak ETag, W/, never matches in If-Match: send the ETag as Signet answered it, such as \"3\". \
                       Something between you and Signet may have weakened it.";
        return Err(Refusal::new(StatusCode::PRECONDITION_FAILED, code::CHANGED_MEANWHILE, message));
    }
    Ok(if is_given { Seen::OneOf(versions) } else { Seen::Any })
}

fn quoted(tag: &str) -> Option<&str> {
    let inside = tag.strip_prefix('"')?.strip_suffix('"')?;
    (!inside.contains('"')).then_some(inside)
}

fn not_understood() -> Refusal {
    let message =
        "The header If-Match is not understood: send the ETag of the answer that you have seen, such as \"3\".";
    Refusal::new(StatusCode::BAD_REQUEST, code::INVALID_HEADERS, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preconditions() {
        let read = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::IF_MATCH, http::HeaderValue::from_static(value));
            }
            if_match(&headers).ok()
        };
        assert_eq!(read(&[]), Some(Seen::Any));
        assert_eq!(read(&["*"]), Some(Seen::Any));
        assert_eq!(read(&["\"3\""]), Some(Seen::OneOf(vec![3])));
        assert_eq!(read(&["\"3\", \"4\"", "\"5\""]), Some(Seen::OneOf(vec![3, 4, 5])));
        assert_eq!(read(&["W/\"3\""]), None, "a weak one matches nothing");
        assert_eq!(read(&["W/\"3\", \"4\""]), Some(Seen::OneOf(vec![4])));
        assert_eq!(read(&["\"abc\""]), Some(Seen::OneOf(vec![])), "somebody else's");
        assert_eq!(read(&[""]), Some(Seen::OneOf(vec![])));
        assert_eq!(read(&["3"]), None);
        assert_eq!(read(&["\"3"]), None);
    }

    #[test]
    fn pointers() {
        for (path, expected) in [(".", ""), ("ca", "/ca"), ("allowed_hosts[2]", "/allowed_hosts/2"), ("a.b", "/a/b")] {
            assert_eq!(pointer(path), expected);
        }
    }
}
