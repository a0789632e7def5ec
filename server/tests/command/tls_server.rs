//! A server that asks for a client certificate, for the API nodes of a running `signet`.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, Stream};

use crate::material::Pair;

/// Where it listens, and what it has seen.
pub struct TlsServer {
    pub port: u16,
    seen: Arc<Mutex<Vec<Client>>>,
}

/// The certificate and the request of a client.
pub type Client = (Vec<u8>, Vec<u8>);

impl TlsServer {
    /// With its own certificate; it takes nobody but who has one of the others.
    pub fn start(own: &Pair, accepted: &[&Pair]) -> Self {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        for pair in accepted {
            roots.add(CertificateDer::from(pair.certificate_der.clone())).unwrap();
        }
        let verifier =
            WebPkiClientVerifier::builder_with_provider(roots.into(), Arc::clone(&provider)).build().unwrap();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(
                vec![CertificateDer::from(own.certificate_der.clone())],
                PrivatePkcs8KeyDer::from(own.key_der.clone()).into(),
            )
            .unwrap();
        let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0").unwrap());
        let server = Self { port: listener.local_addr().unwrap().port(), seen: Arc::default() };
        let seen = Arc::clone(&server.seen);
        // Ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if let Some(request) = answer(&config, stream.unwrap()) {
                    seen.lock().unwrap().push(request);
                }
            }
        });
        server
    }

    /// Certificate and request of each client so far.
    pub fn seen(&self) -> Vec<Client> {
        self.seen.lock().unwrap().clone()
    }
}

fn answer(config: &Arc<ServerConfig>, mut stream: TcpStream) -> Option<Client> {
    let mut connection = ServerConnection::new(Arc::clone(config)).unwrap();
    let mut request = Vec::new();
    let mut tls = Stream::new(&mut connection, &mut stream);
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        tls.read_exact(&mut byte).ok()?;
        request.extend(byte);
    }
    tls.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ndone").ok()?;
    tls.conn.send_close_notify();
    tls.flush().ok()?;
    let certificate = connection.peer_certificates()?.first()?.to_vec();
    Some((certificate, request))
}
