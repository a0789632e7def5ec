//! Other sites' pages change nothing. The whole table is tested where the policy is.

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt as _;
use serde_json::json;
use tower::ServiceExt as _;

use crate::client::{PUBLIC_URL, TestServer};

#[tokio::test]
async fn a_server_function_is_refused_to_other_sites() {
    let server = TestServer::start().await;
    let client = server.administrator().await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let request = Request::post("/sfn/sign-out").header("content-type", "application/json").header(name, value);
        let answer = client.send(request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(answer.status, 403, "{name}: {value}");
        assert_eq!(answer.json(), json!("BadRequest"));
    }
    let me = client.call("me", json!({})).await.json();
    assert_eq!(me["Ok"]["email"], "ana@meridian.example", "still signed in");
}

#[tokio::test]
async fn without_fetch_metadata_the_origin_decides() {
    let server = TestServer::start().await;
    let client = server.administrator().await;
    let request =
        Request::post("/sfn/sign-out").header("content-type", "application/json").header("origin", PUBLIC_URL);
    assert_eq!(client.send(request.body(Body::from("{}")).unwrap()).await.status, 200);
}

#[tokio::test]
async fn forms_of_other_types_are_no_way_around() {
    let server = TestServer::start().await;
    let client = server.administrator().await;
    // What a form or a "simple" request of another site can send, by a browser that says nothing of where it comes from.
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let request = Request::post("/sfn/certificates/delete").header("content-type", kind).header("origin", "null");
        let answer = client.send(request.body(Body::from("{\"id\":\"x\",\"version\":1}")).unwrap()).await;
        assert_eq!(answer.status, 403, "{kind}");
    }
}

#[tokio::test]
async fn nothing_that_changes_state_is_a_get() {
    let server = TestServer::start().await;
    let client = server.administrator().await;
    for function in ["sign-out", "certificates/delete", "certificates/upload", "set-up", "sign-in"] {
        let answer = client.get(&format!("/sfn/{function}")).await;
        assert_eq!(answer.status, 405, "{function}");
    }
    assert!(client.cookie().is_some());
}

#[tokio::test]
async fn pages_are_compressed_for_nobody_elses() {
    let server = TestServer::start().await;
    for (site, accepted, encoding) in [
        (Some("none"), "gzip, br", Some("br")),
        (Some("same-origin"), "gzip", Some("gzip")),
        (Some("same-origin"), "identity", None),
        (Some("cross-site"), "gzip, br", None),
        (Some("same-site"), "gzip, br", None),
        (None, "gzip, br", None),
    ] {
        let request = Request::get("/sign-in").header("accept-encoding", accepted);
        let request = site.into_iter().fold(request, |request, site| request.header("sec-fetch-site", site));
        let answer = server.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 200);
        let found = answer.headers().get("content-encoding").map(|encoding| encoding.to_str().unwrap());
        assert_eq!(found, encoding, "{site:?} {accepted}");
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let is_readable = body.windows(9).any(|piece| piece == b"<!DOCTYPE");
        assert_eq!(is_readable, encoding.is_none(), "{site:?} {accepted}");
    }
}
