//! A node's URL: variables in path and query, never in scheme, host or port.

use url::{Host, Url};

use super::template::{self, Part};

/// Bytes of a URL.
const LONGEST: usize = 4096;
/// What stands for a variable while nobody knows its value.
const SAMPLE: &str = "x";

/// A URL with variables, which is one whatever their values are.
#[derive(Clone, Debug)]
pub(super) struct UrlTemplate {
    text: String,
    sample: Url,
    host: String,
}

impl UrlTemplate {
    /// The URL that was typed.
    ///
    /// # Errors
    /// One sentence that says what to do.
    pub(super) fn parse(typed: &str) -> Result<Self, String> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err("Enter the URL, such as https://api.bank.example/v1/transfers.".to_owned());
        }
        if typed.len() > LONGEST {
            return Err(format!("The URL is longer than {LONGEST} bytes: send what is long in the body."));
        }
        let parts = template::parse(typed)?;
        check_beginning(typed, parts.first())?;
        for part in &parts {
            if let Part::Text(text) = part {
                check_text(text)?;
            }
        }
        let sample: String = parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text,
                Part::Variable(_) => SAMPLE,
            })
            .collect();
        let sample = Url::parse(&sample).map_err(|error| {
            format!("This is not a URL ({error}): write it as in https://api.bank.example/v1/transfers.")
        })?;
        if !sample.username().is_empty() || sample.password().is_some() {
            return Err("Take name and password out of the URL: send them in a secret header.".to_owned());
        }
        let host = match sample.host() {
            Some(Host::Domain(name)) if !name.is_empty() => name.strip_suffix('.').unwrap_or(name).to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            _ => return Err("The URL has no host: write it as in https://api.bank.example/v1/transfers.".to_owned()),
        };
        Ok(Self { text: typed.to_owned(), sample, host })
    }

    /// As typed.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The host, without brackets and a dot at its end.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn is_https(&self) -> bool {
        self.sample.scheme() == "https"
    }

    /// The URL with these values.
    ///
    /// # Errors
    /// The variable whose value does not do, and why.
    pub(super) fn render<'t>(&'t self, value: impl Fn(&'t str) -> Option<String>) -> Result<Url, (&'t str, String)> {
        if !template::has_variable(&self.text) {
            return Ok(self.sample.clone());
        }
        let parts = template::parse(&self.text).unwrap_or_default();
        let mut url = String::with_capacity(self.text.len() + 32);
        let mut is_query = false;
        for part in &parts {
            match *part {
                Part::Text(text) => {
                    url.push_str(text);
                    is_query |= text.contains('?');
                }
                Part::Variable(name) => {
                    let value = value(name).unwrap_or_default();
                    if value.is_empty() && !is_query {
                        return Err((name, "It is empty, and stands in the URL's path: give it a value.".to_owned()));
                    }
                    url.push_str(&encoded(&value));
                }
            }
        }
        check_path(&url, &parts)?;
        let first = || parts.iter().find_map(variable).unwrap_or_default();
        let rendered = Url::parse(&url).map_err(|_never| (first(), "The URL is none with this value.".to_owned()))?;
        // Nothing that a variable holds can reach so far; this is only to be sure.
        if rendered.origin() != self.sample.origin() {
            return Err((first(), "The URL would lead to another host with this value.".to_owned()));
        }
        Ok(rendered)
    }
}

/// No segment of the path may become `.` or `..` by a variable: that would lead to another path (RFC 3986 section 5.2.4).
fn check_path<'t>(url: &str, parts: &[Part<'t>]) -> Result<(), (&'t str, String)> {
    let path = url.split_once('?').map_or(url, |(path, _query)| path);
    let is_dots = |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    match parts.iter().find_map(variable) {
        Some(name) if path.split('/').any(is_dots) => {
            Err((name, "A part of the URL's path would be only dots, which leads elsewhere.".to_owned()))
        }
        _ => Ok(()),
    }
}

fn variable<'t>(part: &Part<'t>) -> Option<&'t str> {
    match *part {
        Part::Variable(name) => Some(name),
        Part::Text(_) => None,
    }
}

/// Scheme, host and port stand there in full, as the first piece of the text, with a `/` or `?` behind them if more follows.
fn check_beginning(typed: &str, first: Option<&Part<'_>>) -> Result<(), String> {
    let Some(Part::Text(text)) = first else {
        return Err("A variable may stand in the path and the query only: write scheme and host in full.".to_owned());
    };
    let lower = text.to_ascii_lowercase();
    let Some(rest) = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")) else {
        return Err("Begin the URL with https://.".to_owned());
    };
    // The parser of browsers would look for the host behind any number of slashes.
    if rest.starts_with(['/', '?', '#']) {
        return Err("The URL has no host: write it as in https://api.bank.example/v1/transfers.".to_owned());
    }
    let ends = rest.contains(['/', '?', '#']);
    if !ends && text.len() != typed.len() {
        return Err("A variable may stand in the path and the query only: write host and port in full.".to_owned());
    }
    Ok(())
}

fn check_text(text: &str) -> Result<(), String> {
    if text.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
        return Err("There is a blank or a line break in the URL: take it out, or write %20.".to_owned());
    }
    if text.contains('\\') {
        return Err("There is a backslash in the URL: write / or %5C.".to_owned());
    }
    if text.contains('#') {
        return Err("Take out what begins with #: that part of a URL is never sent.".to_owned());
    }
    Ok(())
}

/// Percent-encoded but for what is unreserved (RFC 3986 section 2.3).
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
            let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or('0');
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}
