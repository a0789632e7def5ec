//! Connections that are kept for the calls after.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use app::api_node::{CallInput, CallOutcome, Draft, FailureKind};
use app::service::Node;
use async_trait::async_trait;
use server::egress::{Egress, Resolve, SystemResolver};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use crate::house::{House, Setting, draft, failure, told};
use crate::material::Authority;
use crate::tls_server::{Rules, TlsServer, own};

fn is_reused(outcome: &CallOutcome) -> bool {
    outcome.tls.as_ref().unwrap().reused
}

#[tokio::test]
async fn calls_one_after_the_other_go_over_one_connection() {
    let Setting { own, house, ca, .. } = Setting::new().await;
    for http2 in [false, true] {
        let server = TlsServer::start(Rules { http2, ..Rules::new(&own) }).await;
        // Short, as large as they may be, and without a body.
        let paths = ["short", "large", "unavailable", "short"];
        let node = house.create(draft(&server.url("/{{path}}"), &ca)).await;
        for (place, path) in paths.into_iter().enumerate() {
            let variables = serde_json::json!({ "path": path }).as_object().unwrap().clone();
            let input = CallInput { variables, ..CallInput::default() };
            let outcome = house.door().call_api_node(&node.id, &input).await.unwrap();
            assert!(outcome.answer.is_some(), "{path}: {outcome:?}");
            assert_eq!(is_reused(&outcome), place > 0, "{path}");
        }
        assert_eq!((server.connections(), server.requests()), (1, 4), "HTTP/2: {http2}");
    }
}

#[tokio::test]
async fn calls_at_once_have_a_connection_each_and_share_one_over_http2() {
    let Setting { own, house, ca, .. } = Setting::new().await;
    for (http2, connections) in [(false, 5), (true, 1)] {
        let server = TlsServer::start(Rules { http2, ..Rules::new(&own) }).await;
        let node = house.create(Draft { timeout_ms: 700, ..draft(&server.url("/slow"), &ca) }).await;
        // The first makes a connection that the others may share.
        let call = async || house.call(&node).await;
        let first = call();
        let others = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            futures_util::future::join_all((0..4).map(|_| call())).await
        };
        let (first, others) = tokio::join!(first, others);
        for outcome in others.iter().chain([&first]) {
            assert_eq!(failure(outcome), FailureKind::Timeout);
        }
        assert!(!is_reused(&first) && first.timing.handshake.is_some());
        assert!(others.iter().all(|outcome| is_reused(outcome) == http2));
        assert!(others.iter().all(|outcome| outcome.timing.handshake.is_none() == http2), "it was another call's");
        assert_eq!((server.connections(), server.requests()), (connections, 5), "HTTP/2: {http2}");
    }
}

#[tokio::test]
async fn one_of_many_connections_that_began_at_once_is_kept_over_http2() {
    let Setting { own, house, ca, .. } = Setting::new().await;
    let server = TlsServer::start(Rules { http2: true, ..Rules::new(&own) }).await;
    let node = house.create(draft(&server.url("/"), &ca)).await;
    for outcome in futures_util::future::join_all((0..8).map(|_| house.call(&node))).await {
        assert!(outcome.answer.is_some(), "{outcome:?}");
    }
    let start = Instant::now();
    while server.open() != 1 {
        assert!(start.elapsed() < Duration::from_secs(20), "{} are open", server.open());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(is_reused(&house.call(&node).await));
}

/// Connects, but not a second time: the server does not answer that any more.
struct Once(AtomicU32);

#[async_trait]
impl Resolve for Once {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        SystemResolver.resolve(host).await
    }

    async fn connect(&self, address: SocketAddr) -> io::Result<TcpStream> {
        match self.0.fetch_add(1, Ordering::SeqCst) {
            0 => SystemResolver.connect(address).await,
            _ => std::future::pending().await,
        }
    }
}

#[tokio::test]
async fn who_waits_for_a_connection_takes_one_that_becomes_free() {
    let servers = Authority::new("Server CA");
    let own = own(&servers);
    let house = House::calling(Egress::new(true, Vec::new(), Arc::new(Once(AtomicU32::new(0))))).await;
    let ca = house.upload_authority(&servers).await;
    let server = TlsServer::start(Rules::new(&own)).await;
    let node = house.create(draft(&server.url("/"), &ca)).await;
    for outcome in futures_util::future::join_all((0..4).map(|_| house.call(&node))).await {
        assert!(outcome.answer.is_some(), "{outcome:?}");
    }
    assert_eq!((server.connections(), server.requests()), (1, 4));
}

#[tokio::test]
async fn a_redirect_is_followed_without_its_body() {
    let Setting { own, house, ca, .. } = Setting::new().await;
    for http2 in [false, true] {
        let server = TlsServer::start(Rules { http2, ..Rules::new(&own) }).await;
        let draft = Draft { follow_redirects: true, ..draft(&server.url("/redirect-slowly"), &ca) };
        let node = house.create(Draft { timeout_ms: 5000, ..draft }).await;
        assert_eq!(told(&house.call(&node).await)["uri"], "/target", "HTTP/2: {http2}");
    }
}

#[tokio::test]
async fn what_the_server_says_it_has_not_done_is_sent_again() {
    let Setting { own, house, ca, .. } = Setting::new().await;
    let server = TlsServer::start(Rules { http2: true, ..Rules::new(&own) }).await;
    let draft = Draft { method: "POST".to_owned(), ..draft(&server.url("/refused-in-turns"), &ca) };
    let node = house.create(draft).await;
    for _ in 0..2 {
        let outcome = house.call(&node).await;
        assert!(outcome.answer.is_some(), "{outcome:?}");
    }
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn a_call_that_was_given_up_leaves_no_connection_behind() {
    let Setting { own, house, ca, .. } = Setting::new().await;
    let server = TlsServer::start(Rules::new(&own)).await;
    let node = house.create(Draft { timeout_ms: 300, ..draft(&server.url("/{{path}}"), &ca) }).await;
    for (path, is_given_up) in [("slow", true), ("slow-body", true), ("too-large", true), ("answer", false)] {
        let variables = serde_json::json!({ "path": path }).as_object().unwrap().clone();
        let input = CallInput { variables, ..CallInput::default() };
        let outcome = house.door().call_api_node(&node.id, &input).await.unwrap();
        assert_eq!(outcome.error.is_some(), is_given_up, "{path}");
        assert!(!is_reused(&outcome), "{path}");
    }
    assert_eq!(server.connections(), 4);
}

#[tokio::test]
async fn an_answer_may_be_the_last_of_its_connection() {
    let Setting { own, house, ca, .. } = Setting::new().await;
    let server = TlsServer::start(Rules::new(&own)).await;
    let node = house.create(draft(&server.url("/once"), &ca)).await;
    for _ in 0..3 {
        let outcome = house.call(&node).await;
        assert!(outcome.error.is_none() && !is_reused(&outcome), "{outcome:?}");
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn what_nothing_goes_over_is_closed() {
    let servers = Authority::new("Server CA");
    let (own, second) = (own(&servers), Duration::from_secs(1));
    let house = House::calling(Egress::closing_after(second, true, Vec::new(), Arc::new(SystemResolver))).await;
    let ca = house.upload_authority(&servers).await;
    for http2 in [false, true] {
        let server = TlsServer::start(Rules { http2, ..Rules::new(&own) }).await;
        let node = house.create(draft(&server.url("/"), &ca)).await;
        assert!(!is_reused(&house.call(&node).await));
        assert!(is_reused(&house.call(&node).await));
        assert_eq!(server.open(), 1);
        let start = Instant::now();
        while server.open() > 0 {
            assert!(start.elapsed() < 20 * second, "HTTP/2: {http2}");
            tokio::time::sleep(second / 20).await;
        }
        assert!(start.elapsed() > second / 2, "HTTP/2: {http2}");
        assert!(!is_reused(&house.call(&node).await));
    }
}

/// A server without TLS that answers the first request of each connection, and closes it when, or right before, the second one comes.
struct Forgetful {
    url: String,
    requests: Arc<AtomicU32>,
}

impl Forgetful {
    async fn start(reads_the_second: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://127.0.0.1:{}/", listener.local_addr().unwrap().port());
        let requests = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&requests);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, reads_the_second, Arc::clone(&counted)));
            }
        });
        Self { url, requests }
    }
}

async fn serve(mut stream: TcpStream, reads_the_second: bool, requests: Arc<AtomicU32>) {
    for is_first in [true, false] {
        if !is_first && !reads_the_second {
            // Not before the connection is kept.
            tokio::time::sleep(Duration::from_millis(50)).await;
            return;
        }
        let mut space = [0; 4096];
        let Ok(1..) = stream.read(&mut space).await else { return };
        requests.fetch_add(1, Ordering::SeqCst);
        if is_first {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.unwrap();
        }
    }
}

async fn called_twice(house: &House, server: &Forgetful, method: &str) -> (Node, CallOutcome) {
    let (name, url) = (method.to_owned(), server.url.clone());
    let node = house.create(Draft { name, method: method.to_owned(), url, ..Draft::default() }).await;
    let first = house.call(&node).await;
    assert!(first.answer.is_some(), "{first:?}");
    // The server's end arrives before the next call begins, if there is one.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let second = house.call(&node).await;
    (node, second)
}

#[tokio::test]
async fn a_connection_that_the_server_has_closed_fails_no_call() {
    let Setting { house, .. } = Setting::new().await;
    for method in ["GET", "POST"] {
        let server = Forgetful::start(false).await;
        let (_node, second) = called_twice(&house, &server, method).await;
        assert!(second.answer.is_some(), "{method}: {second:?}");
        assert_eq!(server.requests.load(Ordering::SeqCst), 2, "{method}");
    }
}

#[tokio::test]
async fn what_may_have_been_done_is_not_done_again() {
    let Setting { house, .. } = Setting::new().await;
    // The server has read it before it closed the connection: only what does no harm twice is sent again.
    let server = Forgetful::start(true).await;
    let (_node, second) = called_twice(&house, &server, "PUT").await;
    assert!(second.answer.is_some(), "{second:?}");
    assert_eq!(server.requests.load(Ordering::SeqCst), 3);
    let server = Forgetful::start(true).await;
    let (node, second) = called_twice(&house, &server, "POST").await;
    assert_eq!(failure(&second), FailureKind::Closed);
    assert_eq!(server.requests.load(Ordering::SeqCst), 2);
    assert!(house.call(&node).await.answer.is_some(), "and the next call has a connection of its own");
}
