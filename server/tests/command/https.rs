//! HTTPS with `SIGNET_TLS_CERT_FILE`

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, StreamOwned, SupportedProtocolVersion};
use serde_json::json;

use crate::material::Pair;
use crate::signet::{Answer, Place, Server};

const FILES: [(&str, &str); 2] = [("SIGNET_TLS_CERT_FILE", "tls.crt"), ("SIGNET_TLS_KEY_FILE", "tls.key")];

#[test]
fn both_versions_of_tls_and_no_plain_http() {
    let place = Place::new();
    let pair = write_pair(&place);
    let mut server = serve(&place);
    for version in [&TLS12, &TLS13] {
        let mut connection = connect(&server, &pair, version);
        let answer = exchange(&mut connection, &get(&server, "/healthz"));
        assert_eq!((answer.status, answer.body.as_str()), (200, "ok\n"));
        let spoken = connection.conn.protocol_version().unwrap();
        assert_eq!(spoken == ProtocolVersion::TLSv1_3, version.version == ProtocolVersion::TLSv1_3);
        assert!(
            answer.head.contains("\r\nstrict-transport-security: max-age=63072000; includeSubDomains"),
            "{answer:?}"
        );
    }
    let link = server.line();
    assert!(link.contains(&format!("https://{}/setup?token=", server.address)), "{link}");
    let mut plain = server.connect();
    plain.write_all(get(&server, "/healthz").as_bytes()).unwrap();
    let mut said = Vec::new();
    let _reset = plain.read_to_end(&mut said);
    assert!(!said.starts_with(b"HTTP/"), "{said:?}");
    server.signal(Signal::TERM);
    assert_eq!(server.exit_code(), Some(0));
}

#[test]
fn the_cookie_is_bound_to_the_host() {
    let place = Place::new();
    let pair = write_pair(&place);
    let mut server = serve(&place);
    let token = server.line().split_once("token=").unwrap().1.to_owned();
    let body = json!({ "request": {
        "token": token, "company": "Meridian Retail", "name": "Ana Ruiz", "email": "ana@meridian.example",
        "password": crate::signet::PASSWORD
    } });
    let set_up = |origin: &str| {
        let mut connection = connect(&server, &pair, &TLS13);
        let text = server.call_text("set-up", &body, "").replace("Origin: http://", origin);
        exchange(&mut connection, &text)
    };
    assert_eq!(set_up("Origin: http://").status, 403, "http is another origin");
    let answer = set_up("Origin: https://");
    assert_eq!(answer.json(), json!({ "Ok": null }));
    let cookie = answer.head.lines().find(|line| line.starts_with("set-cookie: ")).unwrap();
    assert!(cookie.starts_with("set-cookie: __Host-signet="), "{cookie}");
    for attribute in ["; HttpOnly", "; SameSite=", "; Path=/", "; Secure"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
}

#[test]
fn a_new_certificate_is_taken_at_sighup_and_a_bad_one_is_not() {
    let place = Place::new();
    let old = write_pair(&place);
    let server = serve(&place);
    assert!(shakes(&server, &old));

    place.write("tls.crt", "nonsense");
    server.signal(Signal::HUP);
    std::thread::sleep(Duration::from_millis(300));
    assert!(shakes(&server, &old), "the old one stays");

    let new = write_pair(&place);
    server.signal(Signal::HUP);
    let mut patience = 50;
    while !shakes(&server, &new) {
        patience -= 1;
        assert!(patience > 0, "the new one is never shown");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(!shakes(&server, &old));
}

#[test]
fn who_does_not_shake_hands_is_hung_up_on_and_keeps_nobody_waiting() {
    let place = Place::new();
    let pair = write_pair(&place);
    let server = serve(&place);
    let mut silent: Vec<TcpStream> = (0..50).map(|_| server.connect()).collect();
    assert!(shakes(&server, &pair));
    // 10 seconds, and a little.
    let mut byte = [0];
    let first = silent.first_mut().unwrap();
    first.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
    assert_eq!(first.read(&mut byte).unwrap(), 0, "hung up");
    server.signal(Signal::TERM);
    assert_eq!(server.exit_code(), Some(0), "and the end waits for none of them");
}

#[test]
fn wrong_files_stop_the_start_with_one_line() {
    let place = Place::new();
    let pair = write_pair(&place);
    let other = Pair::server("localhost");
    let encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGbMFcGCSqGSIb3DQEFDTBK\n-----END ENCRYPTED PRIVATE KEY-----\n";
    for (certificate, key, mode, reason) in [
        ("", pair.key.as_str(), 0o600, "the TLS certificate file tls.crt holds no certificate in PEM format"),
        (&pair.key, &pair.key, 0o600, "the TLS certificate file tls.crt holds no certificate in PEM format"),
        (&pair.certificate, "", 0o600, "the TLS key file tls.key holds no private key in PEM format"),
        (&pair.certificate, encrypted, 0o600, "the TLS key file tls.key holds no private key in PEM format"),
        (
            &pair.certificate,
            &other.key,
            0o600,
            "the TLS key file tls.key does not belong to the certificate file tls.crt",
        ),
        (&pair.certificate, &pair.key, 0o644, "the TLS key file tls.key is open to others (mode 0644): chmod 600"),
        (&pair.certificate, &pair.key, 0o604, "the TLS key file tls.key is open to others (mode 0604): chmod 600"),
        (&pair.certificate, &pair.key, 0o660, "the TLS key file tls.key is open to others (mode 0660): chmod 600"),
    ] {
        write(&place, certificate, key, mode);
        let outcome = place.run_with(&["--addr", "127.0.0.1:0"], &FILES);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""), "{reason}: {outcome:?}");
        assert!(outcome.stderr.starts_with(&format!("signet: {reason}")), "{}", outcome.stderr);
        assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
    }
    fs::remove_file(place.path().join("tls.key")).unwrap();
    let outcome = place.run_with(&["--addr", "127.0.0.1:0"], &FILES);
    assert!(outcome.stderr.starts_with("signet: the TLS file tls.key cannot be read: No such file"), "{outcome:?}");
    let outcome = place.run_with(&["--addr", "127.0.0.1:0"], &FILES[..1]);
    assert!(outcome.stderr.starts_with("signet: SIGNET_TLS_KEY_FILE is missing: "), "{outcome:?}");
    assert!(!place.path().join("data").exists(), "nothing was begun");
}

#[test]
fn a_group_may_read_the_key_and_is_warned_of() {
    let place = Place::new();
    let pair = write_pair(&place);
    fs::set_permissions(place.path().join("tls.key"), fs::Permissions::from_mode(0o640)).unwrap();
    let log = fs::File::create(place.path().join("log")).unwrap();
    let server = place.serve_with(&["--log", "warn"], &FILES, log.into());
    assert!(shakes(&server, &pair));
    let log = fs::read_to_string(place.path().join("log")).unwrap();
    assert!(log.contains("the TLS key file can be read by its whole group"), "{log}");
}

fn serve(place: &Place) -> Server {
    place.serve_with(&["--log", "error"], &FILES, Stdio::inherit())
}

fn write_pair(place: &Place) -> Pair {
    let pair = Pair::server("localhost");
    write(place, &pair.certificate, &pair.key, 0o600);
    pair
}

fn write(place: &Place, certificate: &str, key: &str, mode: u32) {
    place.write("tls.crt", certificate);
    let key = place.write("tls.key", key);
    fs::set_permissions(key, fs::Permissions::from_mode(mode)).unwrap();
}

/// A connection by somebody who trusts this certificate only, and speaks this version only.
fn connect(
    server: &Server,
    trusted: &Pair,
    version: &'static SupportedProtocolVersion,
) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(trusted.certificate_der.clone())).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let builder = builder.with_protocol_versions(&[version]).unwrap();
    let configuration = Arc::new(builder.with_root_certificates(roots).with_no_client_auth());
    let name = ServerName::try_from("localhost").unwrap();
    StreamOwned::new(ClientConnection::new(configuration, name).unwrap(), server.connect())
}

fn shakes(server: &Server, trusted: &Pair) -> bool {
    let mut connection = connect(server, trusted, &TLS13);
    connection.conn.complete_io(&mut connection.sock).is_ok()
}

fn get(server: &Server, path: &str) -> String {
    format!("GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n", server.address)
}

fn exchange(connection: &mut StreamOwned<ClientConnection, TcpStream>, request: &str) -> Answer {
    connection.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    connection.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}
