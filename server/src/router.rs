//! Every URL on one screen, and the layers around them.

mod audit_export;
mod cross_site;
mod headers;
mod health;
mod host;
mod limits;
mod log;
mod pages;
mod panics;
mod refusal;
mod rest;
mod sessions;
mod site_files;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Redirect;
use axum::routing::{any, get};
use leptos::config::LeptosOptions;
use tower::ServiceBuilder;

use crate::configuration::{Network, PublicUrl};
use crate::services::Services;

pub use limits::Limits;
pub use panics::log_panics;

/// What the router needs to know besides the services.
#[derive(Clone, Debug)]
pub struct Options {
    /// The origin that browsers use.
    pub public_url: PublicUrl,
    /// Whose forwarded headers are believed.
    pub trusted_proxies: Arc<[Network]>,
    /// How much and how long.
    pub limits: Limits,
    /// Where the pages' files are and what they are called.
    pub leptos: LeptosOptions,
}

/// All of Signet's answers. Needs no socket: without one, nobody has an address.
pub fn router(services: Arc<Services>, options: Options) -> Router {
    let state = State { services, options: Arc::new(options) };
    let site = state.options.leptos.site_root.clone();

    Router::new()
        .route("/", get(|| async { Redirect::temporary("/company/security/certificates") }))
        // Each page of `app::App`, and each server function beneath `/sfn`.
        .merge(pages::routes(&state))
        .merge(audit_export::routes(&state))
        // The REST API beneath `/client/v4`, `/openapi.json` and `/docs`.
        .merge(rest::routes(&state))
        .route("/sfn/{*function}", any(pages::no_such_function))
        .route("/healthz", get(health::process))
        .route("/readyz", get(health::ready))
        .nest_service("/pkg", site_files::package(&site))
        .fallback_service(site_files::others(&site, pages::not_found(&state)))
        .layer(
            // From the outside in.
            ServiceBuilder::new()
                .layer(from_fn_with_state(state.clone(), log::one_event))
                .layer(from_fn_with_state(state.clone(), headers::protect))
                .layer(from_fn(panics::catch))
                .layer(from_fn_with_state(state.clone(), host::check))
                .layer(from_fn_with_state(state.clone(), cross_site::check))
                .layer(from_fn_with_state(state.clone(), limits::bound)),
        )
        .with_state(state)
}

/// What handlers and layers share.
#[derive(Clone)]
struct State {
    services: Arc<Services>,
    options: Arc<Options>,
}
