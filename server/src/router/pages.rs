//! Pages and server functions, drawn and run by Leptos with the caller's services in the context.

use std::convert::Infallible;
use std::sync::{Arc, LazyLock};

use app::SentInTheClear;
use app::pages::{CERTIFICATES, SIGN_IN, wanted_path};
use app::server_fns::Reader;
use app::service::{ApiNodes, AuditLog, Certificates, OwnAccount, People, Team, Tokens};
use axum::Router;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use leptos::config::LeptosOptions;
use leptos::context::{provide_context, use_context};
use leptos_axum::{AxumRouteListing, ErrorHandler, LeptosRoutes, generate_route_list_with_exclusions};
use server_fn::error::SERVER_FN_ERROR_HEADER;
use tower::{Service, ServiceBuilder};
use tower_http::compression::CompressionLayer;

use super::refusal::refuse;
use super::{State, sessions};
use crate::services::{Caller, Door, Who};

/// The app's routes; `/` is redirected before Leptos sees it.
///
/// Listed once: as long as Leptos lists them, no resource of any page in this process is loaded, and a page that asks for one then waits
/// for ever.
static PAGES: LazyLock<Vec<AxumRouteListing>> =
    LazyLock::new(|| generate_route_list_with_exclusions(app::App, Some(vec!["/".to_owned()])));

/// Every page that the app has a route for, and every server function.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(state: &State) -> Router<S> {
    let options = state.options.leptos.clone();
    let pages = PAGES.clone();
    Router::<LeptosOptions>::new()
        .leptos_routes_with_context(&options, pages, contexts(state), {
            let options = options.clone();
            move || app::shell(options.clone())
        })
        .layer(from_fn(blame_the_caller))
        .layer(from_fn(ask_to_sign_in))
        .layer(from_fn(lead_on))
        .layer(from_fn_with_state(state.clone(), sessions::recognise))
        .layer(CompressionLayer::new())
        .layer(from_fn(compress_for_our_own))
        .with_state(options)
}

/// Answers are compressed for Signet's own pages and for what is typed into the address bar. How well an answer with somebody's words in it is
/// compressed tells of the rest of it (BREACH): no other site's page may have it asked for again and again.
async fn compress_for_our_own(mut request: Request, next: Next) -> Response {
    let site = request.headers().get("sec-fetch-site").map(HeaderValue::as_bytes);
    if !matches!(site, Some(b"same-origin" | b"none")) {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    next.run(request).await
}

/// The page that says that there is no such page, with status 404.
pub(super) fn not_found(
    state: &State,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send + 'static> + Clone + Send + Sync + 'static
{
    let page = ErrorHandler::new_with_context(contexts(state), app::shell, state.options.leptos.clone());
    ServiceBuilder::new()
        // The first one is the outermost here.
        .layer(from_fn_with_state(state.clone(), sessions::recognise))
        .layer(from_fn(ask_to_sign_in))
        .service(page)
}

/// Puts the services of the one who asks where server functions and pages find them.
fn contexts(state: &State) -> impl Fn() + Clone + Send + Sync + 'static {
    let services = Arc::clone(&state.services);
    let is_exposed = state.options.public_url.is_exposed();
    move || {
        if is_exposed {
            provide_context(SentInTheClear);
        }
        let caller = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Caller>().cloned());
        // No caller, no services: they answer "signed out" then.
        let Some(caller) = caller else { return };
        let door = Arc::new(Door { services: Arc::clone(&services), caller });
        provide_context::<Arc<dyn People>>(Arc::clone(&door) as _);
        provide_context::<Arc<dyn Tokens>>(Arc::clone(&door) as _);
        provide_context::<Arc<dyn AuditLog>>(Arc::clone(&door) as _);
        provide_context::<Arc<dyn Team>>(Arc::clone(&door) as _);
        provide_context::<Arc<dyn ApiNodes>>(Arc::clone(&door) as _);
        provide_context::<Arc<dyn OwnAccount>>(Arc::clone(&door) as _);
        provide_context::<Arc<dyn Certificates>>(door);
    }
}

/// Leads those who are not signed in from the pages that ask for it to the sign-in page, and from there back.
pub(super) async fn ask_to_sign_in(request: Request, next: Next) -> Response {
    let nobody = request.extensions().get::<Caller>().is_none_or(|caller| matches!(caller.who, Who::Nobody));
    if nobody && matches!(*request.method(), Method::GET | Method::HEAD) && is_private(request.uri().path()) {
        let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str());
        let way_back: String = url::form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
        return (StatusCode::FOUND, [(header::LOCATION, format!("/sign-in?next={way_back}"))]).into_response();
    }
    next.run(request).await
}

/// Leads those who are signed in from the sign-in page to where they wanted to go, else to the list.
async fn lead_on(request: Request, next: Next) -> Response {
    let somebody = request.extensions().get::<Caller>().is_some_and(|caller| matches!(caller.who, Who::Person(_)));
    if !somebody || !matches!(*request.method(), Method::GET | Method::HEAD) || request.uri().path() != SIGN_IN {
        return next.run(request).await;
    }
    let query = request.uri().query().unwrap_or_default();
    let wanted = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "next");
    let wanted = wanted_path(wanted.map(|(_, path)| path.into_owned()));
    let wanted = HeaderValue::from_str(&in_ascii(&wanted)).unwrap_or(HeaderValue::from_static(CERTIFICATES));
    (StatusCode::FOUND, [(header::LOCATION, wanted)]).into_response()
}

/// With percent signs for what is not ASCII (RFC 3986 section 2.1).
fn in_ascii(path: &str) -> String {
    let encode = |byte: u8| if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(encode).collect()
}

/// The pages of a company, those that do not exist included.
fn is_private(path: &str) -> bool {
    ["/company", "/api-nodes"]
        .into_iter()
        .any(|section| path.strip_prefix(section).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// Leptos answers 500 to arguments that it cannot read, and to a body that was cut off. Nothing else comes this way: what a service
/// says, its failures included, is an answer. A page of another version is told so before anything is done.
async fn blame_the_caller(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if Reader::of(accept) == Reader::OtherPage {
        return refuse(&path, StatusCode::BAD_REQUEST, "The page is of another version. Reload it.");
    }
    let response = next.run(request).await;
    if response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return refuse(&path, StatusCode::BAD_REQUEST, "The request was not understood. Reload the page.");
    }
    response
}

/// Answers calls of server functions that this version does not have.
pub(super) async fn no_such_function(uri: Uri) -> Response {
    refuse(
        uri.path(),
        StatusCode::NOT_FOUND,
        "There is no such function. Reload the page: Signet may have been updated.",
    )
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn private_pages() {
        for (path, private) in [
            ("/company/security/certificates", true),
            ("/company", true),
            ("/company/nowhere", true),
            ("/api-nodes", true),
            ("/api-nodes/1", true),
            ("/companyx", false),
            ("/sign-in", false),
            ("/setup", false),
            ("/nowhere", false),
        ] {
            assert_eq!(is_private(path), private, "{path}");
        }
    }
}
