//! The REST API's place among the other routes.

use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

use super::{State, sessions};
use crate::rest::{self, ClientAddress, Context};

pub(super) fn routes(state: &State) -> Router<State> {
    let context = Context { services: state.services.clone(), origin: state.options.public_url.origin().into() };
    rest::routes(context).layer(from_fn_with_state(state.clone(), address))
}

/// Leaves the client's address where the API finds it.
async fn address(Shared(state): Shared<State>, mut request: Request, next: Next) -> Response {
    let address = sessions::address(&request, &state.options.trusted_proxies);
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}
