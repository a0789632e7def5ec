//! Slow, endless and broken answers, and redirects.

use app::api_node::{CallOutcome, Draft, FailureKind, Timing};
use tokio::time::Instant;

use crate::house::{House, Setting, draft, failure, pinned, told};
use crate::material::{Authority, VALID};
use crate::tls_server::{Rules, TlsServer};

struct Scene {
    house: House,
    ca: String,
    certificate: String,
    server: TlsServer,
    clients: Authority,
    own: crate::material::Issued,
}

impl Scene {
    async fn new() -> Self {
        let Setting { clients, own, house, ca } = Setting::new().await;
        let certificate = house.upload(&clients.client("payments", VALID), "Bank prod").await;
        let server = TlsServer::start(Rules { optional: true, ..Rules::asking(&own, &clients) }).await;
        Self { house, ca, certificate, server, clients, own }
    }

    async fn call(&self, draft: Draft) -> CallOutcome {
        self.house.call(&self.house.create(draft).await).await
    }

    fn draft(&self, path: &str) -> Draft {
        pinned(draft(&self.server.url(path), &self.ca), &self.certificate)
    }

    fn following(&self, path: &str) -> Draft {
        Draft { follow_redirects: true, ..self.draft(path) }
    }
}

#[tokio::test]
async fn what_takes_too_long_is_given_up() {
    let scene = Scene::new().await;
    for path in ["/slow", "/slow-body"] {
        let start = Instant::now();
        let outcome = scene.call(Draft { timeout_ms: 400, ..scene.draft(path) }).await;
        assert_eq!(failure(&outcome), FailureKind::Timeout, "{path}");
        assert!(start.elapsed().as_millis() < 3000, "{path}");
        assert!(outcome.tls.unwrap().client_certificate_sent, "what is known by then is told");
    }
    // Nothing answers at all.
    let deaf = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://127.0.0.1:{}/", deaf.local_addr().unwrap().port());
    let outcome = scene.call(Draft { timeout_ms: 300, ..draft(&url, &scene.ca) }).await;
    assert_eq!(failure(&outcome), FailureKind::Timeout);
    assert!(outcome.error.unwrap().message.ends_with("the time ran out while waiting for the TLS handshake."));
    let Timing { lookup, connect, handshake, first_byte, .. } = outcome.timing;
    assert!(lookup.is_some() && connect.is_some() && handshake.unwrap() > 0.0, "what is known by then is told");
    assert_eq!((first_byte, outcome.tls), (None, None), "and nothing else");
}

#[tokio::test]
async fn what_is_too_large_is_not_read_to_its_end() {
    let scene = Scene::new().await;
    for path in ["/endless", "/too-large"] {
        assert_eq!(failure(&scene.call(scene.draft(path)).await), FailureKind::AnswerTooLarge, "{path}");
    }
    assert_eq!(scene.call(scene.draft("/large")).await.answer.unwrap().bytes, 4 * 1024 * 1024);
    assert_eq!(failure(&scene.call(scene.draft("/headers")).await), FailureKind::AnswerBroken);
}

#[tokio::test]
async fn what_breaks_off_is_said() {
    let scene = Scene::new().await;
    assert_eq!(failure(&scene.call(scene.draft("/broken")).await), FailureKind::Closed);
    let binary = scene.call(scene.draft("/binary")).await.answer.unwrap();
    assert_eq!((binary.body.as_str(), binary.is_base64, binary.bytes), ("//4=", true, 2));
    let closed = draft("https://127.0.0.1:1/", &scene.ca);
    assert_eq!(failure(&scene.call(closed).await), FailureKind::Connect);
    let nowhere = draft("https://nowhere.invalid/", &scene.ca);
    assert_eq!(failure(&scene.call(nowhere).await), FailureKind::Dns);
}

#[tokio::test]
async fn a_broken_server_does_not_hold_up_others() {
    let scene = Scene::new().await;
    let slow = scene.house.create(Draft { timeout_ms: 15_000, ..scene.draft("/slow") }).await;
    let good = scene.house.create(scene.draft("/")).await;
    let door = scene.house.door();
    let stuck: Vec<_> = (0..400)
        .map(|_| {
            let (door, id) = (door.clone(), slow.id.clone());
            tokio::spawn(async move { door.call_api_node(&id, &app::api_node::CallInput::default()).await.unwrap() })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(scene.house.call(&good).await.error, None);
    assert!(!stuck.iter().any(tokio::task::JoinHandle::is_finished), "the others still wait for their server");
    for stuck in stuck {
        assert_eq!(failure(&stuck.await.unwrap()), FailureKind::Timeout);
    }
}

#[tokio::test]
async fn redirects_are_followed_only_where_the_node_says_so() {
    let scene = Scene::new().await;
    let not_followed = scene.call(scene.draft("/redirect?/target")).await;
    assert_eq!((not_followed.answer.unwrap().status, not_followed.redirects), (307, 0));
    let followed = scene.call(scene.following("/redirect?/target")).await;
    let request = told(&followed);
    assert_eq!((&request["uri"], &request["client"]), (&"/target".into(), &"payments".into()));
    assert_eq!(followed.redirects, 1);
    let outcome = scene.call(scene.following("/loop")).await;
    assert_eq!((failure(&outcome), outcome.redirects), (FailureKind::TooManyRedirects, 5));
    let plain = TlsServer::plain().await;
    let downgrade = format!("/redirect?http://127.0.0.1:{}/", plain.address.port());
    assert_eq!(failure(&scene.call(scene.following(&downgrade)).await), FailureKind::RedirectRefused);
    assert_eq!(plain.requests(), 0);
}

#[tokio::test]
async fn a_redirect_over_the_same_connection_finds_it_there() {
    let scene = Scene::new().await;
    let server = TlsServer::start(Rules { http2: true, ..Rules::asking(&scene.own, &scene.clients) }).await;
    let url = server.url("/redirect?/target");
    let following = Draft { follow_redirects: true, ..pinned(draft(&url, &scene.ca), &scene.certificate) };
    let outcome = scene.call(following).await;
    assert_eq!((&told(&outcome)["uri"], outcome.redirects), (&"/target".into(), 1));
    assert_eq!((server.connections(), server.requests()), (1, 2));
    let tls = outcome.tls.unwrap();
    assert!(tls.reused && tls.client_certificate_sent, "{tls:?}");
    let timing = outcome.timing;
    assert_eq!((timing.lookup, timing.connect, timing.handshake), (None, None, None));
    assert!(timing.first_byte.unwrap() > 0.0, "{timing:?}");
}

#[tokio::test]
async fn a_certificate_that_a_redirect_does_not_take_along_is_not_blamed() {
    let scene = Scene::new().await;
    let strict = TlsServer::start(Rules::asking(&scene.own, &scene.clients)).await;
    let lenient = TlsServer::start(Rules { optional: true, ..Rules::asking(&scene.own, &scene.clients) }).await;
    for url in [strict.url("/target"), lenient.url("/nginx")] {
        let outcome = scene.call(scene.following(&format!("/redirect?{url}"))).await;
        assert_eq!((failure(&outcome), outcome.redirects), (FailureKind::ClientCertificateRequired, 1), "{url}");
        let error = outcome.error.unwrap();
        assert!(error.hint.contains("A redirect led there") && !error.hint.contains("cannot sign"), "{error:?}");
        let tls = outcome.tls.unwrap();
        assert!(tls.client_certificate_requested && !tls.client_certificate_sent, "{tls:?}");
    }
}

#[tokio::test]
async fn a_redirect_takes_nothing_secret_to_another_host() {
    let scene = Scene::new().await;
    let other = TlsServer::start(Rules { optional: true, ..Rules::asking(&scene.own, &scene.clients) }).await;
    let header = |name: &str, value: &str, secret| app::api_node::DraftHeader {
        name: name.to_owned(),
        value: Some(app::service::Secret::from(value.to_owned())),
        secret,
    };
    let headers = vec![
        header("X-Api-Key", "hush", true),
        header("Authorization", "Bearer hush", false),
        header("X-Partner", "meridian", false),
    ];
    for host in ["127.0.0.1", "localhost"] {
        let path = format!("/redirect?https://{host}:{}/target", other.address.port());
        let outcome = scene.call(Draft { headers: headers.clone(), ..scene.following(&path) }).await;
        let request = told(&outcome);
        assert_eq!((&request["uri"], &request["client"]), (&"/target".into(), &"".into()), "{host}");
        assert_eq!(request["headers"]["x-partner"], "meridian");
        assert!(!request.to_string().contains("hush"), "{request}");
        let tls = outcome.tls.unwrap();
        assert!(tls.client_certificate_requested && !tls.client_certificate_sent);
    }
    // And at home everything goes along.
    let outcome = scene.call(Draft { headers, ..scene.draft("/") }).await;
    let request = told(&outcome);
    assert_eq!(
        (&request["headers"]["x-api-key"], &request["headers"]["authorization"]),
        (&"hush".into(), &"Bearer hush".into())
    );
}
