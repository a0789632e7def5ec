//! Every URL on one screen, and the layers around them.

mod audit_export;
mod cross_site;
mod events;
mod headers;
mod health;
mod host;
mod limits;
mod log;
mod metrics;
mod pages;
mod panics;
mod public_pem;
mod refusal;
mod reports;
mod rest;
mod sessions;
mod site_files;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Redirect, Response};
use axum::routing::{any, get, post};
use leptos::config::LeptosOptions;

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
    let state = Arc::new(Common {
        services,
        options,
        metrics: metrics::Metrics::new(),
        reports: reports::Reports::new(),
        request_ids: log::RequestIds::default(),
    });
    let site = state.options.leptos.site_root.clone();

    Router::new()
        .route("/", get(|| async { Redirect::temporary("/company/security/certificates") }))
        // Each page of `app::App`, and each server function beneath `/sfn`.
        .merge(pages::routes(&state))
        .merge(audit_export::routes(&state))
        .merge(public_pem::routes(&state))
        .merge(events::routes(&state))
        // The REST API beneath `/client/v4`, `/openapi.json` and `/docs`.
        .merge(rest::routes(&state))
        .route("/sfn/{*function}", any(pages::no_such_function))
        .route("/healthz", get(health::process))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        // Where browsers say what a page's policy kept them from; see `headers`.
        .route("/csp-reports", post(reports::note))
        .nest_service("/pkg", site_files::package(&site))
        .fallback_service(site_files::others(&site, pages::not_found(&state)))
        .layer(from_fn_with_state(Arc::clone(&state), around))
        .with_state(state)
}

/// What is around every answer, from the outside in. One layer: each copies the whole of what is inside it for every request.
async fn around(Shared(state): Shared<State>, request: Request, next: Next) -> Response {
    let answer = |request: Request| async {
        let mut response = panics::catch(request, |request| async {
            match host::refusal(&state, &request).or_else(|| cross_site::refusal(&state, &request)) {
                Some(refusal) => refusal,
                None => limits::bound(state.options.limits, request, next).await,
            }
        })
        .await;
        headers::add(response.headers_mut(), state.options.public_url.is_secure());
        response
    };
    log::one_event(&state, request, answer).await
}

/// What handlers and layers share.
struct Common {
    services: Arc<Services>,
    options: Options,
    metrics: metrics::Metrics,
    reports: reports::Reports,
    request_ids: log::RequestIds,
}

type State = Arc<Common>;
