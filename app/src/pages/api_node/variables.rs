//! The variables of a test request: where they stand, and what becomes of what is typed for them.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::state::EditorState;
use crate::api_node::{Draft, Variables, variables_in};
use crate::service::{FieldProblem, Secret};

/// A variable of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    pub name: String,
    /// Whether it stands somewhere where it is text, whatever it looks like: in the URL, or in a header.
    in_text: bool,
}

/// The variables in the order in which they are met: in the URL, in headers, in the body.
pub fn variables(state: EditorState) -> Vec<Variable> {
    let form = state.form;
    let mut found: Vec<Variable> = Vec::new();
    let mut note = |text: &str, in_text: bool| {
        for name in variables_in(text) {
            match found.iter_mut().find(|variable| variable.name == name) {
                Some(variable) => variable.in_text |= in_text,
                None => found.push(Variable { name: name.to_owned(), in_text }),
            }
        }
    };
    note(&form.url.read(), true);
    for header in form.headers.get() {
        note(&header.value.read(), true);
    }
    note(&form.body.read(), false);
    for name in state.hidden_variables.get() {
        if found.iter().all(|variable| variable.name != name) {
            found.push(Variable { name, in_text: true });
        }
    }
    found
}

/// The values that were given, as this request needs them; what was left empty has none.
///
/// # Errors
/// Each variable whose value would be sent otherwise than it was typed.
pub fn filled_in(
    variables: &[Variable],
    values: &BTreeMap<String, String>,
    draft: &Draft,
) -> Result<Variables, Vec<FieldProblem>> {
    let places = Places::of(&draft.body, content_type(draft, values).as_deref());
    let mut filled = Variables::new();
    let mut problems = Vec::new();
    for Variable { name, in_text } in variables {
        let Some(typed) = values.get(name).filter(|typed| !typed.is_empty()) else { continue };
        let name = name.as_str();
        let in_text = *in_text || places.in_text.contains(name);
        let value = if places.in_json.contains(name) { json_of(typed, in_text) } else { Ok(text_of(typed)) };
        match value {
            Ok(value) => _ = filled.insert(name.to_owned(), value),
            Err(message) => problems.push(FieldProblem { field: format!("variables/{name}"), message }),
        }
    }
    if problems.is_empty() { Ok(filled) } else { Err(problems) }
}

fn text_of(typed: &str) -> Value {
    Value::String(typed.to_owned())
}

/// The value of a variable that stands outside of strings in a JSON body, and perhaps as text in another place. JSON is what it says,
/// everything else is text.
///
/// # Errors
/// One sentence: it would be sent otherwise than it was typed.
fn json_of(typed: &str, in_text: bool) -> Result<Value, String> {
    if serde_json::from_str::<IgnoredAny>(typed).is_err() {
        return Ok(text_of(typed));
    }
    if let Some((number, written)) = altered_number(typed) {
        let why = match written {
            Some(written) => format!("{number} would be sent as {written}: type it so"),
            None => format!("{number} is too large for a number: type another one"),
        };
        return Err(format!("{why}, or put quotes around the variable in the body to send text."));
    }
    let Ok(value) = serde_json::from_str::<Value>(typed) else { return Ok(text_of(typed)) };
    let as_text = match &value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if in_text && as_text != typed {
        return Err(
            "The variable stands for JSON in one place and for text in another, where this would differ: use two."
                .to_owned(),
        );
    }
    Ok(value)
}

/// The first number in a JSON text that would be written in another way (12.50, 1e3), and in which; none if it cannot be written.
fn altered_number(json: &str) -> Option<(String, Option<String>)> {
    let mut string = InString::default();
    let blanked = |letter: char| {
        string.pass(letter);
        if string.is_open { ' ' } else { letter }
    };
    let outside: String = json.chars().map(blanked).collect();
    let is_of_number = |letter: char| letter.is_ascii_digit() || matches!(letter, '-' | '+' | '.' | 'e' | 'E');
    let altered = |number: &str| {
        let written = serde_json::from_str::<Value>(number).ok().map(|value| value.to_string());
        (written.as_deref() != Some(number)).then(|| (number.to_owned(), written))
    };
    outside
        .split(|letter: char| !is_of_number(letter))
        .filter(|piece| piece.starts_with(|letter: char| letter == '-' || letter.is_ascii_digit()))
        .find_map(altered)
}

/// Where the variables of a body stand, as far as it matters for their values.
#[derive(Default)]
struct Places<'a> {
    /// Outside of strings in a JSON body.
    in_json: BTreeSet<&'a str>,
    /// Everywhere else.
    in_text: BTreeSet<&'a str>,
}

impl<'a> Places<'a> {
    /// As the request is put together: a body is JSON by its Content-Type; without one, if it reads as JSON.
    fn of(body: &'a str, content_type: Option<&str>) -> Self {
        let mut places = Self::default();
        let mut string = InString::default();
        let mut filled = String::with_capacity(body.len());
        for (name, text) in pieces(body) {
            if let Some(name) = name {
                let found = if string.is_open { &mut places.in_text } else { &mut places.in_json };
                found.insert(name);
                filled.push_str("null");
            }
            for letter in text.chars() {
                string.pass(letter);
            }
            filled.push_str(text);
        }
        let is_json = content_type.map_or_else(|| serde_json::from_str::<IgnoredAny>(&filled).is_ok(), is_json_type);
        if !is_json {
            places.in_text.append(&mut places.in_json);
        }
        places
    }
}

/// The pieces of a text, each with the variable in front of it.
fn pieces(text: &str) -> impl Iterator<Item = (Option<&str>, &str)> {
    text.split("{{").enumerate().map(|(place, piece)| match piece.split_once("}}") {
        Some((name, behind)) if place > 0 => (Some(name.trim_matches(' ')), behind),
        _ => (None, piece),
    })
}

/// What the headers say that the body is, their variables filled in; nothing if only the server knows.
fn content_type(draft: &Draft, values: &BTreeMap<String, String>) -> Option<String> {
    let header = draft.headers.iter().find(|header| header.name.trim().eq_ignore_ascii_case("content-type"))?;
    let value = header.value.as_ref().map(Secret::expose)?;
    let given = |name: Option<&str>| name.and_then(|name| values.get(name)).map(String::as_str).unwrap_or_default();
    Some(pieces(value).flat_map(|(name, text)| [given(name), text]).collect())
}

fn is_json_type(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media_type.split_once('/') {
        Some(("application" | "text", "json")) => true,
        Some((_, subtype)) => subtype.ends_with("+json"),
        None => false,
    }
}

/// Whether the end of a JSON text that was read so far is inside a string.
#[derive(Default)]
struct InString {
    is_open: bool,
    is_escaped: bool,
}

impl InString {
    fn pass(&mut self, letter: char) {
        match letter {
            _ if self.is_escaped => self.is_escaped = false,
            '\\' if self.is_open => self.is_escaped = true,
            '"' => self.is_open = !self.is_open,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api_node::{CallInput, DraftHeader, check};

    fn draft(content_type: Option<&str>, body: &str) -> Draft {
        let header = |value: &str| DraftHeader {
            name: "Content-Type".to_owned(),
            value: Some(Secret::from(value.to_owned())),
            secret: false,
        };
        Draft {
            name: "Create transfer".to_owned(),
            url: "https://a.example/".to_owned(),
            headers: content_type.map(header).into_iter().collect(),
            body: body.to_owned(),
            ..Draft::default()
        }
    }

    /// The body that is sent if this is typed for `a`; else the field that is refused.
    fn sent(content_type: Option<&str>, body: &str, typed: &str) -> Result<String, String> {
        let draft = draft(content_type, body);
        let variables = [Variable { name: "a".to_owned(), in_text: false }];
        let values = BTreeMap::from([("a".to_owned(), typed.to_owned())]);
        let field = |problems: Vec<FieldProblem>| problems[0].field.clone();
        let filled = filled_in(&variables, &values, &draft).map_err(field)?;
        let input = CallInput { variables: filled, ..CallInput::default() };
        check(draft).and_then(|node| node.render(&input)).map(|request| request.body).map_err(field)
    }

    #[test]
    fn what_was_typed_goes_as_text_unchanged() {
        let number = "12345678901234567890123";
        for typed in ["12.50", number, "1e3", "007", "tr_8812", "true", "null", "[1]"] {
            for (content_type, body, expected) in [
                (None, "{\"a\": \"{{a}}\"}", format!("{{\"a\": \"{typed}\"}}")),
                (Some("application/json"), "[\"\\\"x{{ a }}\"]", format!("[\"\\\"x{typed}\"]")),
                (Some("text/plain"), "{\"a\": {{a}}}", format!("{{\"a\": {typed}}}")),
                (Some("application/xml"), "<a>{{a}}</a>", format!("<a>{typed}</a>")),
                (None, "a: {{a}}", format!("a: {typed}")),
            ] {
                assert_eq!(sent(content_type, body, typed), Ok(expected), "{body} {typed}");
            }
        }
    }

    #[test]
    fn outside_of_strings_json_is_what_it_says() {
        for content_type in [None, Some("application/json; charset=utf-8"), Some("application/problem+json")] {
            let sent = |typed: &str| sent(content_type, "{\"a\": {{a}}}", typed);
            for (typed, expected) in [
                ("12", "12"),
                ("12.5", "12.5"),
                ("-7", "-7"),
                ("true", "true"),
                ("null", "null"),
                ("\"12\"", "\"12\""),
                ("{\"b\": [1, \"2.50 \\\" 1e3\"]}", "{\"b\":[1,\"2.50 \\\" 1e3\"]}"),
                ("tr_8812", "\"tr_8812\""),
                ("007", "\"007\""),
            ] {
                assert_eq!(sent(typed), Ok(format!("{{\"a\": {expected}}}")), "{typed}");
            }
            for typed in ["12.50", "12345678901234567890123", "1e3", "1e999", "{\"b\": 2.50}", "[1, -0]"] {
                assert_eq!(sent(typed), Err("variables/a".to_owned()), "{typed}");
            }
        }
    }

    #[test]
    fn what_stands_in_both_is_the_same_in_both() {
        let sent = |typed: &str| sent(None, "{\"a\": {{a}}, \"b\": \"{{a}}\"}", typed);
        assert_eq!(sent("12.5"), Ok("{\"a\": 12.5, \"b\": \"12.5\"}".to_owned()));
        assert_eq!(sent("x"), Ok("{\"a\": \"x\", \"b\": \"x\"}".to_owned()));
        assert_eq!(sent("\"12\""), Err("variables/a".to_owned()));
        assert_eq!(sent("{\"b\": 1}"), Err("variables/a".to_owned()));
    }

    #[test]
    fn a_refusal_says_what_would_be_sent() {
        let message = json_of("12.50", false).unwrap_err();
        assert!(message.starts_with("12.50 would be sent as 12.5: type it so"), "{message}");
        assert!(json_of("1e999", false).unwrap_err().starts_with("1e999 is too large"));
    }

    #[test]
    fn the_content_type_may_have_variables() {
        let values = BTreeMap::from([("kind".to_owned(), "json".to_owned())]);
        let named = content_type(&draft(Some("application/{{ kind }}"), ""), &values);
        assert_eq!(named.as_deref(), Some("application/json"));
        assert_eq!(content_type(&draft(None, ""), &values), None);
    }

    #[test]
    fn what_is_empty_is_not_given() {
        let variables = ["id", "sum"].map(|name| Variable { name: name.to_owned(), in_text: true });
        let values = BTreeMap::from([("id".to_owned(), "x".to_owned()), ("sum".to_owned(), String::new())]);
        let filled = filled_in(&variables, &values, &draft(None, "")).unwrap();
        assert_eq!(Value::Object(filled), json!({"id": "x"}));
    }
}
