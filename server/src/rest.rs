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
use axum::extract::{OriginalUri, Request};
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::any;
use utoipa_axum::router::OpenApiRouter;
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
    let (api, _description) = operations().split_for_parts();
    let api = api.route_layer(from_fn_with_state(context.clone(), authentication::authenticate));
    Router::new()
        .nest(BASE_PATH, api.fallback(no_such_path).method_not_allowed_fallback(no_such_method))
        // What `nest` leaves to the pages.
        .route(&format!("{BASE_PATH}/"), any(no_such_path))
        .merge(reference::routes())
        .with_state(context)
}

/// The operations with their description.
fn operations() -> OpenApiRouter<Context> {
    OpenApiRouter::new()
        .routes(routes!(certificates::list::list, certificates::upload::upload))
        .routes(routes!(
            certificates::get::get,
            certificates::change::change,
            certificates::replace::replace,
            certificates::delete::delete
        ))
        .routes(routes!(certificates::associations::associations))
        .routes(routes!(versions::list))
        .routes(routes!(versions::restore))
        .routes(routes!(certificates::restore::restore))
        .routes(routes!(certificates::validate::validate))
        .routes(routes!(api_nodes::list::list, api_nodes::create::create))
        .routes(routes!(api_nodes::get::get, api_nodes::change::change, api_nodes::delete::delete))
        .routes(routes!(api_nodes::call::call))
        .routes(routes!(audit_log::list))
        .routes(routes!(accounts::user))
        .routes(routes!(accounts::verify_own_token))
        .routes(routes!(accounts::verify_token))
        .routes(routes!(accounts::accounts))
        .routes(routes!(accounts::memberships))
}

async fn no_such_path(OriginalUri(uri): OriginalUri) -> Refusal {
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
