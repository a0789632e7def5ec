//! A node's body: how its variables are written depends on what it is.

use serde_json::Value;

use super::LONGEST_BODY;
use super::template::{self, Part};
use super::url::encoded;

/// What a body is, by its Content-Type; without one, by whether it is JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Variables are escaped inside a string, and serialised outside one (RFC 8259).
    Json,
    /// Variables are escaped (XML 1.0 section 2.4).
    Xml,
    /// Variables are percent-encoded.
    Form,
    /// Variables stand there as they are.
    Text,
}

impl Kind {
    pub(super) fn of(body: &str, content_type: Option<&str>) -> Self {
        let Some(content_type) = content_type else {
            return if is_json(body) { Self::Json } else { Self::Text };
        };
        let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match media_type.split_once('/') {
            Some(("application" | "text", "json")) => Self::Json,
            Some(("application" | "text", "xml")) => Self::Xml,
            Some(("application", "x-www-form-urlencoded")) => Self::Form,
            Some((_, subtype)) if subtype.ends_with("+json") => Self::Json,
            Some((_, subtype)) if subtype.ends_with("+xml") => Self::Xml,
            _ => Self::Text,
        }
    }
}

/// # Errors
/// One sentence.
pub(super) fn check(body: &str, content_type: Option<&str>) -> Result<(), String> {
    if body.len() > LONGEST_BODY {
        return Err(format!("The body is longer than {} KiB.", LONGEST_BODY / 1024));
    }
    template::parse(body)?;
    // A Content-Type with variables is not known before the call.
    let is_known = content_type.is_none_or(|content_type| !template::has_variable(content_type));
    if is_known && !body.trim().is_empty() && content_type.is_some() && Kind::of(body, content_type) == Kind::Json {
        let rendered = render(body, Kind::Json, |_name| Some(Value::Null));
        if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&rendered) {
            return Err(format!(
                "The body is not JSON, which its Content-Type says it is (line {}): mend it, or change the header.",
                error.line()
            ));
        }
    }
    Ok(())
}

/// The body with these values; what has none is left out.
pub(super) fn render<'v>(body: &str, kind: Kind, value: impl Fn(&str) -> Option<Value> + 'v) -> String {
    let mut rendered = String::with_capacity(body.len());
    let mut string = InString::default();
    for part in template::parse(body).unwrap_or_default() {
        match part {
            Part::Text(text) => {
                string.pass(text);
                rendered.push_str(text);
            }
            Part::Variable(name) => {
                let Some(value) = value(name) else { continue };
                match kind {
                    Kind::Json if string.is_open => rendered.push_str(&inside_string(&plain(&value))),
                    Kind::Json => rendered.push_str(&value.to_string()),
                    Kind::Xml => rendered.push_str(&in_xml(&plain(&value))),
                    Kind::Form => rendered.push_str(&encoded(&plain(&value))),
                    Kind::Text => rendered.push_str(&plain(&value)),
                }
            }
        }
    }
    rendered
}

/// Whether a body is JSON, whatever its variables hold.
fn is_json(body: &str) -> bool {
    let rendered = render(body, Kind::Json, |_name| Some(Value::Null));
    serde_json::from_str::<serde::de::IgnoredAny>(&rendered).is_ok()
}

/// The text of a value: a string without its quotes, everything else as JSON.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn inside_string(text: &str) -> String {
    let quoted = Value::String(text.to_owned()).to_string();
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
}

/// Whether the end of a JSON text that was read so far is inside a string.
#[derive(Default)]
struct InString {
    is_open: bool,
    is_escaped: bool,
}

impl InString {
    fn pass(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                _ if self.is_escaped => self.is_escaped = false,
                '\\' if self.is_open => self.is_escaped = true,
                '"' => self.is_open = !self.is_open,
                _ => {}
            }
        }
    }
}

fn in_xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // What XML cannot hold at all is left out (XML 1.0 section 2.2).
            '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => escaped.push(other),
        }
    }
    escaped
}
