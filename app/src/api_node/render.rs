//! From a node to the request that is sent.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;
use zeroize::Zeroizing;

use super::body::{self, Kind, plain};
use super::template::{self, Part, variables_in};
use super::url::encoded;
use super::{Checked, CheckedHeader, header, problem};
use crate::service::FieldProblem;

/// The values of variables, by name. `{{order.id}}` is the value of `order.id`, else that of `id` in the object `order`.
pub type Variables = Map<String, Value>;

/// Query parameters of a call.
const MOST_PARAMETERS: usize = 100;
/// Bytes of a URL and a body with everything filled in.
const LONGEST_URL: usize = 16_384;
const LONGEST_BODY: usize = 1024 * 1024;

/// What a call brings along.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CallInput {
    /// Headers in the place of the node's of the same names, as they are.
    #[serde(default)]
    pub headers: Vec<Pair>,
    /// Query parameters behind those of the URL.
    #[serde(default)]
    pub query: Vec<Pair>,
    /// The variables' values.
    #[serde(default)]
    pub variables: Variables,
    /// A body in the place of the node's, as it is.
    #[serde(default)]
    pub body: Option<String>,
}

/// A name with its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A request with everything filled in. `Debug` shows no header values and no body: there can be secrets in them.
pub struct Rendered {
    /// The method.
    pub method: &'static str,
    /// The URL, without credentials and fragment.
    pub url: Url,
    /// The headers, in their order.
    pub headers: Vec<RenderedHeader>,
    /// The body; empty for none.
    pub body: String,
}

/// A header with its value.
pub struct RenderedHeader {
    /// Its name.
    pub name: String,
    /// Its value, which is wiped here.
    pub value: Zeroizing<String>,
    /// Whether its value is for nobody's eyes but the server's.
    pub is_secret: bool,
}

impl std::fmt::Debug for Rendered {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Rendered").field("method", &self.method).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for RenderedHeader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("RenderedHeader").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Checked {
    /// The request of a call.
    ///
    /// # Errors
    /// Each field at fault: `variables/NAME` for a value that is missing or does not do, `headers/0/name`, `headers/0/value`,
    /// `query`, `query/0/name`, `body`. No value is repeated.
    pub fn render(&self, input: &CallInput) -> Result<Rendered, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        check_call_headers(&input.headers, &mut problems);
        if input.query.len() > MOST_PARAMETERS {
            problems.push(problem("query", format!("A call has at most {MOST_PARAMETERS} query parameters.")));
        }
        for (place, pair) in input.query.iter().enumerate() {
            if pair.name.is_empty() {
                problems.push(problem(format!("query/{place}/name"), "Give the parameter a name."));
            }
        }
        self.check_variables(input, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }

        let value = |name: &str| find(&input.variables, name);
        let mut url = match self.url.render(|name| value(name).map(plain)) {
            Ok(url) => url,
            Err((name, message)) => return Err(vec![problem(field_of(name), message)]),
        };
        append_query(&mut url, &input.query);
        if url.as_str().len() > LONGEST_URL {
            return Err(vec![problem("query", format!("The URL would be longer than {LONGEST_URL} bytes."))]);
        }
        let mut headers = self.render_headers(input)?;
        let content_type = |headers: &[RenderedHeader]| {
            let found = headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-type"));
            found.map(|header| header.value.to_string())
        };
        let body = if let Some(body) = &input.body {
            body.clone()
        } else {
            let kind = Kind::of(&self.body, content_type(&headers).as_deref());
            body::render(&self.body, kind, |name| value(name).cloned())
        };
        if body.len() > LONGEST_BODY {
            return Err(vec![problem("body", "The body would be larger than 1 MiB.")]);
        }
        if !body.is_empty() && content_type(&headers).is_none() && Kind::of(&body, None) == Kind::Json {
            let (name, value) = ("content-type".to_owned(), Zeroizing::new("application/json".to_owned()));
            headers.push(RenderedHeader { name, value, is_secret: false });
        }
        Ok(Rendered { method: self.method, url, headers, body })
    }

    /// The names of all variables, each once, in alphabetical order.
    pub fn variables(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let headers = self.headers.iter().filter_map(CheckedHeader::value);
        for text in [self.url.as_str(), self.body.as_str()].into_iter().chain(headers) {
            names.extend(variables_in(text).map(str::to_owned));
        }
        names
    }

    /// Every variable that is needed has a value that does where it stands.
    fn check_variables(&self, input: &CallInput, problems: &mut Vec<FieldProblem>) {
        let mut seen = BTreeSet::new();
        let mut need = |place: &str, text: &str, any: bool| {
            for name in variables_in(text) {
                let refused = match find(&input.variables, name) {
                    None => Some(format!("{place} needs the variable {name}: give it a value.")),
                    Some(Value::Object(_) | Value::Array(_) | Value::Null) if !any => {
                        Some(format!("{place} needs text, a number, true or false for the variable {name}."))
                    }
                    Some(_) => None,
                };
                if let Some(message) = refused
                    && seen.insert(name.to_owned())
                {
                    problems.push(problem(field_of(name), message));
                }
            }
        };
        need("The URL", self.url.as_str(), false);
        for header in &self.headers {
            let is_replaced = input.headers.iter().any(|given| given.name.eq_ignore_ascii_case(&header.name));
            if let Some(value) = header.value().filter(|_| !is_replaced) {
                need(&format!("The header {}", header.name), value, false);
            }
        }
        if input.body.is_none() {
            need("The body", &self.body, true);
        }
    }

    fn render_headers(&self, input: &CallInput) -> Result<Vec<RenderedHeader>, Vec<FieldProblem>> {
        let mut rendered = Vec::new();
        for header in &self.headers {
            if input.headers.iter().any(|given| given.name.eq_ignore_ascii_case(&header.name)) {
                continue;
            }
            let template = header.value().unwrap_or_default();
            let mut parts = Vec::new();
            for part in template::parse(template).unwrap_or_default() {
                parts.push(match part {
                    Part::Text(text) => Cow::Borrowed(text),
                    Part::Variable(name) => {
                        let given = find(&input.variables, name).map(plain).unwrap_or_default();
                        header::check_value(&given).map_err(|message| vec![problem(field_of(name), message)])?;
                        Cow::Owned(given)
                    }
                });
            }
            // Made in one piece: a text that grows leaves its beginning behind.
            let value = Zeroizing::new(parts.concat());
            let value = Zeroizing::new(value.trim().to_owned());
            rendered.push(RenderedHeader { name: header.name.clone(), value, is_secret: header.is_secret });
        }
        let given = input.headers.iter();
        rendered.extend(given.map(|Pair { name, value }| RenderedHeader {
            name: name.clone(),
            value: Zeroizing::new(value.trim().to_owned()),
            is_secret: false,
        }));
        Ok(rendered)
    }
}

fn check_call_headers(headers: &[Pair], problems: &mut Vec<FieldProblem>) {
    if headers.len() > header::MOST {
        problems.push(problem("headers", format!("A call has at most {} headers.", header::MOST)));
    }
    for (place, Pair { name, value }) in headers.iter().enumerate() {
        if let Err(message) = header::check_name(name) {
            problems.push(problem(format!("headers/{place}/name"), message));
        }
        if let Err(message) = header::check_value(value) {
            problems.push(problem(format!("headers/{place}/value"), message));
        }
    }
}

fn append_query(url: &mut Url, pairs: &[Pair]) {
    if pairs.is_empty() {
        return;
    }
    let mut query = url.query().unwrap_or_default().to_owned();
    for Pair { name, value } in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(&encoded(name));
        query.push('=');
        query.push_str(&encoded(value));
    }
    url.set_query(Some(&query));
}

/// The value under the whole name, else under its parts, one in the other.
fn find<'v>(variables: &'v Variables, name: &str) -> Option<&'v Value> {
    if let Some(value) = variables.get(name) {
        return Some(value);
    }
    let mut parts = name.split('.');
    let mut value = variables.get(parts.next()?)?;
    for part in parts {
        value = value.get(part)?;
    }
    name.contains('.').then_some(value)
}

/// The field of a variable; as a JSON pointer names it (RFC 6901), which the letters of a name need no escaping for.
fn field_of(name: &str) -> String {
    format!("variables/{name}")
}
