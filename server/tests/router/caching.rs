//! What may be kept, and for how long.

use axum::body::Body;
use http::Request;
use serde_json::json;

use crate::client::TestServer;

const FOR_EVER: &str = "public, max-age=31536000, immutable";

#[tokio::test]
async fn files_with_a_hash_are_kept_for_ever() {
    let server = TestServer::start().await;
    let client = server.client();
    for (extension, kind) in [("wasm", "application/wasm"), ("js", "text/javascript"), ("css", "text/css")] {
        let file = client.get(&format!("/pkg/signet.1B2M2Y8AsgTpgAmY7PhCfg.{extension}")).await;
        assert_eq!(file.header("cache-control"), FOR_EVER);
        assert_eq!(file.header("content-type"), kind);
    }
}

#[tokio::test]
async fn compressed_files_are_sent_to_those_who_accept_them() {
    let server = TestServer::start().await;
    let client = server.client();
    let path = "/pkg/signet.1B2M2Y8AsgTpgAmY7PhCfg.wasm";
    for (accepted, encoding, body) in
        [("gzip, deflate, br", Some("br"), "brotli"), ("gzip", Some("gzip"), "gzip"), ("identity", None, "wasm")]
    {
        let file = client.get_with(path, "accept-encoding", accepted).await;
        assert_eq!(file.headers.get("content-encoding").map(|encoding| encoding.to_str().unwrap()), encoding);
        assert_eq!(file.body, body);
        assert_eq!(file.header("content-type"), "application/wasm");
        assert_eq!(file.header("cache-control"), FOR_EVER);
        assert_eq!(file.header("vary"), "accept-encoding");
    }
}

#[tokio::test]
async fn other_files_are_asked_about_again() {
    let server = TestServer::start().await;
    let client = server.client();
    for path in ["/icons.svg", "/pkg/signet.js"] {
        let file = client.get(path).await;
        assert_eq!(file.status, 200);
        assert_eq!(file.header("cache-control"), "public, max-age=300");
        let again = client.get_with(path, "if-modified-since", file.header("last-modified")).await;
        assert_eq!(again.status, 304);
        assert_eq!(again.header("cache-control"), "public, max-age=300");
    }
}

#[tokio::test]
async fn nothing_else_is_kept() {
    let server = TestServer::start().await;
    let client = server.client();
    for path in ["/", "/sign-in", "/company/security/certificates", "/nowhere", "/pkg/nothing.js", "/pkg/", "/healthz"]
    {
        assert_eq!(client.get(path).await.header("cache-control"), "no-store", "{path}");
    }
    assert_eq!(client.call("me", json!({})).await.header("cache-control"), "no-store");
    for path in ["/metrics", "/readyz", "/client/v4/user", "/client/v4/nothing"] {
        assert_eq!(client.get(path).await.header("cache-control"), "no-store", "{path}");
    }
    // Nothing of a company is in these.
    for path in ["/docs", "/docs.css", "/openapi.json"] {
        assert_eq!(client.get(path).await.header("cache-control"), "no-cache", "{path}");
    }
}

#[tokio::test]
async fn files_are_only_those_of_the_site() {
    let server = TestServer::start().await;
    let client = server.client();
    for path in ["/pkg/../../signet.db", "/%2e%2e/signet.db", "/..%2fsignet.db", "/pkg/%2e%2e/%2e%2e/master.key"] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, 404, "{path}: {answer:?}");
    }
    let post = Request::post("/icons.svg").body(Body::empty()).unwrap();
    assert_eq!(client.send(post).await.status, 405);
}
