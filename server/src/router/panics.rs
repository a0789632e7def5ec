//! A panic is an answer too.

use std::panic::AssertUnwindSafe;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::FutureExt as _;

use super::refusal::refuse;

/// Answers 500 if a handler panics, without a word of what the panic said.
pub(super) async fn catch<F: Future<Output = Response>>(
    request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response {
    let path = request.uri().path().to_owned();
    match AssertUnwindSafe(answer(request)).catch_unwind().await {
        Ok(response) => response,
        // Where it happened is logged by the panic hook.
        Err(_payload) => {
            refuse(&path, StatusCode::INTERNAL_SERVER_ERROR, "Signet failed to answer. Its log says where.")
        }
    }
}

/// Logs where a panic happened, and not what it said: that can be a piece of what was being read, and so of a private key.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::{Next, from_fn};
    use axum::routing::get;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    async fn fails() -> &'static str {
        panic!("-----BEGIN PRIVATE KEY-----")
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_without_its_words() {
        let around = from_fn(|request, next: Next| catch(request, |request| next.run(request)));
        let router = Router::new().route("/", get(fails)).route("/sfn/me", get(fails)).layer(around);
        for (path, expected) in [("/", "Signet failed to answer. Its log says where.\n"), ("/sfn/me", "\"Connection\"")]
        {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), expected);
        }
    }
}
