//! The pages' files: scripts, WASM, styles, icons.

use std::convert::Infallible;
use std::path::Path;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use tower::Service;
use tower_http::services::ServeDir;

use super::refusal::refuse;

/// The name changes with the contents, so what was fetched once is never asked for again.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Five minutes, then "has it changed since?".
const A_WHILE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The files of `pkg`, by the names that the build gave them.
pub(super) fn package(site: &str) -> Router {
    Router::new().fallback_service(files(&Path::new(site).join("pkg"))).layer(from_fn(keep_package))
}

/// All other files, and `not_found` for what is no file.
pub(super) fn others<N>(site: &str, not_found: N) -> Router
where
    N: Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
    N::Future: Send + 'static,
{
    Router::new().fallback_service(files(Path::new(site)).fallback(not_found)).layer(from_fn(keep_others))
}

/// Where there is a `.br` or `.gz` beside a file, that is sent to those who accept it.
fn files(directory: &Path) -> ServeDir {
    ServeDir::new(directory).append_index_html_on_directories(false).precompressed_br().precompressed_gzip()
}

async fn keep_package(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        return refuse(
            &path,
            StatusCode::NOT_FOUND,
            "There is no such file. Reload the page: Signet may have been updated.",
        );
    }
    keep(&mut response, if has_hash(&path) { FOR_EVER } else { A_WHILE });
    response
}

async fn keep_others(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    keep(&mut response, A_WHILE);
    response
}

fn keep(response: &mut Response, how_long: HeaderValue) {
    // A page that was drawn on the way here has no date of change; a file has.
    let file = response.headers().contains_key(header::LAST_MODIFIED) || response.status() == StatusCode::NOT_MODIFIED;
    if file && (response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED) {
        response.headers_mut().insert(header::CACHE_CONTROL, how_long);
        response.headers_mut().append(header::VARY, HeaderValue::from_name(header::ACCEPT_ENCODING));
    }
}

/// Whether the file's name has a hash in it: 22 digits of base64url between dots, as cargo-leptos writes an MD5 sum.
fn has_hash(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').any(|part| {
        part.len() == 22
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            // The place of a hash, before there is one.
            && part.bytes().any(|byte| byte != b'_')
    })
}

#[cfg(test)]
mod tests {
    use super::has_hash;

    #[test]
    fn hashed_names() {
        for (name, hashed) in [
            ("/pkg/signet.1B2M2Y8AsgTpgAmY7PhCfg.wasm", true),
            ("/pkg/__wasm_split.1B2M2Y8AsgTpgAmY7PhCfg.js", true),
            ("/pkg/signet.wasm", false),
            ("/pkg/__wasm_split.______________________.js", false),
            ("/pkg/1B2M2Y8AsgTpgAmY7PhCfg.snippets/inline0.js", false),
            ("/pkg/signet.1B2M2Y8AsgTpgAmY7PhC+g.wasm", false),
        ] {
            assert_eq!(has_hash(name), hashed, "{name}");
        }
    }
}
