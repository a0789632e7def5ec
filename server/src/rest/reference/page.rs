//! `/docs`: the description as a page. Made of `/openapi.json`, so that it says the same.

use std::fmt::Write as _;

use app::certificate::{Rule, Severity};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse};
use serde_json::{Map, Value};

use super::super::BASE_PATH;
use super::{Context, openapi};

const STYLE: &str = include_str!("page.css");
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; report-uri /csp-reports",
);
/// In the order in which people look for them.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

pub(super) async fn page(State(context): State<Context>) -> impl IntoResponse {
    let headers: [(HeaderName, HeaderValue); 2] =
        [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    (headers, Html(html(&openapi(&context.origin), &context.origin)))
}

pub(super) async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], STYLE)
}

/// An operation with its method and path.
struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    described: &'a Value,
}

impl<'a> Operation<'a> {
    fn text(&self, key: &str) -> &'a str {
        self.described.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    fn tag(&self) -> &'a str {
        self.described.pointer("/tags/0").and_then(Value::as_str).unwrap_or_default()
    }

    fn id(&self) -> &'a str {
        self.text("operationId")
    }
}

fn operations(api: &Value) -> Vec<Operation<'_>> {
    let mut all = Vec::new();
    for (path, item) in api.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for method in METHODS {
            all.extend(item.get(method).map(|described| Operation { method, path, described }));
        }
    }
    all
}

fn html(api: &Value, origin: &str) -> String {
    let operations = operations(api);
    let mut tags: Vec<&str> = Vec::new();
    for operation in &operations {
        if !tags.contains(&operation.tag()) {
            tags.push(operation.tag());
        }
    }
    tags.sort_unstable_by_key(|tag| (*tag != "Certificates", *tag));

    let mut page = String::from(concat!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Signet API</title>\n",
        "<link rel=\"stylesheet\" href=\"/docs.css\">\n</head>\n<body>\n<nav aria-label=\"Contents\">\n",
    ));
    let mut line = |text: String| {
        page.push_str(&text);
        page.push('\n');
    };
    for tag in &tags {
        line(format!("<h2>{}</h2>\n<ul>", escaped(tag)));
        for operation in operations.iter().filter(|operation| operation.tag() == *tag) {
            line(format!("<li><a href=\"#{}\">{}</a></li>", operation.id(), escaped(operation.text("summary"))));
        }
        line("</ul>".to_owned());
    }
    line("<h2>Reference</h2>\n<ul><li><a href=\"#codes\">Codes</a></li><li><a href=\"/openapi.json\">OpenAPI</a></li></ul>".to_owned());
    line("</nav>\n<main>\n<h1>Signet API</h1>".to_owned());
    line(prose(api.pointer("/info/description").and_then(Value::as_str).unwrap_or_default()));
    line(prose(&format!(
        "The examples need these variables: an account, a token of it, and where they speak of one a certificate or an API node, by their ids.\n\n{}",
        variables(origin)
    )));
    for tag in &tags {
        line(format!("<h2>{}</h2>", escaped(tag)));
        for operation in operations.iter().filter(|operation| operation.tag() == *tag) {
            line(section(api, operation));
        }
    }
    line(codes());
    line("</main>\n</body>\n</html>".to_owned());
    page
}

fn variables(origin: &str) -> String {
    format!("```\nSIGNET={origin}\nACCOUNT=…\nTOKEN=sgn_…\nCERTIFICATE=…\nNODE=…\n```")
}

fn section(api: &Value, operation: &Operation<'_>) -> String {
    let mut section = format!(
        "<section id=\"{}\">\n<h3>{}</h3>\n<p><code><b>{}</b> {BASE_PATH}{}</code></p>\n{}",
        operation.id(),
        escaped(operation.text("summary")),
        operation.method.to_uppercase(),
        escaped(operation.path),
        prose(operation.text("description")),
    );
    let parameters = operation.described.get("parameters").and_then(Value::as_array);
    let rows = parameters.into_iter().flatten().map(|parameter| {
        let text = |key| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
        [text("name").to_owned(), text("in").to_owned(), text("description").to_owned()]
    });
    table(&mut section, "Parameters", rows.collect());
    let body = operation.described.pointer("/requestBody/content/application~1json/schema");
    table(&mut section, "Body", fields(api, body));
    let answer = operation.described.pointer("/responses/200/content/application~1json/schema");
    let result = resolved(api, answer).and_then(|envelope| envelope.pointer("/properties/result"));
    let result = result.map(|result| result.get("items").unwrap_or(result));
    table(&mut section, "Result", fields(api, result));
    section.push_str("</section>");
    section
}

/// The schema, or the one that it refers to.
fn resolved<'a>(api: &'a Value, schema: Option<&'a Value>) -> Option<&'a Value> {
    let schema = schema?;
    match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => api.pointer(reference.trim_start_matches('#')),
        None => Some(schema),
    }
}

/// Name, type and meaning of each field.
fn fields(api: &Value, schema: Option<&Value>) -> Vec<[String; 3]> {
    let Some(schema) = resolved(api, schema) else { return Vec::new() };
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(name)));
    let properties: Option<&Map<String, Value>> = schema.get("properties").and_then(Value::as_object);
    let row = |(name, property): (&String, &Value)| {
        let optional = if is_required(name) { "" } else { ", optional" };
        let meaning = property.get("description").and_then(Value::as_str).unwrap_or_default();
        [name.clone(), format!("{}{optional}", type_of(api, property)), meaning.to_owned()]
    };
    properties.into_iter().flatten().map(row).collect()
}

fn type_of(api: &Value, property: &Value) -> String {
    if let Some(values) = resolved(api, Some(property)).and_then(|schema| schema.get("enum")).and_then(Value::as_array)
    {
        return values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | ");
    }
    match property.get("type") {
        Some(Value::String(one)) if one == "array" => "list".to_owned(),
        Some(Value::String(one)) => one.clone(),
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => "object".to_owned(),
    }
}

fn table(to: &mut String, title: &str, rows: Vec<[String; 3]>) {
    if rows.is_empty() {
        return;
    }
    // Writing to a String cannot fail.
    let _ = write!(to, "<h4>{title}</h4>\n<table>\n");
    for [name, kind, meaning] in rows {
        let _ = writeln!(
            to,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td></tr>",
            escaped(&name),
            escaped(&kind),
            inline(&meaning)
        );
    }
    to.push_str("</table>\n");
}

/// Every code there is.
fn codes() -> String {
    let mut codes =
        String::from("<h2 id=\"codes\">Codes</h2>\n<p>In <code>errors</code> and <code>messages</code>.</p>\n");
    let own = OWN_CODES.iter().map(|(code, meaning)| [code.to_string(), String::new(), (*meaning).to_owned()]);
    table(&mut codes, "Of the API", own.collect());
    let severity = |rule: &Rule| match rule.severity() {
        Severity::Error => "error",
        Severity::StrongWarning | Severity::Warning => "warning",
        Severity::Information => "information",
    };
    let rules = Rule::ALL
        .iter()
        .map(|rule| [rule.code().to_string(), severity(rule).to_owned(), format!("`{}` {}", rule.id(), rule.title())]);
    table(&mut codes, "Of the validation", rules.collect());
    codes
}

/// Codes that are no rules of the validation.
const OWN_CODES: &[(u32, &str)] = &[
    (971, "Too many requests"),
    (1471, "The same certificate is stored already"),
    (1472, "There is no such certificate"),
    (1489, "The account has as many CA certificates as it may have"),
    (3001, "The body is not JSON, or did not arrive"),
    (3002, "A field is missing, or is not what it should be"),
    (3003, "A query parameter is not what it should be"),
    (3004, "API nodes use the certificate"),
    (3005, "The certificate was deleted already"),
    (3006, "The object has changed since the version in `If-Match`"),
    (3007, "The body is too large"),
    (3008, "The certificate cannot be the primary"),
    (3009, "Somebody who uses the certificate"),
    (3010, "The scope that is missing"),
    (3011, "An API node that follows the primary now"),
    (3500, "The server failed"),
    (6003, "A header is not understood"),
    (7003, "There is no such path"),
    (9106, "There is no `Authorization` header"),
    (9109, "The token is unknown, expired or revoked"),
    (10000, "The token may not do this"),
    (10001, "The path does not take this method"),
];

/// Paragraphs, and blocks of code between lines of three backticks.
fn prose(text: &str) -> String {
    let mut html = String::new();
    for (place, part) in text.split("```").enumerate() {
        if place % 2 == 1 {
            let (language, code) = part.split_once('\n').unwrap_or(("", part));
            let class = if language == "sh" { " class=\"example\"" } else { "" };
            let _ = writeln!(html, "<pre{class}><code>{}</code></pre>", escaped(code.trim_end()));
            continue;
        }
        for paragraph in part.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
            let _ = writeln!(html, "<p>{}</p>", inline(paragraph));
        }
    }
    html
}

/// Text with code between backticks.
fn inline(text: &str) -> String {
    let mut html = String::new();
    for (place, part) in text.split('`').enumerate() {
        let part = escaped(part);
        let (begin, end) = if place % 2 == 1 { ("<code>", "</code>") } else { ("", "") };
        let _ = write!(html, "{begin}{part}{end}");
    }
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
