//! How much a request may bring, and how long it may take.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use http::Request;
use serde_json::json;
use server::router::Limits;

use crate::client::TestServer;

#[tokio::test]
async fn large_bodies_are_refused() {
    let server = TestServer::start().await;
    for (length, status) in [(1024 * 1024 + 1, 413), (1024 * 1024, 200)] {
        let mut body = json!({ "request": { "email": "", "password": "" } }).to_string();
        body.push_str(&" ".repeat(length - body.len()));
        let request = Request::post("/sfn/sign-in").header("content-type", "application/json");
        let request = request.header("content-length", length).body(Body::from(body)).unwrap();
        let answer = server.client().send(request).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
}

#[tokio::test]
async fn large_bodies_are_cut_off_when_they_do_not_say_how_large_they_are() {
    let server = TestServer::start().await;
    let piece = Bytes::from(vec![b' '; 64 * 1024]);
    let pieces = (0..17).map(move |_number| Ok::<_, Infallible>(piece.clone()));
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    let request = Request::post("/sfn/me").header("content-type", "application/json").body(body).unwrap();
    let answer = server.client().send(request).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn an_upload_of_the_largest_kind_fits() {
    let server = TestServer::start().await;
    let client = server.administrator().await;
    let text = "x".repeat(256 * 1024);
    let upload = json!({ "upload": {
        "ca": false, "certificates": text, "private_key": text, "name": "", "primary": false, "confirmed": []
    } });
    let answer = client.call("certificates/upload", upload).await;
    assert_eq!(answer.json()["Err"]["code"], "refused", "{answer:?}");
}

#[tokio::test]
async fn slow_answers_are_given_up() {
    let server = TestServer::start_limited(Limits { time: Duration::ZERO, ..Limits::default() }).await;
    // A password is hashed for longer than any timer sleeps.
    let request = json!({ "request": { "email": "ana@meridian.example", "password": "not the password" } });
    assert_eq!(server.client().call("sign-in", request).await.status, 503);
}
