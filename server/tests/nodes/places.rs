//! Never to the wrong place.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use app::api_node::{CallInput, FailureKind};
use app::service::{ApiNodes as _, Error, NodeTest};
use async_trait::async_trait;
use server::egress::{Egress, Resolve, SystemResolver};
use server::services::{Changes, Seen};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::house::{House, Names, Setting, draft, failure, pinned};
use crate::material::{Authority, VALID};
use crate::tls_server::{Rules, TlsServer};

#[tokio::test]
async fn an_address_that_is_refused_is_refused_when_it_is_written() {
    let house = House::calling(Egress::new(false, Vec::new(), Arc::new(SystemResolver))).await;
    let authority = Authority::new("Server CA");
    let ca = house.upload_authority(&authority).await;
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "０.0.0.0",
        "localhost",
        "LOCALHOST.",
        "app.localhost",
        "10.0.0.1",
        "169.254.169.254",
        "0xa9fea9fe",
        "192.168.0.1:8443",
        "100.64.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fd00::1]",
        "[fe80::1]",
    ] {
        let refused = house.door().create_node(draft(&format!("https://{host}/"), &ca)).await;
        let Err(Error::Fields { problems }) = refused else { panic!("{host}: {refused:?}") };
        assert_eq!(problems[0].field, "url", "{host}");
        assert!(problems[0].message.contains("SIGNET_NODES_ALLOW_PRIVATE"), "{}", problems[0].message);
    }
    house.create(draft("https://203.0.114.1/", &ca)).await;
}

#[tokio::test]
async fn a_name_that_leads_to_a_refused_address_is_not_called() {
    let authority = Authority::new("Server CA");
    let own = authority.server(&["bank.example"], VALID);
    let server = TlsServer::start(Rules::new(&own)).await;
    let url = format!("https://bank.example:{}/", server.address.port());
    for addresses in [&["127.0.0.1"][..], &["10.0.0.1", "::1"], &["::ffff:127.0.0.1"], &["169.254.169.254"]] {
        let house = House::calling(Egress::new(false, Vec::new(), Names::new(&[addresses]))).await;
        let ca = house.upload_authority(&authority).await;
        let outcome = house.call(&house.create(draft(&url, &ca)).await).await;
        assert_eq!(failure(&outcome), FailureKind::AddressRefused, "{addresses:?}");
    }
    assert_eq!(server.connections(), 0);
    // The same name, where it is allowed.
    let house = House::calling(Egress::new(true, Vec::new(), Names::new(&[&["127.0.0.1"]]))).await;
    let ca = house.upload_authority(&authority).await;
    assert_eq!(house.call(&house.create(draft(&url, &ca)).await).await.error, None);
}

/// A name server that first names an address that may be called, and then another one: what was checked is what is connected to.
#[tokio::test]
async fn an_answer_that_changes_after_the_look_up_leads_nowhere() {
    let authority = Authority::new("Server CA");
    let own = authority.server(&["bank.example"], VALID);
    let server = TlsServer::start(Rules::new(&own)).await;
    // TEST-NET addresses lead nowhere, but this machine must not be asked either; so the first answer is one that nothing listens at.
    let names = Names::new(&[&["198.17.255.255"], &["127.0.0.1"]]);
    let house = House::calling(Egress::new(false, Vec::new(), names)).await;
    let ca = house.upload_authority(&authority).await;
    let url = format!("https://bank.example:{}/", server.address.port());
    let node = house.create(app::api_node::Draft { timeout_ms: 500, ..draft(&url, &ca) }).await;
    let kinds = [failure(&house.call(&node).await), failure(&house.call(&node).await)];
    assert!(matches!(kinds[0], FailureKind::Timeout | FailureKind::Connect), "{kinds:?}");
    assert_eq!(kinds[1], FailureKind::AddressRefused);
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_redirect_is_checked_as_well() {
    let authority = Authority::new("Server CA");
    let own = authority.server(&["bank.example", "localhost"], VALID);
    let inside = TlsServer::start(Rules::new(&own)).await;
    let server = TlsServer::start(Rules::new(&own)).await;
    // The first look is for the node's own host, which this test lets pass by its policy being asked second: the names differ.
    let house = House::calling(Egress::new(true, Vec::new(), Names::new(&[&["127.0.0.1"]]))).await;
    let ca = house.upload_authority(&authority).await;
    let path = format!("/redirect?https://localhost:{}/", inside.address.port());
    let url = format!("https://bank.example:{}{path}", server.address.port());
    let following = app::api_node::Draft { follow_redirects: true, ..draft(&url, &ca) };
    assert_eq!(house.call(&house.create(following).await).await.redirects, 1);
    assert_eq!(inside.requests(), 1, "where private addresses are allowed it is followed");
}

/// A name server that never answers, and how often it was asked.
struct Silent(Arc<AtomicUsize>);

#[async_trait]
impl Resolve for Silent {
    async fn resolve(&self, _host: &str) -> io::Result<Vec<IpAddr>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        std::future::pending().await
    }
}

#[tokio::test]
async fn look_ups_without_an_answer_do_not_pile_up() {
    let asked = Arc::new(AtomicUsize::new(0));
    let house = House::calling(Egress::new(false, Vec::new(), Arc::new(Silent(Arc::clone(&asked))))).await;
    let ca = house.upload_authority(&Authority::new("Server CA")).await;
    let base = draft("https://bank.example/", &ca);
    let node = house.create(app::api_node::Draft { timeout_ms: 100, ..base }).await;
    for _ in 0..6 {
        let outcome = house.call(&node).await;
        assert_eq!(failure(&outcome), FailureKind::Timeout);
        assert!(outcome.error.unwrap().message.ends_with("the time ran out while looking its name up."));
        assert_eq!((outcome.timing.lookup, outcome.tls), (None, None));
    }
    assert_eq!(asked.load(Ordering::Relaxed), 4, "each look-up that goes on keeps its turn");

    // Each of these has a pool of its own.
    let mut tests = JoinSet::new();
    for _ in 0..140 {
        let draft = app::api_node::Draft { timeout_ms: 1000, ..draft("https://bank.example/", &ca) };
        let (door, test) = (house.door(), NodeTest { id: None, draft, input: CallInput::default() });
        tests.spawn(async move { door.test_node(test).await.unwrap() });
    }
    for outcome in tests.join_all().await {
        assert_eq!(failure(&outcome), FailureKind::Timeout);
    }
    assert_eq!(asked.load(Ordering::Relaxed), 128, "all of the server together");
}

/// A network in which bank.example has an address that everybody can reach, and stands on this machine all the same.
struct Elsewhere;

const BANK: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 114, 1));

#[async_trait]
impl Resolve for Elsewhere {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(vec![match host {
            "bank.example" => BANK,
            "inside.example" => Ipv4Addr::new(10, 0, 0, 1).into(),
            _ => Ipv4Addr::LOCALHOST.into(),
        }])
    }

    async fn connect(&self, address: SocketAddr) -> io::Result<TcpStream> {
        assert_eq!(address.ip(), BANK, "nobody may be connected to this address");
        TcpStream::connect((Ipv4Addr::LOCALHOST, address.port())).await
    }
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_not_followed() {
    let authority = Authority::new("Server CA");
    let own = authority.server(&["bank.example"], VALID);
    let inside = TlsServer::start(Rules::new(&own)).await;
    let server = TlsServer::start(Rules::new(&own)).await;
    let house = House::calling(Egress::new(false, Vec::new(), Arc::new(Elsewhere))).await;
    let ca = house.upload_authority(&authority).await;
    for host in ["127.0.0.1", "localhost", "inside.example", "[::1]", "2130706433", "[::ffff:127.0.0.1]"] {
        let (port, target) = (server.address.port(), inside.address.port());
        let url = format!("https://bank.example:{port}/redirect?https://{host}:{target}/");
        let following = app::api_node::Draft { follow_redirects: true, ..draft(&url, &ca) };
        let outcome = house.call(&house.create(following).await).await;
        assert_eq!(failure(&outcome), FailureKind::AddressRefused, "{host}");
        assert_eq!(outcome.answer, None);
    }
    assert_eq!((server.requests(), inside.connections()), (6, 0));
}

#[tokio::test]
async fn a_certificate_goes_only_to_its_hosts() {
    let Setting { clients, own, house, ca } = Setting::new().await;
    let server = TlsServer::start(Rules::asking(&own, &clients)).await;
    let certificate = house.upload(&clients.client("payments", VALID), "Bank prod").await;
    let node = house.create(pinned(draft(&server.url("/"), &ca), &certificate)).await;
    for (hosts, allowed) in [
        (&["localhost"][..], true),
        (&["*.bank.example", "api.bank.example"], false),
        (&["*.localhost"], false),
        (&["127.0.0.1"], false),
        (&[], true),
    ] {
        let hosts = hosts.iter().map(|&host| host.to_owned()).collect();
        let changes = Changes { allowed_hosts: Some(hosts), ..Changes::default() };
        house.door().change_certificate(&certificate, &Seen::Any, changes).await.unwrap();
        let before = server.connections();
        let outcome = house.door().call_api_node(&node.id, &CallInput::default()).await.unwrap();
        if allowed {
            assert_eq!(outcome.error, None);
        } else {
            assert_eq!(failure(&outcome), FailureKind::HostNotAllowed);
            assert_eq!(server.connections(), before, "nothing was sent");
        }
    }
}
