//! What happened in the handshake, in words.

use app::api_node::FailureKind;
use app::service::ApiNodes as _;
use rustls::version::{TLS12, TLS13};

use crate::house::{House, Setting, draft, failure, pinned, told};
use crate::material::{Authority, EXPIRED, VALID, expire, self_signed_server};
use crate::tls_server::{Rules, TlsServer, alerting, own};

const BOTH: [(&[&rustls::SupportedProtocolVersion], &str); 2] = [(&[&TLS12], "TLS 1.2"), (&[&TLS13], "TLS 1.3")];
/// Where a server refuses: with TLS 1.3 only after the client has done its part, which is when HTTP/2 has begun to speak.
const REFUSING: [(&[&rustls::SupportedProtocolVersion], bool); 3] =
    [(&[&TLS12], false), (&[&TLS13], false), (&[&TLS13], true)];

#[tokio::test]
async fn asked_for_and_sent() {
    let Setting { clients, own, house, ca } = Setting::new().await;
    let certificate = house.upload(&clients.client("payments", VALID), "Bank prod").await;
    for (versions, name) in BOTH {
        for http2 in [false, true] {
            let server = TlsServer::start(Rules { versions, http2, ..Rules::asking(&own, &clients) }).await;
            let node = house.create(pinned(draft(&server.url("/v1?a=b"), &ca), &certificate)).await;
            let outcome = house.call(&node).await;
            assert_eq!(outcome.error, None);
            let request = told(&outcome);
            assert_eq!((&request["client"], &request["uri"]), (&"payments".into(), &"/v1?a=b".into()));
            let answer = outcome.answer.unwrap();
            assert_eq!((answer.status, answer.version == "HTTP/2"), (200, http2));
            let tls = outcome.tls.unwrap();
            assert_eq!(tls.version.as_deref(), Some(name));
            assert!(tls.cipher_suite.unwrap().starts_with("TLS_"));
            assert!(tls.client_certificate_requested && tls.client_certificate_sent && tls.server_trusted);
            assert_eq!(
                (tls.accepted_issuers.as_slice(), tls.issuer_is_accepted),
                (["Client CA".to_owned()].as_slice(), Some(true))
            );
            assert_eq!(tls.certificate_id.as_deref(), Some(certificate.as_str()));
            assert_eq!(tls.server_chain[0].subject, "CN=localhost");
            assert!(!tls.reused && !tls.resumed);
            let timing = outcome.timing;
            assert!(timing.connect.is_some() && timing.handshake.unwrap() > 0.0 && timing.first_byte.unwrap() > 0.0);

            // The next call goes over the connection that is there, and tells of its handshake all the same.
            let again = house.call(&node).await;
            let tls = again.tls.unwrap();
            assert!(tls.reused && tls.client_certificate_sent, "{tls:?}");
            assert_eq!(again.timing.handshake, None);
            assert_eq!((server.connections(), server.requests()), (1, 2));
        }
    }
}

#[tokio::test]
async fn a_resumed_session_tells_of_the_full_handshake() {
    let Setting { clients, own, house, ca } = Setting::new().await;
    let certificate = house.upload(&clients.client("payments", VALID), "Bank prod").await;
    for (versions, _) in BOTH {
        let server = TlsServer::start(Rules { versions, ..Rules::asking(&own, &clients) }).await;
        let node = house.create(pinned(draft(&server.url("/once"), &ca), &certificate)).await;
        let [first, second] = [house.call(&node).await.tls.unwrap(), house.call(&node).await.tls.unwrap()];
        assert_eq!(server.connections(), 2);
        assert!(!first.resumed && second.resumed && !second.reused, "{second:?}");
        assert!(second.client_certificate_requested && second.client_certificate_sent);
        assert_eq!(second.server_chain, first.server_chain);
        // Another version of the node has sessions of its own.
        let other = draft(&server.url("/once?x"), &ca);
        let changed = house.door().save_node(node.id, 1, pinned(other, &certificate)).await.unwrap();
        assert!(!house.call(&changed).await.tls.unwrap().resumed);
    }
}

#[tokio::test]
async fn not_asked_for() {
    let Setting { clients, own, house, ca } = Setting::new().await;
    let certificate = house.upload(&clients.client("payments", VALID), "Bank prod").await;
    for (versions, _) in BOTH {
        let server = TlsServer::start(Rules { versions, ..Rules::new(&own) }).await;
        let outcome = house.call(&house.create(pinned(draft(&server.url("/"), &ca), &certificate)).await).await;
        assert_eq!((outcome.error.clone(), told(&outcome)["client"].as_str()), (None, Some("")));
        let tls = outcome.tls.unwrap();
        assert!(!tls.client_certificate_requested && !tls.client_certificate_sent, "{tls:?}");
        assert_eq!(tls.issuer_is_accepted, None);
    }
}

#[tokio::test]
async fn asked_for_and_not_sent() {
    let Setting { clients, own, house, ca } = Setting::new().await;
    for (versions, http2) in REFUSING {
        let server = TlsServer::start(Rules { versions, http2, ..Rules::asking(&own, &clients) }).await;
        let outcome = house.call(&house.create(draft(&server.url("/"), &ca)).await).await;
        assert_eq!(failure(&outcome), FailureKind::ClientCertificateRequired, "{versions:?} {http2}");
        assert!(outcome.error.unwrap().hint.contains("Turn on"));
        let tls = outcome.tls.unwrap();
        assert!(tls.client_certificate_requested && !tls.client_certificate_sent, "{tls:?}");

        let rules = Rules { versions, http2, optional: true, ..Rules::asking(&own, &clients) };
        let optional = TlsServer::start(rules).await;
        let outcome = house.call(&house.create(draft(&optional.url("/"), &ca)).await).await;
        assert_eq!(outcome.error, None);
        assert!(outcome.tls.unwrap().client_certificate_requested);
    }
}

#[tokio::test]
async fn of_an_issuer_that_is_not_accepted() {
    let (servers, clients, others) =
        (Authority::new("Server CA"), Authority::new("Client CA"), Authority::new("Other CA"));
    let own = own(&servers);
    let house = House::new().await;
    let ca = house.upload_authority(&servers).await;
    let certificate = house.upload(&others.client("payments", VALID), "Supplier EDI").await;
    for (versions, http2) in REFUSING {
        let server = TlsServer::start(Rules { versions, http2, ..Rules::asking(&own, &clients) }).await;
        let outcome = house.call(&house.create(pinned(draft(&server.url("/"), &ca), &certificate)).await).await;
        assert_eq!(failure(&outcome), FailureKind::ClientCertificateUnknownCa, "{versions:?} {http2}");
        let error = outcome.error.unwrap();
        assert!(error.hint.contains("“Client CA”") && error.hint.contains("“Other CA”"), "{error:?}");
        let tls = outcome.tls.unwrap();
        assert_eq!((tls.issuer_is_accepted, tls.alert.as_deref()), (Some(false), Some("unknown_ca")));
        assert!(tls.client_certificate_sent);

        let rules = Rules { versions, http2, silent: true, ..Rules::asking(&own, &clients) };
        let silent = TlsServer::start(rules).await;
        let outcome = house.call(&house.create(pinned(draft(&silent.url("/"), &ca), &certificate)).await).await;
        assert_eq!(failure(&outcome), FailureKind::ClientCertificateUnknownCa);
        assert_eq!(outcome.tls.unwrap().issuer_is_accepted, None);
    }
}

#[tokio::test]
async fn expired() {
    let Setting { clients, own, house, ca } = Setting::new().await;
    let certificate = house.upload(&clients.client_until_now("payments"), "Bank prod").await;
    let mut nodes = Vec::new();
    for (versions, http2) in REFUSING {
        let server = TlsServer::start(Rules { versions, http2, ..Rules::asking(&own, &clients) }).await;
        nodes.push(house.create(pinned(draft(&server.url("/"), &ca), &certificate)).await);
    }
    // It expires while it is in use: the calls go on with it, and say so.
    expire().await;
    for node in nodes {
        let outcome = house.call(&node).await;
        assert_eq!(failure(&outcome), FailureKind::ClientCertificateExpired);
        assert!(outcome.error.unwrap().hint.contains("valid until"));
        assert_eq!(outcome.tls.unwrap().alert.as_deref(), Some("certificate_expired"));
    }
}

#[tokio::test]
async fn closed_without_a_word() {
    let Setting { clients, own, house, ca } = Setting::new().await;
    let certificate = house.upload(&clients.client("payments", VALID), "Bank prod").await;
    for (versions, _) in BOTH {
        let rules = || Rules { versions, hangs_up: true, optional: true, ..Rules::asking(&own, &clients) };
        let server = TlsServer::start(rules()).await;
        let sent = house.call(&house.create(pinned(draft(&server.url("/"), &ca), &certificate)).await).await;
        assert_eq!(failure(&sent), FailureKind::ClientCertificateRefused, "{versions:?}");
        let not_sent = house.call(&house.create(draft(&server.url("/"), &ca)).await).await;
        assert_eq!(failure(&not_sent), FailureKind::ClientCertificateRequired);
        let not_asking = TlsServer::start(Rules { versions, hangs_up: true, ..Rules::new(&own) }).await;
        let closed = house.call(&house.create(pinned(draft(&not_asking.url("/"), &ca), &certificate)).await).await;
        assert_eq!(failure(&closed), FailureKind::Closed);
    }
}

#[tokio::test]
async fn refused_in_an_http_answer() {
    let Setting { clients, own, house, ca } = Setting::new().await;
    let server = TlsServer::start(Rules { optional: true, ..Rules::asking(&own, &clients) }).await;
    let outcome = house.call(&house.create(draft(&server.url("/nginx"), &ca)).await).await;
    assert_eq!(failure(&outcome), FailureKind::ClientCertificateRequired);
    assert_eq!(outcome.answer.unwrap().status, 400);
    // A server that did not ask in the handshake cannot have got one, whatever the certificate is like.
    let certificate = house.upload(&clients.client("payments", VALID), "Bank prod").await;
    let not_asking = TlsServer::start(Rules::new(&own)).await;
    let outcome = house.call(&house.create(pinned(draft(&not_asking.url("/nginx"), &ca), &certificate)).await).await;
    assert_eq!(failure(&outcome), FailureKind::ClientCertificateRequired);
    let error = outcome.error.unwrap();
    assert!(error.hint.contains("did not ask") && !error.hint.contains("cannot sign"), "{error:?}");
}

#[tokio::test]
async fn servers_that_are_not_trusted() {
    let (servers, others) = (Authority::new("Server CA"), Authority::new("Other CA"));
    let house = House::new().await;
    let ca = house.upload_authority(&servers).await;
    let names = ["localhost"];
    for (own, kind, words) in [
        (others.server(&names, VALID), FailureKind::ServerCertificateUntrusted, "trusted: CN=Other CA."),
        (servers.server(&names, EXPIRED), FailureKind::ServerCertificateExpired, "has expired"),
        (servers.server(&names, (2, 30)), FailureKind::ServerCertificateNotYetValid, "not valid yet"),
        (servers.server(&["*.a.example"], VALID), FailureKind::ServerCertificateName, "another name: *.a.example."),
        (
            servers.server(&["a.example", "192.0.2.1"], VALID),
            FailureKind::ServerCertificateName,
            "other names: a.example, 192.0.2.1.",
        ),
        (
            servers.server_without_names("localhost"),
            FailureKind::ServerCertificateName,
            "no host in its subjectAltName",
        ),
        (self_signed_server("localhost", false), FailureKind::ServerCertificateUntrusted, "self-signed"),
        (self_signed_server("localhost", true), FailureKind::ServerCertificateUntrusted, "self-signed"),
    ] {
        let server = TlsServer::start(Rules::new(&own)).await;
        let outcome = house.call(&house.create(draft(&server.url("/"), &ca)).await).await;
        assert_eq!(failure(&outcome), kind, "{words}: {:?}", outcome.error);
        let error = outcome.error.unwrap();
        assert!(error.message.contains(words), "{error:?}");
        let tls = outcome.tls.unwrap();
        assert!(!tls.server_trusted && tls.server_chain.len() == 1, "{tls:?}");
        assert_eq!(server.requests(), 0);
    }
    // What the system trusts does not include the tests' authorities.
    let own = own(&servers);
    let server = TlsServer::start(Rules::new(&own)).await;
    let node = house.create(app::api_node::Draft { server_ca: None, ..draft(&server.url("/"), &ca) }).await;
    assert_eq!(failure(&house.call(&node).await), FailureKind::ServerCertificateUntrusted);
}

#[tokio::test]
async fn no_common_version_or_cipher_suite() {
    let Setting { clients, own, house, ca } = Setting::new().await;
    let certificate = house.upload(&clients.client("payments", VALID), "Bank prod").await;
    let [(versions, _), _] = BOTH;
    let server = TlsServer::start(Rules { versions, no_suite: true, ..Rules::asking(&own, &clients) }).await;
    let alerts = [(server.url("/"), "handshake_failure"), (alerting(70).await, "protocol_version")];
    for (url, alert) in alerts.into_iter().chain([(alerting(71).await, "insufficient_security")]) {
        let outcome = house.call(&house.create(pinned(draft(&url, &ca), &certificate)).await).await;
        assert_eq!(failure(&outcome), FailureKind::NoCommonVersion, "{alert}");
        assert!(outcome.error.unwrap().hint.contains("TLS 1.2 and 1.3"));
        let tls = outcome.tls.unwrap();
        assert_eq!((tls.version, tls.alert.as_deref()), (None, Some(alert)));
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn no_tls_there() {
    let house = House::new().await;
    let authority = Authority::new("Server CA");
    let ca = house.upload_authority(&authority).await;
    let plain = TlsServer::plain().await;
    let url = format!("https://127.0.0.1:{}/", plain.address.port());
    let outcome = house.call(&house.create(draft(&url, &ca)).await).await;
    assert_eq!(failure(&outcome), FailureKind::Tls);
    let url = format!("http://127.0.0.1:{}/x", plain.address.port());
    let outcome = house.call(&house.create(draft(&url, &ca)).await).await;
    assert_eq!((outcome.error.clone(), outcome.tls.clone()), (None, None));
    assert_eq!(told(&outcome)["uri"], "/x");
}
