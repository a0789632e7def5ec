//! Secret header values: sealed, kept, never shown.

use std::io;
use std::sync::{Arc, Mutex};

use app::api_node::{CallInput, Draft, DraftHeader};
use app::service::{ApiNodes as _, Error, Secret};
use sqlx::{Connection as _, Row as _, SqliteConnection};

use crate::house::{House, draft, pinned, told};
use crate::material::{Authority, VALID};
use crate::tls_server::{Rules, TlsServer, own};

fn secret(name: &str, value: Option<&str>) -> DraftHeader {
    DraftHeader { name: name.to_owned(), value: value.map(|value| Secret::from(value.to_owned())), secret: true }
}

#[tokio::test]
async fn are_kept_copied_rotated_and_never_shown() {
    let servers = Authority::new("Server CA");
    let own = own(&servers);
    let server = TlsServer::start(Rules::new(&own)).await;
    let house = House::new().await;
    let door = house.door();
    let ca = house.upload_authority(&servers).await;
    let with = |headers: Vec<DraftHeader>| Draft { headers, ..draft(&server.url("/"), &ca) };
    let sent = async |id: &str| {
        let outcome = door.call_api_node(id, &CallInput::default()).await.unwrap();
        let headers = told(&outcome)["headers"].clone();
        (
            headers["x-key"].as_str().unwrap_or_default().to_owned(),
            headers["x-other"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let node = house.create(with(vec![secret("X-Key", Some("hush-1")), secret("X-Other", Some("hush-2"))])).await;
    assert!(!serde_json::to_string(&node).unwrap().contains("hush"));
    assert!(node.headers.iter().all(|header| header.secret && header.value.is_none()));
    assert_eq!(sent(&node.id).await, ("hush-1".to_owned(), "hush-2".to_owned()));

    // In another order, one of them anew, one as it was.
    let headers = vec![secret("x-other", None), secret("X-Key", Some("hush-3"))];
    let node = door.save_node(node.id, node.version, with(headers)).await.unwrap();
    assert_eq!(sent(&node.id).await, ("hush-3".to_owned(), "hush-2".to_owned()));
    let renamed = door.save_node(node.id.clone(), node.version, with(vec![secret("X-New", None)])).await;
    let Err(Error::Fields { problems }) = renamed else { panic!("{renamed:?}") };
    assert_eq!(problems[0].field, "headers/0/value");

    let copy = door.duplicate_node(node.id.clone()).await.unwrap();
    assert_eq!(copy.name, "Create transfer (copy)");
    assert_eq!(sent(&copy.id).await, ("hush-3".to_owned(), "hush-2".to_owned()));

    house.services.add_master_key().await.unwrap();
    let rotation = house.services.rotate_master_key().await.unwrap();
    assert_eq!((rotation.rewrapped, rotation.rewrapped_headers, rotation.unneeded.as_slice()), (0, 4, [1].as_slice()));
    let verified = house.services.verify_keys().await.unwrap();
    assert_eq!((verified.good, verified.good_headers, verified.bad.len()), (0, 4, 0));
    assert_eq!(sent(&node.id).await, ("hush-3".to_owned(), "hush-2".to_owned()));

    // One that was copied to another place does not open there.
    let file = house.folder.path().join("signet.db");
    let mut database = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    let moved = "update sealed_headers set sealed = (select sealed from sealed_headers where node_id = $1 and position = 0), \
                 wrapped_data_key = (select wrapped_data_key from sealed_headers where node_id = $1 and position = 0) \
                 where node_id = $2 and position = 0";
    sqlx::query(moved).bind(&node.id).bind(&copy.id).execute(&mut database).await.unwrap();
    let verified = house.services.verify_keys().await.unwrap();
    assert_eq!((verified.good, verified.good_headers, verified.bad.len()), (0, 3, 1));
    house.services.store.close().await;
    database.close().await.unwrap();
    for entry in std::fs::read_dir(house.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(4).any(|window| window == b"hush"), "it lies in the clear");
    }
}

#[tokio::test]
async fn go_with_their_node() {
    let house = House::new().await;
    let ca = house.upload_authority(&Authority::new("Server CA")).await;
    let headers = vec![secret("X-Key", Some("hush"))];
    let node = house.create(Draft { headers, ..draft("https://bank.example/", &ca) }).await;
    house.door().delete_node(node.id.clone(), 7).await.unwrap_err();
    house.door().delete_node(node.id, node.version).await.unwrap();
    let file = house.folder.path().join("signet.db");
    let mut database = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    for table in ["api_nodes", "api_node_headers", "sealed_headers"] {
        let sql = format!("select count(*) from {table}");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(&mut database).await.unwrap();
        assert_eq!(row.get::<i64, _>(0), 0, "{table}");
    }
}

/// What is logged while it lives, at its most talkative.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn are_in_no_log() {
    let (servers, clients) = (Authority::new("Server CA"), Authority::new("Client CA"));
    let own = own(&servers);
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let house = House::new().await;
    let ca = house.upload_authority(&servers).await;
    let issued = clients.client("payments", VALID);
    let certificate = house.upload(&issued, "Bank prod").await;
    for http2 in [false, true] {
        let server = TlsServer::start(Rules { http2, ..Rules::asking(&own, &clients) }).await;
        let headers = vec![secret("X-Key", Some("hush-in-a-header"))];
        let node = house.create(pinned(Draft { headers, ..draft(&server.url("/"), &ca) }, &certificate)).await;
        let outcome = house.call(&node).await;
        assert_eq!(told(&outcome)["headers"]["x-key"], "hush-in-a-header");
        // What the server tells back is the answer, and no part of what Signet says of itself.
        assert!(!format!("{:?} {:?} {:?}", outcome.tls, outcome.error, node).contains("hush"));
    }
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(logged.contains("h2::"), "the libraries log what they do");
    assert!(!logged.contains("hush"));
    let line = issued.key.lines().nth(1).unwrap();
    assert!(!logged.contains(&line[..24]));
}
