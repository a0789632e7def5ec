//! Which certificate a call goes out with, while it changes.

use std::collections::BTreeSet;
use std::sync::Arc;

use app::api_node::{CallInput, FailureKind};
use app::service::{ApiNodes as _, Certificates as _, Error, ListQuery};
use server::egress::{Egress, SystemResolver};
use server::services::{Removal, Seen};
use tempfile::TempDir;
use tokio::sync::watch;

use crate::database::TestDatabase;
use crate::house::{House, Setting, draft, failure, pinned, told, upload, with_primary};
use crate::material::{Authority, VALID};
use crate::tls_server::{Rules, TlsServer, own};

#[tokio::test]
async fn the_primary_is_that_of_the_moment() {
    let Setting { clients, own, house, ca } = Setting::new().await;
    let server = TlsServer::start(Rules { optional: true, ..Rules::asking(&own, &clients) }).await;
    let node = house.create(with_primary(draft(&server.url("/"), &ca))).await;
    assert_eq!(failure(&house.call(&node).await), FailureKind::NoCertificate);
    assert_eq!(server.connections(), 0);

    let one = house.upload(&clients.client("one", VALID), "One").await;
    let two = house.upload(&clients.client("two", VALID), "Two").await;
    for (id, name) in [(&one, "one"), (&two, "two"), (&one, "one")] {
        house.make_primary(id).await;
        for _ in 0..2 {
            assert_eq!(told(&house.call(&node).await)["client"], name);
        }
    }
    let fixed = house.create(pinned(draft(&server.url("/"), &ca), &two)).await;
    assert_eq!(told(&house.call(&fixed).await)["client"], "two");
    assert_eq!(told(&house.call(&node).await)["client"], "one");
}

#[tokio::test]
async fn two_servers_on_sqlite_are_one() {
    two_servers_are_one(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn two_servers_on_postgres_are_one() {
    two_servers_are_one(TestDatabase::postgres().await).await;
}

async fn two_servers_are_one(database: TestDatabase) {
    let (servers, clients) = (Authority::new("Server CA"), Authority::new("Client CA"));
    let own = own(&servers);
    let server = TlsServer::start(Rules { optional: true, ..Rules::asking(&own, &clients) }).await;
    let egress = || Egress::new(true, Vec::new(), Arc::new(SystemResolver));
    let house = House::on(&database.url, TempDir::new().unwrap(), egress()).await;
    let folder = TempDir::new().unwrap();
    std::fs::copy(house.folder.path().join("master.key"), folder.path().join("master.key")).unwrap();
    let mut other = House::on(&database.url, folder, egress()).await;
    other.account_id.clone_from(&house.account_id);

    let ca = house.upload_authority(&servers).await;
    let one = house.upload(&clients.client("one", VALID), "One").await;
    let two = house.upload(&clients.client("two", VALID), "Two").await;
    let node = house.create(with_primary(draft(&server.url("/"), &ca))).await;
    for (id, name) in [(&one, "one"), (&two, "two"), (&one, "one")] {
        house.make_primary(id).await;
        assert_eq!(told(&other.call(&node).await)["client"], name);
        assert_eq!(told(&house.call(&node).await)["client"], name);
    }
    let renewed = clients.client("renewed", VALID);
    house.door().replace_certificate(&one, &Seen::Any, upload(&renewed, "")).await.unwrap();
    assert_eq!(told(&other.call(&node).await)["client"], "renewed");
    let elsewhere = draft("https://localhost:9/", &ca);
    let saved = house.door().save_node(node.id.clone(), node.version, elsewhere).await.unwrap();
    assert_eq!(failure(&other.call(&node).await), FailureKind::Connect);
    house.door().delete_node(node.id.clone(), saved.version).await.unwrap();
    let gone = other.door().call_api_node(&node.id, &CallInput::default()).await;
    assert_eq!(gone.err(), Some(Error::NotFound));
    for house in [house, other] {
        house.services.write_uses().await.unwrap();
        house.services.store.close().await;
    }
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replaced_during_a_thousand_calls() {
    let (servers, clients) = (Authority::new("Server CA"), Authority::new("Client CA"));
    let own = own(&servers);
    for http2 in [false, true] {
        let server = TlsServer::start(Rules { http2, ..Rules::asking(&own, &clients) }).await;
        let house = House::new().await;
        let ca = house.upload_authority(&servers).await;
        let first = house.upload(&clients.client("0", VALID), "Bank prod").await;
        let second = house.upload(&clients.client("other", VALID), "Other").await;
        house.make_primary(&first).await;
        let node = house.create(with_primary(draft(&server.url("/"), &ca))).await;
        assert_eq!(told(&house.call(&node).await)["client"], "0");
        let replaced = watch::Sender::new(0);
        let calls: Vec<_> = (0..10)
            .map(|_| {
                let (door, id, mut replaced) = (house.door(), node.id.clone(), replaced.subscribe());
                tokio::spawn(async move {
                    let mut clients = Vec::new();
                    for number in 0..100 {
                        if number == 50 {
                            // The second half comes after the first replacement, and during the others.
                            assert!(replaced.wait_for(|&times| times > 0).await.is_ok());
                        }
                        let outcome = door.call_api_node(&id, &CallInput::default()).await.unwrap();
                        assert_eq!(outcome.error, None);
                        clients.push(told(&outcome)["client"].as_str().unwrap().to_owned());
                    }
                    clients
                })
            })
            .collect();
        for number in 1..=10 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            let renewed = clients.client(&number.to_string(), VALID);
            house.door().replace_certificate(&first, &Seen::Any, upload(&renewed, "")).await.unwrap();
            // The next call goes out with it.
            assert_eq!(told(&house.call(&node).await)["client"], number.to_string());
            replaced.send_replace(number);
            house.make_primary(&second).await;
            assert_eq!(told(&house.call(&node).await)["client"], "other");
            house.make_primary(&first).await;
        }
        let mut all = Vec::new();
        for call in calls {
            all.extend(call.await.unwrap());
        }
        assert_eq!(all.len(), 1000);
        let seen: BTreeSet<_> = all.into_iter().collect();
        assert!(seen.len() > 1, "{seen:?}");
    }
}

#[tokio::test]
async fn what_is_in_use_is_not_deleted_but_can_be_moved() {
    let Setting { clients, own, house, ca } = Setting::new().await;
    let server = TlsServer::start(Rules { optional: true, ..Rules::asking(&own, &clients) }).await;
    let door = house.door();
    let one = house.upload(&clients.client("one", VALID), "One").await;
    let two = house.upload(&clients.client("two", VALID), "Two").await;
    house.make_primary(&one).await;
    let named = |draft: app::api_node::Draft, name: &str| app::api_node::Draft { name: name.to_owned(), ..draft };
    let base = || draft(&server.url("/"), &ca);
    let follows = house.create(named(with_primary(base()), "Follows")).await;
    let fixed = house.create(named(pinned(base(), &one), "Fixed")).await;
    let mut off = named(pinned(base(), &one), "Off");
    off.mtls.enabled = false;
    house.create(off).await;

    let usage = door.usage(one.clone()).await.unwrap();
    let said: Vec<_> = usage.nodes.iter().map(|node| (node.name.as_str(), node.follows_primary, node.active)).collect();
    assert_eq!(said, [("Fixed", false, true), ("Follows", true, true), ("Off", false, false)]);
    assert_eq!(door.certificate(&one).await.unwrap().used_by, 2);
    let list = door.list(ListQuery::default()).await.unwrap();
    let used_by = list.rows.iter().zip(&list.used_by).map(|(row, used_by)| (row.name.as_str(), *used_by));
    let mut used_by: Vec<_> = used_by.collect();
    used_by.sort_unstable();
    assert_eq!(used_by, [("One", 2), ("Server CA", 3), ("Two", 0)]);
    let refused = door.delete_certificate(&one, &Seen::Any, Removal::default()).await.unwrap_err();
    assert_eq!(refused, Error::InUse { nodes: vec!["Fixed".to_owned(), "Follows".to_owned()] });
    let refused = door.delete_certificate(&ca, &Seen::Any, Removal::default()).await;
    assert!(matches!(refused, Err(Error::InUse { nodes }) if nodes.len() == 3), "its servers are trusted by it");

    let removal = Removal { move_to: Some(two.clone()), destroy: false };
    let removed = door.delete_certificate(&one, &Seen::Any, removal).await.unwrap();
    assert_eq!(removed.released, ["Off"]);
    for node in [&follows, &fixed] {
        assert_eq!(told(&house.call(node).await)["client"], "two");
    }
    assert!(door.certificate(&two).await.unwrap().certificate.primary, "a node followed the primary");
    assert_eq!(door.certificate(&two).await.unwrap().used_by, 2);
}

#[tokio::test]
async fn pinned_nodes_alone_make_no_primary() {
    let clients = Authority::new("Client CA");
    let house = House::new().await;
    let door = house.door();
    let ca = house.upload_authority(&clients).await;
    let one = house.upload(&clients.client("one", VALID), "One").await;
    let two = house.upload(&clients.client("two", VALID), "Two").await;
    house.make_primary(&one).await;
    house.create(pinned(draft("https://bank.example/", &ca), &one)).await;
    let removal = Removal { move_to: Some(two.clone()), destroy: false };
    door.delete_certificate(&one, &Seen::Any, removal).await.unwrap();
    let two = door.certificate(&two).await.unwrap();
    assert_eq!((two.certificate.primary, two.used_by), (false, 1));
}

#[tokio::test]
async fn uses_are_counted() {
    let Setting { clients, own, house, ca } = Setting::new().await;
    let server = TlsServer::start(Rules { optional: true, ..Rules::asking(&own, &clients) }).await;
    let door = house.door();
    let one = house.upload(&clients.client("one", VALID), "One").await;
    let node = house.create(pinned(draft(&server.url("/{{path}}"), &ca), &one)).await;
    for path in ["a", "b", "unavailable"] {
        let variables = serde_json::json!({ "path": path }).as_object().unwrap().clone();
        let input = CallInput { variables, ..CallInput::default() };
        door.call_api_node(&node.id, &input).await.unwrap();
    }
    assert_eq!(door.usage(one.clone()).await.unwrap().last_call, None, "not with each call");
    house.services.write_uses().await.unwrap();
    let last = door.usage(one.clone()).await.unwrap().last_call.unwrap();
    assert_eq!((last.calls, last.failures, last.result.as_str(), last.host.as_str()), (3, 1, "http_503", "localhost"));
    let last = door.api_node(&node.id).await.unwrap().last_use.unwrap();
    assert_eq!((last.calls, last.failures), (3, 1));
    let opened = house
        .services
        .store
        .search_audit(Some(&house.account_id), &server::store::AuditFilter::default(), 100)
        .await
        .unwrap();
    let opened: Vec<_> = opened.iter().filter(|entry| entry.action == "key.open").collect();
    assert_eq!(opened.len(), 1, "once for each opening, not for each call");
    assert_eq!(opened[0].detail, "for calls of the API node “Create transfer”, version 1 of the contents");
}
