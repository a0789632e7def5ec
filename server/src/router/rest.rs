//! The REST API's place among the other routes.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;

use super::{State, sessions};
use crate::rest::{self, Context};

pub(super) fn routes(state: &State) -> Router<State> {
    let trusted_proxies = Arc::clone(&state.options.trusted_proxies);
    rest::routes(Context {
        services: Arc::clone(&state.services),
        origin: state.options.public_url.origin().into(),
        address: Arc::new(move |request: &Request| sessions::address(request, &trusted_proxies)),
    })
}
