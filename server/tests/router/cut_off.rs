//! Requests whose client is gone before they are answered: each does all or nothing.

use std::time::Duration;

use app::service::Scope;
use serde_json::json;
use server::connections::{Timeouts, serve};
use sqlx::{Connection as _, SqliteConnection};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

use crate::client::{TestServer, certificate};
use crate::rest::Program;

/// What an upload writes, and how often it is there.
const WRITTEN: [&str; 4] = [
    "select count(*) from certificates",
    "select count(*) from certificate_versions",
    "select count(*) from certificate_chains",
    "select count(*) from audit_entries where action = 'certificate.upload' and result = 'done'",
];

async fn written(server: &TestServer) -> Vec<i64> {
    let mut database = SqliteConnection::connect(&server.database_url()).await.unwrap();
    // All of the same moment: what was left may still be written.
    let mut moment = database.begin().await.unwrap();
    let mut counts = Vec::new();
    for sql in WRITTEN {
        counts.push(sqlx::query_scalar(sql).fetch_one(&mut *moment).await.unwrap());
    }
    counts
}

fn upload(program: &Program<'_>, name: &str) -> Vec<u8> {
    let body = json!({ "ca": false, "certificates": certificate(name), "name": name }).to_string();
    let head = format!(
        "POST /client/v4/accounts/{}/mtls_certificates HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\r\n",
        program.account,
        program.token,
        body.len()
    );
    (head + &body).into_bytes()
}

#[tokio::test]
async fn an_upload_is_stored_whole_or_not_at_all() {
    let server = TestServer::start().await;
    let program = Program::new(&server, &[Scope::WriteCertificates]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(serve(listener, None, server.router(), Timeouts::default(), async {
        let _stopped = stopped.await;
    }));

    // Cut off within the head, at the body, within it, and before its last byte: nothing.
    let request = upload(&program, "cut.example");
    let body = request.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    for sent in [body / 2, body, usize::midpoint(body, request.len()), request.len() - 1] {
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(&request[..sent]).await.unwrap();
        drop(connection);
    }
    // One is waited for, and tells how long it takes. Others are sent whole and left at some moment of the work: either.
    let start = Instant::now();
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(&upload(&program, "waited-for.example")).await.unwrap();
    let mut status = [0; 15];
    connection.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 200 OK");
    drop(connection);
    let time = start.elapsed();
    for number in 0..40_u32 {
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(&upload(&program, &format!("{number}.example"))).await.unwrap();
        sleep(time * number / 30).await;
        drop(connection);
    }
    stop.send(()).unwrap();
    timeout(Duration::from_secs(20), serving).await.expect("everything ends").unwrap();

    let counts = written(&server).await;
    assert!(counts.iter().all(|count| *count == counts[0]), "{WRITTEN:?}: {counts:?}");
    assert!((1..=41).contains(&counts[0]), "one was waited for: {counts:?}");
    let names = "select name from certificates where name = 'cut.example'";
    let mut database = SqliteConnection::connect(&server.database_url()).await.unwrap();
    let cut: Option<String> = sqlx::query_scalar(names).fetch_optional(&mut database).await.unwrap();
    assert_eq!(cut, None);
}
