//! How server functions answer: to a page in its own words, to everybody else in JSON.

use app::compact;
use app::server_fns::Answers;
use app::service::Answer;
use axum::body::Body;
use http::Request;
use leptos::server_fn::ContentType as _;
use serde_json::{Value, json};

use crate::client::{self, Client, PASSWORD, PUBLIC_URL, TestServer};

async fn call(client: &Client<'_>, function: &str, accept: &str, arguments: Value) -> client::Answer {
    let request = Request::post(format!("/sfn/{function}"))
        .header("content-type", "application/json")
        .header("accept", accept)
        .header("sec-fetch-site", "same-origin")
        .header("origin", PUBLIC_URL);
    client.send(request.body(Body::from(arguments.to_string())).unwrap()).await
}

#[tokio::test]
async fn a_page_of_this_version_is_answered_in_short() {
    let server = TestServer::start().await;
    let client = server.client();
    let answer = call(&client, "is-new", Answers::CONTENT_TYPE, json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Answers::CONTENT_TYPE));
    assert_eq!(compact::from_bytes::<Answer<bool>>(answer.body.as_bytes()), Ok(Ok(false)));
}

#[tokio::test]
async fn everybody_else_is_answered_in_json() {
    let server = TestServer::start().await;
    let client = server.client();
    for accept in ["application/json", "*/*", "", "text/html"] {
        let answer = call(&client, "is-new", accept, json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"), "{accept}");
        assert_eq!(answer.json(), json!({ "Ok": false }));
    }
}

#[tokio::test]
async fn a_page_of_another_version_is_told_so_before_anything_is_done() {
    let server = TestServer::start().await;
    let client = server.client();
    let arguments = json!({ "request": { "email": "ana@meridian.example", "password": PASSWORD } });
    let other = "application/vnd.signet.page;sources=0123456789abcdef";
    let answer = call(&client, "sign-in", other, arguments.clone()).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (400, json!("BadRequest")));
    assert!(!answer.headers.contains_key("set-cookie"));
    let answer = call(&client, "sign-in", Answers::CONTENT_TYPE, arguments).await;
    assert!(answer.headers.contains_key("set-cookie"), "{}", answer.body);
}
