//! The REST API, `/client/v4`: decode, ask the service, encode.
//!
//! Compatible with Cloudflare's v4 API for the five `mtls_certificates` operations, so that Cloudflare's own clients work against it. One
//! verb a file; what it answers and how it is described in `/openapi.json` stand beside each other.

mod accounts;
mod api_nodes;
mod audit_log;
mod authentication;
mod certificates;
mod envelope;
mod input;
mod reference;
mod versions;

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::any;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use crate::services::Services;

pub use self::envelope::{Refusal, code_of, refuse};
pub use self::reference::openapi;

/// Where the API begins.
pub const BASE_PATH: &str = "/client/v4";

/// What handlers share.
#[derive(Clone)]
pub struct Context {
    /// The services.
    pub services: Arc<Services>,
    /// The origin that clients use, for links.
    pub origin: Arc<str>,
    /// The address that a request comes from, if it is known.
    pub address: Arc<AddressOf>,
}

/// Tells the address that a request comes from.
pub type AddressOf = dyn Fn(&Request) -> Option<IpAddr> + Send + Sync;

/// Every path of the API, with its description and the reference page.
pub fn routes<S: Clone + Send + Sync + 'static>(context: Context) -> Router<S> {
    // Not nested: that would make another URI of each request's, and look for its path twice.
    let api = operations().into_iter().fold(Router::new(), |api, (_schemas, described, methods)| {
        described.paths.keys().fold(api, |api, path| api.route(&format!("{BASE_PATH}{path}"), methods.clone()))
    });
    let authenticated = from_fn_with_state(context.clone(), authentication::authenticate);
    let elsewhere = [BASE_PATH.to_owned(), format!("{BASE_PATH}/"), format!("{BASE_PATH}/{{*path}}")];
    let api = api.route_layer(authenticated).method_not_allowed_fallback(no_such_method);
    let api = elsewhere.iter().fold(api, |api, path| api.route(path, any(no_such_path)));
    api.merge(reference::routes()).with_state(context)
}

/// The operations of each path, with their description.
fn operations() -> Vec<UtoipaMethodRouter<Context>> {
    vec![
        routes!(certificates::list::list, certificates::upload::upload),
        routes!(
            certificates::get::get,
            certificates::change::change,
            certificates::replace::replace,
            certificates::delete::delete
        ),
        routes!(certificates::associations::associations),
        routes!(versions::list),
        routes!(versions::restore),
        routes!(certificates::restore::restore),
        routes!(certificates::validate::validate),
        routes!(api_nodes::list::list, api_nodes::create::create),
        routes!(api_nodes::get::get, api_nodes::change::change, api_nodes::delete::delete),
        routes!(api_nodes::call::call),
        routes!(audit_log::list),
        routes!(accounts::user),
        routes!(accounts::verify_own_token),
        routes!(accounts::verify_token),
        routes!(accounts::accounts),
        routes!(accounts::memberships),
    ]
}

async fn no_such_path(uri: Uri) -> Refusal {
    let path: String = uri.path().chars().take(200).collect();
    Refusal::new(
        StatusCode::NOT_FOUND,
        7003,
        format!("Could not route to {path}, perhaps your object identifier is invalid?"),
    )
}

async fn no_such_method() -> Response {
    refuse(
        StatusCode::METHOD_NOT_ALLOWED,
        10001,
        "This path does not take this method; /docs lists those that it takes.",
    )
}
