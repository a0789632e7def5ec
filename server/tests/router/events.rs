//! Telling pages that something of the company's was changed.

use std::sync::Arc;
use std::time::Duration;

use app::service::Permission;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Client, Events, TestServer, certificate};
use crate::database::TestDatabase;
use crate::people::{colleague, signed_in};

/// In which a change is told.
const SOON: Duration = Duration::from_secs(2);
/// In which it would have been told.
const WHILE: Duration = Duration::from_millis(1500);

async fn upload(client: &Client<'_>, name: &str) -> Value {
    let upload = json!({ "upload": {
        "ca": false, "certificates": certificate(name), "private_key": null, "name": name, "primary": false, "confirmed": []
    } });
    client.call("certificates/upload", upload).await.json()["Ok"]["certificate"].clone()
}

/// As of which change the list is shown.
async fn as_of(client: &Client<'_>) -> i64 {
    client.call("certificates/list", json!({ "query": {} })).await.json()["Ok"]["as_of"].as_i64().unwrap()
}

/// Listens from what the list shows.
async fn listen(client: &Client<'_>) -> Events {
    let mut events = client.events(&format!("/events?after={}", as_of(client).await), &[]).await.unwrap();
    assert_eq!(events.next(SOON).await.unwrap().unwrap(), "retry: 2000\n\n");
    events
}

#[tokio::test]
async fn only_those_listen_who_may_see_a_page() {
    for (permissions, refusal) in
        [(vec![], Some(403)), (vec![Permission::CompanySettings], None), (vec![Permission::ManageApiNodes], None)]
    {
        let server = TestServer::start().await;
        server.administrator().await;
        let person = colleague(&server, &permissions).await;
        let refused = person.events("/events", &[]).await.err();
        assert_eq!(refused.map(|answer| answer.status.as_u16()), refusal, "{permissions:?}");
    }
    let server = TestServer::start().await;
    let ana = server.administrator().await;
    assert_eq!(server.client().events("/events", &[]).await.unwrap_err().status, 401);
    let elsewhere = ana.get_with("/events", "sec-fetch-site", "cross-site").await;
    assert_eq!(elsewhere.status, 403);
    assert!(ana.events("/events", &[]).await.is_ok());
}

#[tokio::test]
async fn a_change_is_told_within_two_seconds_and_nothing_of_it() {
    let server = TestServer::start().await;
    let ana = server.administrator().await;
    let jonas = colleague(&server, &[Permission::CompanySettings]).await;
    let mut events = listen(&jonas).await;
    let uploaded = upload(&ana, "canary.example").await;
    let told = events.next(SOON).await.unwrap().unwrap();
    assert_eq!(told, format!("event: changed\nid: {}\ndata:\n\n", as_of(&ana).await));
    let rename = json!({ "id": uploaded["id"], "version": 1, "name": "Other" });
    ana.call("certificates/rename", rename).await;
    assert!(events.next(SOON).await.unwrap().unwrap().starts_with("event: changed\n"));

    // Who comes and goes is no change, nor is what was refused.
    signed_in(&server, "ana@meridian.example").await;
    ana.call("certificates/rename", json!({ "id": uploaded["id"], "version": 1, "name": "Late" })).await;
    assert_eq!(events.next(WHILE).await, None);
}

#[tokio::test]
async fn what_was_missed_is_told_at_once() {
    let server = TestServer::start().await;
    let ana = server.administrator().await;
    let before = as_of(&ana).await;
    upload(&ana, "missed.example").await;
    let now = as_of(&ana).await;
    let changed = format!("event: changed\nid: {now}\ndata:\n\n");
    for (path, headers, told) in [
        (format!("/events?after={before}"), vec![], Some(Some(changed.clone()))),
        (format!("/events?after={now}"), vec![], None),
        (format!("/events?after={before}"), vec![("last-event-id", now.to_string())], None),
        (format!("/events?after={now}"), vec![("last-event-id", before.to_string())], Some(Some(changed))),
        ("/events?after=nonsense".to_owned(), vec![], None),
    ] {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut events = ana.events(&path, &headers).await.unwrap();
        events.next(SOON).await.unwrap().unwrap();
        assert_eq!(events.next(Duration::from_millis(200)).await, told, "{path} {headers:?}");
    }
}

#[tokio::test]
async fn it_ends_with_the_session_and_with_the_permission() {
    let server = TestServer::start().await;
    let ana = server.administrator().await;
    let mut events = listen(&ana).await;
    let mut other = listen(&signed_in(&server, "ana@meridian.example").await).await;
    ana.call("sign-out", json!({})).await;
    assert_eq!(events.next(SOON).await, Some(None));
    assert_eq!(other.next(Duration::from_millis(700)).await, None, "another session of the same person");

    let ana = signed_in(&server, "ana@meridian.example").await;
    let jonas = colleague(&server, &Permission::ALL).await;
    let mut events = listen(&jonas).await;
    let team = ana.call("team/list", json!({})).await.json();
    let members = team["Ok"]["members"].as_array().unwrap();
    let row = members.iter().find(|member| member["name"] == "Jonas Weber").unwrap();
    let change = json!({ "id": row["id"], "version": row["version"], "permissions": [] });
    assert_eq!(ana.call("team/change-permissions", change).await.json()["Err"], Value::Null);
    assert_eq!(events.next(SOON).await, Some(None));
}

#[tokio::test]
async fn a_session_has_a_bounded_number_of_listeners() {
    let server = TestServer::start().await;
    let ana = server.administrator().await;
    let mut all = Vec::new();
    for _ in 0..16 {
        all.push(ana.events("/events", &[]).await.unwrap());
    }
    assert_eq!(ana.events("/events", &[]).await.unwrap_err().status, 503);
    let other = signed_in(&server, "ana@meridian.example").await;
    assert!(other.events("/events", &[]).await.is_ok(), "another session has its own");
    all.pop();
    assert!(ana.events("/events", &[]).await.is_ok(), "who leaves makes a place free");
}

async fn is_told_by_another_server(server: TestServer) {
    let beside = server.beside().await;
    let ana = server.administrator().await;
    let there = signed_in(&beside, "ana@meridian.example").await;
    let mut events = listen(&there).await;
    upload(&ana, "there.example").await;
    assert!(events.next(SOON).await.unwrap().unwrap().starts_with("event: changed\n"));
}

#[tokio::test]
async fn a_change_is_told_by_every_server_on_one_sqlite_file() {
    is_told_by_another_server(TestServer::start().await).await;
}

#[tokio::test]
async fn a_change_is_told_by_every_server_on_one_postgres() {
    let database = TestDatabase::postgres().await;
    let folder = Arc::new(TempDir::new().unwrap());
    is_told_by_another_server(TestServer::start_on(database.url.clone(), folder).await).await;
    database.remove().await;
}
