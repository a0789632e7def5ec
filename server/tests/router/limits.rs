//! How much a request may bring, and how long it may take.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use http::Request;
use serde_json::json;
use server::router::Limits;

use crate::client::{PUBLIC_URL, TestServer};

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
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (413, "\"BadRequest\""));
}

#[test]
fn every_route_has_half_a_minute_and_calls_of_api_nodes_have_theirs_on_top() {
    let limits = Limits::default();
    let (usual, calls) = (Duration::from_secs(30), Duration::from_secs(150));
    assert_eq!((limits.body, limits.time), (1024 * 1024, usual));
    let pages = ["/", "/sign-in", "/setup", "/invite", "/company/security/certificates", "/api-nodes", "/api-nodes/1"];
    let others =
        ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/csp-reports", "/pkg/signet.js", "/nowhere"];
    let company = ["/company/team", "/company/tokens", "/company/audit-log", "/company/audit-log.csv", "/events"];
    for path in [&pages[..], &others, &company].concat() {
        assert_eq!(limits.time_of(path), usual, "{path}");
    }
    let mut longer = Vec::new();
    for (path, _method) in server_fn::axum::server_fn_paths() {
        match limits.time_of(path) {
            time if time == usual => {}
            time => longer.push((path.to_owned(), time)),
        }
    }
    let description = server::rest::openapi(PUBLIC_URL);
    for path in description["paths"].as_object().unwrap().keys() {
        match limits.time_of(&format!("/client/v4{path}")) {
            time if time == usual => {}
            time => longer.push((path.clone(), time)),
        }
    }
    let expected = [("/sfn/api-nodes/test", calls), ("/accounts/{account_id}/api_nodes/{node_id}/call", calls)];
    assert_eq!(longer, expected.map(|(path, time)| (path.to_owned(), time)));
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
    assert!(answer.json()["Err"]["refused"].is_object(), "{answer:?}");
}

#[tokio::test]
async fn reports_of_browsers_are_taken_if_they_are_reports() {
    let server = TestServer::start().await;
    let report =
        json!({ "csp-report": { "effective-directive": "img-src", "blocked-uri": "https://elsewhere.example" } });
    let large = json!({ "csp-report": { "blocked-uri": "x".repeat(16 * 1024) } });
    // Also when more come than are written to the log.
    for _ in 0..30 {
        assert_eq!(post_report(&server, report.to_string()).await, 204);
    }
    for other in [String::new(), "[]".to_owned(), json!({ "report": {} }).to_string(), large.to_string()] {
        assert_eq!(post_report(&server, other).await, 400);
    }
}

async fn post_report(server: &TestServer, body: String) -> u16 {
    let request = Request::post("/csp-reports").header("content-type", "application/csp-report");
    server.client().send(request.body(Body::from(body)).unwrap()).await.status.as_u16()
}

#[tokio::test]
async fn slow_answers_are_given_up() {
    let server = TestServer::start_limited(Limits { time: Duration::ZERO, ..Limits::default() }).await;
    // A password is hashed for longer than any timer sleeps.
    let request = json!({ "request": { "email": "ana@meridian.example", "password": "not the password" } });
    assert_eq!(server.client().call("sign-in", request).await.status, 503);
}
