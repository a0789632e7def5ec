//! The description of the API: for programs as `OpenAPI` 3.1, for people as a page that loads nothing from elsewhere.

mod page;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use utoipa::openapi::ComponentsBuilder;
use utoipa::{PartialSchema as _, ToSchema as _};
use utoipa_axum::router::OpenApiRouter;

use super::envelope::Failure;
use super::{BASE_PATH, Context, operations};

const SUMMARY: &str = "\
Other programs keep and use a company's mTLS client certificates through this API. It is compatible with Cloudflare's v4 API for \
`mtls_certificates`, so Cloudflare's own clients work against it.

Send `Authorization: Bearer` and a token, which Company > API tokens makes, or `signet token create`. Every answer is an envelope \
with `success`, `errors`, `messages` and `result`; errors and messages have a `code` that stays the same in later versions, and say \
where something is wrong in `source.pointer`. Success is always 200.";

/// What every operation can answer besides 200.
const REFUSALS: [(&str, &str); 7] = [
    ("400", "Something in the request is wrong; `errors` says what and where"),
    ("401", "The token is unknown, expired or revoked"),
    ("403", "The token lacks a scope, or belongs to another account"),
    ("404", "There is no such object, or no such path"),
    ("413", "The body is larger than 1 MiB"),
    ("429", "Too many requests; `Retry-After` says how many seconds to wait"),
    ("500", "The server failed; its log says why"),
];
const STALE: (&str, &str) = ("412", "The object has changed since the version in `If-Match`");

/// The whole description of a server at this origin.
pub fn openapi(origin: &str) -> Value {
    let mut api = operations().into_iter().fold(OpenApiRouter::new(), OpenApiRouter::routes).into_openapi();
    let mut schemas = vec![(Failure::name().into_owned(), Failure::schema())];
    Failure::schemas(&mut schemas);
    let components = ComponentsBuilder::from(api.components.take().unwrap_or_default());
    api.components = Some(components.schemas_from_iter(schemas).build());

    let mut api = serde_json::to_value(api).unwrap_or_default();
    set(
        &mut api,
        "info",
        json!({
            "title": "Signet",
            "version": env!("CARGO_PKG_VERSION"),
            "description": SUMMARY,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        }),
    );
    set(&mut api, "servers", json!([{ "url": format!("{origin}{BASE_PATH}") }]));
    set(&mut api, "security", json!([{ "token": [] }]));
    if let Some(components) = api.get_mut("components") {
        set(components, "securitySchemes", json!({ "token": { "type": "http", "scheme": "bearer" } }));
    }
    let paths = api.get_mut("paths").and_then(Value::as_object_mut).into_iter().flat_map(|paths| paths.values_mut());
    for operation in paths.filter_map(Value::as_object_mut).flat_map(|methods| methods.values_mut()) {
        add_refusals(operation);
    }
    api
}

fn add_refusals(operation: &mut Value) {
    let takes = |name: &str| {
        let parameters = operation.get("parameters").and_then(Value::as_array);
        parameters.is_some_and(|all| all.iter().any(|parameter| parameter.get("name") == Some(&json!(name))))
    };
    let refusals: Vec<_> = REFUSALS.into_iter().chain(takes("If-Match").then_some(STALE)).collect();
    let Some(responses) = operation.get_mut("responses") else { return };
    for (status, meaning) in refusals {
        let schema = json!({ "$ref": format!("#/components/schemas/{}", Failure::name()) });
        set(
            responses,
            status,
            json!({ "description": meaning, "content": { "application/json": { "schema": schema } } }),
        );
    }
}

fn set(object: &mut Value, key: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

pub(super) fn routes() -> Router<Context> {
    Router::new()
        .route("/openapi.json", get(document))
        .route("/docs", get(page::page))
        .route("/docs.css", get(page::style))
}

async fn document(State(context): State<Context>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-cache")], Json(openapi(&context.origin)))
}
