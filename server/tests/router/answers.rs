//! How server functions answer: to a page in its own words, to everybody else in JSON.

use app::compact;
use app::server_fns::Answers;
use app::service::{
    Answer, AuditChoices, AuditPage, CertificateDetail, CertificateList, CertificateRow, CertificateUsage, ChainCheck,
    Contact, CreatedToken, DeletePlan, Invited, Known, Me, Node, NodeChoices, NodeList, PrimaryPlan, Stored, TeamList,
    TokenList,
};
use axum::body::Bytes;
use http::{Response, StatusCode};
use leptos::server_fn::ContentType as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::client::{Client, PASSWORD, TestServer, certificate};

/// What a page of this version is answered.
async fn call<T: DeserializeOwned>(client: &Client<'_>, function: &str, arguments: Value) -> Answer<T> {
    let answer = client.call_accepting(Answers::CONTENT_TYPE, function, arguments).await;
    assert_eq!(answer.status(), StatusCode::OK, "{function}");
    assert_eq!(answer.headers()["content-type"], Answers::CONTENT_TYPE, "{function}");
    assert_eq!(answer.headers()["cache-control"], "no-store", "{function}");
    compact::from_bytes(answer.body()).unwrap_or_else(|error| panic!("{function}: {error}"))
}

/// The same, which has to be what everybody else is answered as well, but for the time.
async fn read<T: DeserializeOwned + Serialize>(client: &Client<'_>, function: &str, arguments: Value) -> Answer<T> {
    let answer = call::<T>(client, function, arguments.clone()).await;
    let json = client.call(function, arguments).await.json();
    assert_eq!(without_time(serde_json::to_value(&answer).unwrap()), without_time(json), "{function}");
    answer
}

fn without_time(mut answer: Value) -> Value {
    if let Some(Value::Object(fields)) = answer.get_mut("Ok") {
        fields.remove("now");
    }
    answer
}

#[tokio::test]
async fn a_page_reads_what_everybody_else_reads() {
    let server = TestServer::start().await;
    assert_eq!(read(&server.client(), "is-new", json!({})).await, Ok(true));
    let client = server.administrator().await;
    let upload = json!({
        "ca": false, "certificates": certificate("bank.example"), "private_key": null, "name": "Zoë's <Bank>", "primary": true, "confirmed": []
    });
    let stored: Stored = call(&client, "certificates/upload", json!({ "upload": upload })).await.unwrap();
    let id = json!({ "id": stored.certificate.id });
    let pinned = json!({ "enabled": true, "certificate": stored.certificate.id });
    let draft = json!({
        "name": "Balance", "method": "GET", "url": "https://api.bank.example/", "headers": [], "body": "", "timeout_ms": 1000,
        "follow_redirects": false, "server_ca": null, "mtls": pinned
    });
    let node: Node = call(&client, "api-nodes/create", json!({ "draft": draft })).await.unwrap();
    let invitation = json!({ "request": { "email": "jo@meridian.example", "permissions": ["api_nodes:manage"] } });
    call::<Invited>(&client, "team/invite", invitation).await.unwrap();
    let token = json!({ "request": { "name": "CI", "scopes": ["certificates:read"], "days": 30 } });
    call::<CreatedToken>(&client, "tokens/create", token).await.unwrap();

    read::<Option<Me>>(&client, "me", json!({})).await.unwrap().unwrap();
    let list: CertificateList = read(&client, "certificates/list", json!({ "query": {} })).await.unwrap();
    assert_eq!(list.rows[0].name, "Zoë's <Bank>");
    read::<CertificateDetail>(&client, "certificates/detail", id.clone()).await.unwrap();
    read::<CertificateRow>(&client, "certificates/current", id.clone()).await.unwrap();
    let usage: CertificateUsage = read(&client, "certificates/usage", id.clone()).await.unwrap();
    assert_eq!(usage.nodes.len(), 1);
    read::<DeletePlan>(&client, "certificates/plan-delete", id.clone()).await.unwrap();
    read::<PrimaryPlan>(&client, "certificates/plan-primary", id).await.unwrap();
    read::<Known>(&client, "certificates/known", json!({ "query": { "name": "zoë's <bank>" } })).await.unwrap();
    read::<NodeList>(&client, "api-nodes/list", json!({ "query": { "page": 1, "search": "", "show": "all" } }))
        .await
        .unwrap();
    read::<NodeChoices>(&client, "api-nodes/choices", json!({})).await.unwrap();
    assert_eq!(read::<Node>(&client, "api-nodes/get", json!({ "id": node.id })).await.unwrap(), node);
    let query = json!({ "person": "", "action": "", "object": "", "from": "", "to": "", "before": null, "limit": 2 });
    let log: AuditPage = read(&client, "audit-log/list", json!({ "query": query })).await.unwrap();
    assert!(log.next.is_some());
    read::<AuditChoices>(&client, "audit-log/choices", json!({})).await.unwrap();
    call::<ChainCheck>(&client, "audit-log/check", json!({})).await.unwrap();
    assert_eq!(read::<TeamList>(&client, "team/list", json!({})).await.unwrap().invitations.len(), 1);
    assert_eq!(read::<TokenList>(&client, "tokens/list", json!({})).await.unwrap().rows.len(), 1);
    read::<Vec<Contact>>(&client, "whom-to-ask", json!({ "permission": "api_nodes:manage" })).await.unwrap();
}

#[tokio::test]
async fn refusals_are_read_as_well() {
    let server = TestServer::start().await;
    let client = server.administrator().await;
    let nowhere = json!({ "id": "0".repeat(32) });
    read::<CertificateDetail>(&client, "certificates/detail", nowhere).await.unwrap_err();
    let upload = json!({ "ca": false, "certificates": "x", "private_key": null, "name": "\u{1}", "primary": false, "confirmed": [] });
    read::<Stored>(&client, "certificates/upload", json!({ "upload": upload })).await.map(|_| ()).unwrap_err();
    read::<TeamList>(&server.client(), "team/list", json!({})).await.unwrap_err();
}

#[tokio::test]
async fn everybody_else_is_answered_in_json() {
    let server = TestServer::start().await;
    for accept in ["application/json", "*/*", ""] {
        let answer = server.client().call_accepting(accept, "is-new", json!({})).await;
        assert_eq!(
            (answer.status(), &answer.headers()["content-type"]),
            (StatusCode::OK, &"application/json".parse().unwrap())
        );
        assert_eq!(answer.body(), "{\"Ok\":true}", "{accept}");
    }
}

fn is_not_understood(answer: &Response<Bytes>) -> bool {
    answer.status() == StatusCode::BAD_REQUEST && answer.body() == "\"BadRequest\""
}

#[tokio::test]
async fn a_page_that_is_not_understood_is_told_so() {
    let server = TestServer::start().await;
    let answer = server.client().call_accepting(Answers::CONTENT_TYPE, "sign-in", json!({})).await;
    assert!(is_not_understood(&answer), "{answer:?}");
}

#[tokio::test]
async fn a_page_of_another_version_is_told_so_before_anything_is_done() {
    let server = TestServer::start().await;
    server.administrator().await;
    let arguments = json!({ "request": { "email": "ana@meridian.example", "password": PASSWORD } });
    let other = "application/vnd.signet.page;sources=0123456789abcdef";
    let client = server.client();
    let answer = client.call_accepting(other, "sign-in", arguments.clone()).await;
    assert!(is_not_understood(&answer), "{answer:?}");
    assert!(!answer.headers().contains_key("set-cookie"));
    let answer = client.call_accepting(Answers::CONTENT_TYPE, "sign-in", arguments).await;
    assert!(answer.headers().contains_key("set-cookie"), "{answer:?}");
}
