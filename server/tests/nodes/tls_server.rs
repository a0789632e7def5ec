//! A server of the tests' own, which asks for certificates as a test wants it to.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use app::certificate::Facts;
use axum::body::Body;
use http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper::body::{Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::crypto::aws_lc_rs::cipher_suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::material::{Authority, Issued, VALID};

/// What a server does.
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own")]
pub struct Rules<'a> {
    /// The authority whose client certificates it accepts; it does not ask without one.
    pub clients: Option<&'a Authority>,
    /// It goes on without a client certificate.
    pub optional: bool,
    /// It says nothing of whom it accepts.
    pub silent: bool,
    /// It closes the connection after the handshake, without a word.
    pub hangs_up: bool,
    pub versions: &'static [&'static SupportedProtocolVersion],
    pub http2: bool,
    /// It knows no cipher suite that goes with its key.
    pub no_suite: bool,
    /// Its certificate.
    pub own: &'a Issued,
}

/// The usual server of an authority.
pub fn own(authority: &Authority) -> Issued {
    authority.server(&["localhost", "127.0.0.1"], VALID)
}

impl<'a> Rules<'a> {
    pub fn new(own: &'a Issued) -> Self {
        let versions = rustls::ALL_VERSIONS;
        Self {
            clients: None,
            optional: false,
            silent: false,
            hangs_up: false,
            versions,
            http2: false,
            no_suite: false,
            own,
        }
    }

    pub fn asking(own: &'a Issued, clients: &'a Authority) -> Self {
        Self { clients: Some(clients), ..Self::new(own) }
    }
}

/// A server; it ends with the test.
pub struct TlsServer {
    pub address: SocketAddr,
    /// Connections that stood.
    pub connections: Arc<AtomicU32>,
    /// Connections that have ended since.
    pub ended: Arc<AtomicU32>,
    /// Requests that came.
    pub requests: Arc<AtomicU32>,
}

impl TlsServer {
    pub async fn start(rules: Rules<'_>) -> Self {
        let mut provider = rustls::crypto::aws_lc_rs::default_provider();
        if rules.no_suite {
            // The tests' keys are elliptic.
            provider.cipher_suites = vec![TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256];
        }
        let provider = Arc::new(provider);
        let builder =
            ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(rules.versions).unwrap();
        let builder = match rules.clients {
            None => builder.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.der()).unwrap();
                let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
                let verifier = if rules.optional { verifier.allow_unauthenticated() } else { verifier };
                let verifier = if rules.silent { verifier.clear_root_hint_subjects() } else { verifier };
                builder.with_client_cert_verifier(verifier.build().unwrap())
            }
        };
        let mut config =
            builder.with_single_cert(vec![rules.own.certificate_der.clone()], rules.own.key_der()).unwrap();
        config.alpn_protocols = if rules.http2 { vec![b"h2".to_vec()] } else { vec![b"http/1.1".to_vec()] };
        Self::listen(Some(TlsAcceptor::from(Arc::new(config))), rules.hangs_up).await
    }

    /// Without TLS.
    pub async fn plain() -> Self {
        Self::listen(None, false).await
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.address.port())
    }

    pub fn connections(&self) -> u32 {
        self.connections.load(Ordering::SeqCst)
    }

    /// Connections that stand.
    pub fn open(&self) -> u32 {
        self.connections() - self.ended.load(Ordering::SeqCst)
    }

    pub fn requests(&self) -> u32 {
        self.requests.load(Ordering::SeqCst)
    }

    async fn listen(tls: Option<TlsAcceptor>, hangs_up: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = Self { address, connections: Arc::default(), ended: Arc::default(), requests: Arc::default() };
        let (connections, requests) = (Arc::clone(&server.connections), Arc::clone(&server.requests));
        let ended = Arc::clone(&server.ended);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (tls, connections, requests) = (tls.clone(), Arc::clone(&connections), Arc::clone(&requests));
                let (serving, ended) = (serve(stream, tls, hangs_up, connections, requests), Arc::clone(&ended));
                tokio::spawn(async move {
                    if serving.await.is_some() {
                        ended.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        server
    }
}

/// A server that answers whatever it is greeted with by this alert (RFC 8446 section 6); its URL.
pub async fn alerting(alert: u8) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _greeting = stream.read(&mut [0; 4096]).await;
            let _sent = stream.write_all(&[21, 3, 3, 0, 2, 2, alert]).await;
        }
    });
    url
}

/// Serves a connection to its end; none if it never stood.
async fn serve(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    hangs_up: bool,
    connections: Arc<AtomicU32>,
    requests: Arc<AtomicU32>,
) -> Option<()> {
    let Some(tls) = tls else {
        connections.fetch_add(1, Ordering::SeqCst);
        let service = service_fn(move |request| answer(request, String::new(), Arc::clone(&requests)));
        let _ended = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        return Some(());
    };
    let stream = tls.accept(stream).await.ok()?;
    connections.fetch_add(1, Ordering::SeqCst);
    if hangs_up {
        return Some(());
    }
    let (_, connection) = stream.get_ref();
    let client = connection.peer_certificates().and_then(|chain| Facts::read(&[chain[0].to_vec()]));
    let client = client.and_then(|facts| facts.subject_common_name).unwrap_or_default();
    let is_http2 = connection.alpn_protocol() == Some(b"h2");
    let service = service_fn(move |request| answer(request, client.clone(), Arc::clone(&requests)));
    if is_http2 {
        let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        let _ended = builder.serve_connection(TokioIo::new(stream), service).await;
    } else {
        let _ended = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    }
    Some(())
}

/// Answers by the path.
async fn answer(
    request: Request<Incoming>,
    client: String,
    requests: Arc<AtomicU32>,
) -> Result<Response<Body>, h2::Error> {
    let number = requests.fetch_add(1, Ordering::SeqCst) + 1;
    let (head, body) = request.into_parts();
    let (path, query) = (head.uri.path().to_owned(), head.uri.query().unwrap_or_default().to_owned());
    let mut response = Response::builder();
    let body = match path.as_str() {
        "/slow" => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            Body::empty()
        }
        "/slow-body" => endless(Duration::from_millis(50)),
        "/endless" => endless(Duration::ZERO),
        "/large" => Body::from(vec![b'x'; 4 * 1024 * 1024]),
        "/too-large" => Body::from(vec![b'x'; 4 * 1024 * 1024 + 1]),
        "/binary" => Body::from(vec![0xff, 0xfe]),
        "/broken" => Body::from_stream(futures_util::stream::unfold(0, |number| async move {
            // The first half arrives before it breaks off.
            tokio::time::sleep(Duration::from_millis(100 * number)).await;
            let half = Ok(Bytes::from_static(b"half"));
            Some((if number == 0 { half } else { Err(std::io::Error::other("broken off")) }, number + 1))
        })),
        "/headers" => {
            for number in 0..90 {
                response = response.header(format!("x-{number}"), "y".repeat(1000));
            }
            Body::empty()
        }
        "/redirect" => {
            response = response.status(StatusCode::TEMPORARY_REDIRECT).header(header::LOCATION, &query);
            Body::empty()
        }
        "/once" => {
            response = response.header(header::CONNECTION, "close");
            Body::from("{}")
        }
        // The head of a redirect, and never its body.
        "/redirect-slowly" => {
            response = response.status(StatusCode::TEMPORARY_REDIRECT).header(header::LOCATION, "/target");
            response = response.header(header::CONTENT_LENGTH, 5);
            Body::from_stream(futures_util::stream::pending::<Result<Bytes, Infallible>>())
        }
        // Every second request is refused, without anything having been done.
        "/refused-in-turns" if number.is_multiple_of(2) => return Err(h2::Reason::REFUSED_STREAM.into()),
        "/loop" => {
            response = response.status(StatusCode::FOUND).header(header::LOCATION, "/loop");
            Body::empty()
        }
        "/nginx" => {
            response = response.status(StatusCode::BAD_REQUEST);
            Body::from("<center>No required SSL certificate was sent</center>")
        }
        "/unavailable" => {
            response = response.status(StatusCode::SERVICE_UNAVAILABLE);
            Body::empty()
        }
        _ => {
            let headers: serde_json::Map<_, _> =
                head.headers.iter().map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap()))).collect();
            let sent = body.collect().await.unwrap().to_bytes();
            let told = json!({
                "client": client,
                "method": head.method.as_str(),
                "uri": head.uri.path_and_query().unwrap().as_str(),
                "version": format!("{:?}", head.version),
                "headers": headers,
                "body": String::from_utf8_lossy(&sent),
            });
            Body::from(told.to_string())
        }
    };
    Ok(response.body(body).unwrap())
}

fn endless(pause: Duration) -> Body {
    let chunks = futures_util::stream::unfold((), move |()| async move {
        tokio::time::sleep(pause).await;
        Some((Ok::<_, Infallible>(Frame::data(Bytes::from_static(&[b'x'; 8192]))), ()))
    });
    Body::new(http_body_util::StreamBody::new(Box::pin(chunks)))
}
