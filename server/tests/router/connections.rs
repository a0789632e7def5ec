//! Connections whose client takes its time, on a real socket.

use std::time::Duration;

use server::connections::{Timeouts, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use crate::client::TestServer;

/// So long that nobody is hung up on because the machine is busy.
const HEAD: Duration = Duration::from_secs(3);
/// As long as a client may take nothing of an answer.
const ANSWER: Duration = Duration::from_secs(2);
/// Long enough for a busy machine, and short beside the 75 seconds of a server without the setting.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server on a socket that gives heads this long.
struct Listening {
    server: TestServer,
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Listening {
    async fn start() -> Self {
        let server = TestServer::start().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let timeouts = Timeouts { head: HEAD, answer: ANSWER, ..Timeouts::default() };
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(serve(listener, None, server.router(), timeouts, async {
            let _stopped = stopped.await;
        }));
        Self { server, address, stop, serving }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}

/// Reads until the server hangs up: what it said until then.
async fn rest(connection: &mut TcpStream) -> String {
    let mut said = Vec::new();
    // Whoever hangs up on somebody who is still talking may reset the connection.
    let _closed = timeout(PATIENCE, connection.read_to_end(&mut said)).await.expect("the connection stays open");
    String::from_utf8(said).unwrap()
}

#[tokio::test]
async fn who_sends_a_head_slowly_is_hung_up_on() {
    let listening = Listening::start().await;
    let (mut reading, mut writing) = listening.connect().await.into_split();
    let start = Instant::now();
    let trickle = tokio::spawn(async move {
        writing.write_all(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ").await.unwrap();
        // A byte now and then, so that the connection is never idle.
        while writing.write_all(b"x").await.is_ok() {
            sleep(HEAD / 30).await;
        }
    });
    let mut said = Vec::new();
    let _closed = timeout(PATIENCE, reading.read_to_end(&mut said)).await.expect("the connection stays open");
    let said = String::from_utf8(said).unwrap();
    assert!(!said.contains("200 OK"), "{said}");
    assert!(start.elapsed() >= HEAD, "not before its time");
    trickle.abort();
}

#[tokio::test]
async fn who_says_nothing_is_hung_up_on_at_the_beginning_and_after_an_answer() {
    let listening = Listening::start().await;
    let mut silent = listening.connect().await;
    assert_eq!(rest(&mut silent).await, "");

    let mut one_request = listening.connect().await;
    one_request.write_all(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").await.unwrap();
    let said = rest(&mut one_request).await;
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n") && said.ends_with("\r\n\r\nok\n"), "{said}");
}

#[tokio::test]
async fn each_request_has_its_own_time() {
    let listening = Listening::start().await;
    let mut connection = listening.connect().await;
    // Together they take longer than one head may.
    for _ in 0..5 {
        connection.write_all(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n").await.unwrap();
        sleep(HEAD / 3).await;
        connection.write_all(b"\r\n").await.unwrap();
        let mut answer = [0; 15];
        connection.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
        let mut said = Vec::new();
        while !said.ends_with(b"\r\n\r\nok\n") {
            said.push(connection.read_u8().await.unwrap());
        }
    }
    listening.stop.send(()).unwrap();
    timeout(PATIENCE, listening.serving).await.expect("the end waits for nobody").unwrap();
}

#[tokio::test]
async fn who_takes_no_answer_is_hung_up_on() {
    let listening = Listening::start().await;
    let mut connection = listening.connect().await;
    // More than both ends of a connection keep in memory.
    let requests = "GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(2000);
    let (mut reading, mut writing) = connection.split();
    let asking = writing.write_all(requests.as_bytes());
    let mut first = [0; 15];
    let (_hung_up_on, answered) = tokio::join!(timeout(ANSWER, asking), reading.read_exact(&mut first));
    answered.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");

    // A server that is told to stop waits for the answers that it has begun.
    listening.stop.send(()).unwrap();
    timeout(PATIENCE, listening.serving).await.expect("the connection stays open").unwrap();
}

#[tokio::test]
async fn who_takes_an_answer_slowly_gets_all_of_it() {
    let listening = Listening::start().await;
    let mut connection = listening.connect().await;
    connection.write_all(b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").await.unwrap();
    sleep(ANSWER * 2).await;
    let said = rest(&mut connection).await;
    let (_head, body) = said.split_once("\r\n\r\n").unwrap();
    let described: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(described["openapi"], "3.1.0");
}

#[tokio::test]
async fn who_listens_is_not_cut_off_and_holds_nobody_up() {
    let listening = Listening::start().await;
    let ana = listening.server.administrator().await;
    let mut connection = listening.connect().await;
    let cookie = ana.cookie().unwrap();
    let request = format!("GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    // Longer than a head or a stuck answer may take.
    sleep(HEAD + ANSWER).await;
    let upload = serde_json::json!({ "upload": {
        "ca": false, "certificates": crate::client::certificate("told.example"), "private_key": null, "name": "Told",
        "primary": false, "confirmed": []
    } });
    ana.call("certificates/upload", upload).await;
    let mut said = Vec::new();
    while !String::from_utf8_lossy(&said).contains("event: changed") {
        said.push(timeout(PATIENCE, connection.read_u8()).await.expect("nothing is told").unwrap());
    }
    assert!(said.starts_with(b"HTTP/1.1 200 OK\r\n"));
    listening.stop.send(()).unwrap();
    // No longer than other answers, which are under way for less.
    timeout(Duration::from_secs(2), listening.serving).await.expect("it holds up the end").unwrap();
    rest(&mut connection).await;
}

#[test]
fn a_server_gives_75_seconds_for_a_head_10_for_a_handshake_and_30_to_go_on_reading() {
    let Timeouts { handshake, head, answer } = Timeouts::default();
    assert_eq!((handshake.as_secs(), head.as_secs(), answer.as_secs()), (10, 75, 30));
}
