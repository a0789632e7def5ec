//! Creating, changing and listing nodes, and who may.

use std::sync::Arc;

use app::api_node::{CallInput, Chosen, Draft, FailureKind, Mtls};
use app::service::{ApiNodes as _, Error, NodeQuery, NodeShow, NodeTest, Permission, Scope};
use server::services::{TokenHolder, Who};
use sqlx::{Connection as _, SqliteConnection};

use crate::house::{House, Setting, draft, failure, pinned, told, with_primary};
use crate::material::{Authority, VALID, expire};
use crate::tls_server::{Rules, TlsServer};

#[tokio::test]
async fn who_may_do_what() {
    let house = House::new().await;
    let ca = house.upload_authority(&Authority::new("Server CA")).await;
    let node = house.create(draft("https://bank.example/", &ca)).await;
    let new = || draft("https://bank.example/", &ca);
    let settings = house.person(&[Permission::CompanySettings]);
    let forbidden = Error::Forbidden { permission: Permission::ManageApiNodes };
    assert_eq!(settings.list_nodes(NodeQuery::default()).await, Err(forbidden.clone()));
    assert_eq!(settings.create_node(new()).await, Err(forbidden.clone()));
    assert_eq!(settings.call_api_node(&node.id, &CallInput::default()).await, Err(forbidden.clone()));
    let test = || NodeTest { id: None, draft: new(), input: CallInput::default() };
    assert_eq!(settings.test_node(test()).await, Err(forbidden.clone()));
    assert_eq!(settings.node(node.id.clone()).await, Err(forbidden.clone()));
    assert_eq!(settings.node_choices().await, Err(forbidden.clone()));
    assert_eq!(settings.save_node(node.id.clone(), 1, new()).await, Err(forbidden.clone()));
    assert_eq!(settings.duplicate_node(node.id.clone()).await, Err(forbidden.clone()));
    assert_eq!(settings.delete_node(node.id.clone(), 1).await, Err(forbidden));
    let (nobody, out) = (house.door_of(Who::Nobody), Error::SignedOut);
    assert_eq!(nobody.list_nodes(NodeQuery::default()).await, Err(out.clone()));
    assert_eq!(nobody.create_node(new()).await, Err(out.clone()));
    assert_eq!(nobody.call_api_node(&node.id, &CallInput::default()).await, Err(out.clone()));
    assert_eq!(nobody.test_node(test()).await, Err(out.clone()));
    assert_eq!(nobody.node(node.id.clone()).await, Err(out.clone()));
    assert_eq!(nobody.node_choices().await, Err(out.clone()));
    assert_eq!(nobody.save_node(node.id.clone(), 1, new()).await, Err(out.clone()));
    assert_eq!(nobody.duplicate_node(node.id.clone()).await, Err(out.clone()));
    assert_eq!(nobody.delete_node(node.id.clone(), 1).await, Err(out));
    let manager = house.person(&[Permission::ManageApiNodes]);
    manager.create_node(new()).await.unwrap();
    assert_eq!(manager.node_choices().await.unwrap().authorities.len(), 1);

    let token = |scopes: &[Scope]| {
        house.door_of(Who::Token(Arc::new(TokenHolder {
            id: "0".repeat(32),
            name: "deploy".to_owned(),
            account_id: house.account_id.clone(),
            scopes: scopes.to_vec(),
            expires_at: None,
        })))
    };
    let missing = |scope| Error::MissingScope { scope };
    let call = async |scopes: &[Scope]| token(scopes).call_api_node(&node.id, &CallInput::default()).await.map(drop);
    assert_eq!(call(&[Scope::WriteApiNodes]).await, Err(missing(Scope::CallApiNodes)));
    let read = async |scopes: &[Scope]| token(scopes).api_node(&node.id).await.map(drop);
    assert_eq!(read(&[Scope::CallApiNodes]).await, Err(missing(Scope::ReadApiNodes)));
    assert_eq!(read(&[Scope::WriteApiNodes]).await, Ok(()));
    let create = token(&[Scope::ReadApiNodes]).create_api_node(new()).await.map(drop);
    assert_eq!(create, Err(missing(Scope::WriteApiNodes)));

    let stranger = House::new().await;
    assert_eq!(stranger.door().api_node(&node.id).await.map(drop), Err(Error::NotFound));
    assert_eq!(stranger.door().call_api_node(&node.id, &CallInput::default()).await.map(drop), Err(Error::NotFound));
    for id in ["", "x", "../x", "2458CE5A-0C35-4C7F-82C7-8E9487D3FF60"] {
        assert_eq!(house.door().call_api_node(id, &CallInput::default()).await.map(drop), Err(Error::NotFound), "{id}");
    }
}

#[tokio::test]
async fn certificates_that_do_not_do_are_refused_at_their_field() {
    let (house, clients) = (House::new().await, Authority::new("Client CA"));
    let ca = house.upload_authority(&clients).await;
    let good = house.upload(&clients.client("good", VALID), "Good").await;
    let later = house.upload(&clients.client("later", (3, 30)), "Later").await;
    let old = house.upload(&clients.client_until_now("old"), "Old").await;
    expire().await;
    let unknown = "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60";
    let base = || draft("https://bank.example/", &ca);
    for (draft, field) in [
        (pinned(base(), &ca), "mtls/certificate"),
        (pinned(base(), &old), "mtls/certificate"),
        (pinned(base(), &later), "mtls/certificate"),
        (pinned(base(), unknown), "mtls/certificate"),
        (Draft { server_ca: Some(good.clone()), ..base() }, "server_ca"),
        (Draft { server_ca: Some(unknown.to_owned()), ..base() }, "server_ca"),
    ] {
        let test = NodeTest { id: None, draft: draft.clone(), input: CallInput::default() };
        for refused in [house.door().create_node(draft).await.map(drop), house.door().test_node(test).await.map(drop)] {
            let Err(Error::Fields { problems }) = refused else { panic!("{field}: {refused:?}") };
            assert_eq!(problems[0].field, field);
        }
    }
    house.create(pinned(base(), &good)).await;
}

#[tokio::test]
async fn a_draft_is_tested_as_it_is_typed() {
    let Setting { clients, own, house, ca } = Setting::new().await;
    let server = TlsServer::start(Rules { optional: true, ..Rules::asking(&own, &clients) }).await;
    let one = house.upload(&clients.client("one", VALID), "One").await;
    let node = house.create(draft("https://elsewhere.invalid/", &ca)).await;
    let input =
        |value: serde_json::Value| CallInput { variables: value.as_object().unwrap().clone(), ..CallInput::default() };
    let typed = Draft {
        method: "POST".to_owned(),
        body: "{\"amount\": {{ order.amount }}, \"iban\": \"{{iban}}\"}".to_owned(),
        ..pinned(draft(&server.url("/{{ id }}"), &ca), &one)
    };
    let test = |input| NodeTest { id: Some(node.id.clone()), draft: typed.clone(), input };
    let values = serde_json::json!({ "order": { "amount": 12.5 }, "iban": "DE\"1", "id": "a/b" });
    let outcome = house.door().test_node(test(input(values))).await.unwrap();
    let request = told(&outcome);
    assert_eq!(
        (&request["uri"], &request["client"], &request["method"]),
        (&"/a%2Fb".into(), &"one".into(), &"POST".into())
    );
    assert_eq!(request["body"], "{\"amount\": 12.5, \"iban\": \"DE\\\"1\"}");
    assert_eq!(request["headers"]["content-type"], "application/json");
    let missing = house.door().test_node(test(input(serde_json::json!({ "iban": "x" })))).await;
    let Err(Error::Fields { problems }) = missing else { panic!("{missing:?}") };
    assert_eq!(
        problems.iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>(),
        ["variables/id", "variables/order.amount"]
    );
    assert_eq!(server.requests(), 1, "nothing was sent");
    assert_eq!(failure(&house.call(&node).await), FailureKind::Dns, "nothing was saved");
}

#[tokio::test]
async fn lists_are_searched_and_divided() {
    let (house, clients) = (House::new().await, Authority::new("Client CA"));
    let door = house.door();
    let ca = house.upload_authority(&clients).await;
    let one = house.upload(&clients.client("one", VALID), "One").await;
    house.make_primary(&one).await;
    let base = |name: &str, url: &str| Draft { name: name.to_owned(), ..draft(url, &ca) };
    let closed = house.create(base("Rates_100%", "https://127.0.0.1:1/")).await;
    house.create(with_primary(base("create transfer", "https://api.bank.example/v1"))).await;
    house.create(pinned(base("Charge card", "https://api.acquirer.example/v2"), &one)).await;
    house.call(&closed).await;
    house.services.write_uses().await.unwrap();
    let names = async |show: NodeShow, search: &str| {
        let list = door.list_nodes(NodeQuery { page: 0, search: search.to_owned(), show }).await.unwrap();
        assert_eq!(list.counts, [3, 1, 1, 1, 1]);
        list.rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(NodeShow::All, "").await, ["Charge card", "create transfer", "Rates_100%"]);
    assert_eq!(names(NodeShow::All, "BANK.example").await, ["create transfer"]);
    assert_eq!(names(NodeShow::All, "_100%").await, ["Rates_100%"]);
    assert_eq!(names(NodeShow::All, "e_t").await, [""; 0]);
    assert_eq!(names(NodeShow::All, "\0 charge \t card\n").await, ["Charge card"], "blanks, and what nobody can type");
    assert_eq!(names(NodeShow::All, "ONE").await, ["Charge card", "create transfer"], "by their certificate");
    assert_eq!(names(NodeShow::Pinned, "one").await, ["Charge card"]);
    assert_eq!(names(NodeShow::All, "two").await, [""; 0]);
    assert_eq!(names(NodeShow::Primary, "").await, ["create transfer"]);
    assert_eq!(names(NodeShow::Pinned, "").await, ["Charge card"]);
    assert_eq!(names(NodeShow::Off, "").await, ["Rates_100%"]);
    assert_eq!(names(NodeShow::Failing, "").await, ["Rates_100%"]);
    let beyond = NodeQuery { page: 9, search: "c".to_owned(), show: NodeShow::All };
    let list = door.list_nodes(beyond.clone()).await.unwrap();
    assert_eq!(list.query, NodeQuery { page: 1, ..beyond }, "the last page that there is");
    let list = door.list_nodes(NodeQuery::default()).await.unwrap();
    let certificates: Vec<_> =
        list.rows.iter().map(|row| row.certificate.as_ref().map(|one| one.name.as_str())).collect();
    assert_eq!(certificates, [Some("One"), Some("One"), None]);
    let call = list.rows[2].last_call.as_ref().unwrap();
    assert_eq!((call.result.as_str(), call.has_failed()), ("connect", true));
}

#[tokio::test]
async fn a_stale_change_is_refused() {
    let house = House::new().await;
    let ca = house.upload_authority(&Authority::new("Server CA")).await;
    let base = || draft("https://bank.example/", &ca);
    let node = house.create(base()).await;
    let manager = house.person(&[Permission::ManageApiNodes]);
    let same = manager.save_node(node.id.clone(), 1, base()).await.unwrap();
    assert_eq!(same.version, 1, "nothing was changed");
    let changed = manager.save_node(node.id.clone(), 1, Draft { timeout_ms: 5_000, ..base() }).await.unwrap();
    assert_eq!((changed.version, changed.changed_by.as_str()), (2, "Ana Ruiz"));
    let stale = manager.save_node(node.id.clone(), 1, base()).await;
    assert!(matches!(stale, Err(Error::Stale { by: Some(by), .. }) if by == "Ana Ruiz"));
    let mtls = Mtls { enabled: true, certificate: Chosen::Primary };
    let over_http = manager.save_node(node.id, 2, Draft { mtls, ..draft("http://bank.example/", &ca) }).await;
    assert!(matches!(over_http, Err(Error::Fields { problems }) if problems[0].field == "url"));
}

#[tokio::test]
async fn a_call_that_is_refused_is_recorded() {
    let (house, clients) = (House::new().await, Authority::new("Client CA"));
    let ca = house.upload_authority(&clients).await;
    let one = house.upload(&clients.client("one", VALID), "One").await;
    let node = house.create(pinned(draft("https://127.0.0.1:1/", &ca), &one)).await;
    let manager = house.person(&[Permission::ManageApiNodes]);
    let unknown = "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60";
    manager.call_api_node(unknown, &CallInput::default()).await.unwrap_err();

    // A key that was changed in the database.
    let url = format!("sqlite:{}", house.folder.path().join("signet.db").display());
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("update sealed_keys set sealed = zeroblob(length(sealed))").execute(&mut database).await.unwrap();
    for _ in 0..3 {
        let failed = manager.call_api_node(&node.id, &CallInput::default()).await;
        assert!(matches!(failed, Err(Error::Internal { .. })), "{failed:?}");
    }
    house.services.write_refusals(true).await.unwrap();
    let entries = house.services.store.audit_entries(Some(&house.account_id), 0, 100).await.unwrap();
    let refused: Vec<_> = entries
        .iter()
        .filter(|entry| entry.result == "refused")
        .map(|entry| (entry.action.as_str(), entry.object_id.as_deref().unwrap(), entry.detail.as_str()))
        .collect();
    let why = "for calls of the API node “Create transfer”, version 1 of the contents; \
               the key does not open: it was changed, or copied from elsewhere";
    assert_eq!(
        refused[..2],
        [("api_node.call", unknown, "the company has nothing with this id"), ("key.open", &one, why)]
    );
    assert_eq!((refused.len(), refused[2].0), (3, "key.open"), "the others are summed up");
    assert!(refused[2].2.starts_with(&format!("{why}; 2 more times ")), "{refused:?}");
    assert!(entries.iter().all(|entry| entry.action != "key.open" || entry.result == "refused"));
}
