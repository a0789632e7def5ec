//! Connections: the name looked up once, its addresses checked, one of them connected to, and the handshake.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use app::api_node::{FailureKind, TlsFacts};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, HandshakeKind};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Url;

use super::identity::{Answering, Identity};
use super::record::{self, End, Notes, Record, Watched, alert_in_words, end_of, version_in_words};
use super::trust::Noting;
use super::{Egress, Resolve, address};

/// Bounds of each step; the whole call has its own.
const LOOKUP: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(10);
const HANDSHAKE: Duration = Duration::from_secs(15);
/// After which a look-up counts as one that never ends.
const LONGEST_LOOKUP: Duration = Duration::from_mins(1);
/// Names that one node looks up at once, so that a broken name server does not keep others waiting.
const LOOKUPS: usize = 4;
/// Addresses that are tried.
const MOST_ADDRESSES: usize = 8;
/// Hosts of which the full handshake is remembered; rustls remembers sessions with fewer.
const MOST_REMEMBERED: usize = 64;

/// Makes connections for one outlet.
#[derive(Clone)]
pub(super) struct Connector(Arc<Inner>);

struct Inner {
    egress: Egress,
    identity: Option<Arc<Identity>>,
    tls: Arc<ClientConfig>,
    lookups: Arc<Semaphore>,
    /// What the full handshakes came by, for connections that resume them; by host and port, the oldest first.
    remembered: Mutex<VecDeque<((String, u16), TlsFacts)>>,
}

/// What a connection leads to.
#[derive(PartialEq, Eq)]
pub(super) struct Place {
    is_tls: bool,
    /// As it stands in a URL, an IPv6 address in brackets.
    host: String,
    port: u16,
}

impl Place {
    pub(super) fn of(url: &Url) -> Self {
        let (is_tls, port) = scheme_and_port(url);
        Self { is_tls, host: url.host_str().unwrap_or_default().to_owned(), port }
    }

    /// Whether this URL leads there.
    pub(super) fn is_of(&self, url: &Url) -> bool {
        (self.is_tls, self.port) == scheme_and_port(url) && Some(self.host.as_str()) == url.host_str()
    }
}

fn scheme_and_port(url: &Url) -> (bool, u16) {
    let is_tls = url.scheme() == "https";
    (is_tls, url.port().unwrap_or(if is_tls { 443 } else { 80 }))
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
#[error("no connection: {}", kind.as_str())]
pub(super) struct NotConnected {
    pub(super) kind: FailureKind,
    /// What the sentence about it is made of; never a secret.
    pub(super) detail: String,
    /// How the handshake ended, if it began.
    pub(super) end: Option<End>,
    /// How far it came.
    pub(super) record: Arc<Record>,
}

impl Connector {
    /// Connections with this identity to servers that are trusted by the usual roots and these.
    pub(super) fn new(
        egress: &Egress,
        identity: Option<Arc<Identity>>,
        roots: &[Vec<u8>],
    ) -> Result<Self, rustls::Error> {
        let mut tls = ClientConfig::builder_with_provider(Arc::clone(&egress.0.provider))
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Noting::new(egress, roots)))
            .with_client_cert_resolver(Arc::new(Answering(identity.clone())));
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self(Arc::new(Inner {
            egress: egress.clone(),
            identity,
            tls: Arc::new(tls),
            lookups: Arc::new(Semaphore::new(LOOKUPS)),
            remembered: Mutex::default(),
        })))
    }

    /// How long a connection is kept that nothing goes over.
    pub(super) fn idle(&self) -> Duration {
        self.0.egress.0.idle
    }

    /// A connection to there.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) async fn connect(&self, place: &Place) -> Result<Stream, NotConnected> {
        let Place { is_tls, host, port } = place;
        let (is_tls, port) = (*is_tls, *port);
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);

        let start = Instant::now();
        let addresses = self.addresses(host).await?;
        let looked_up = start.elapsed();
        record::looked_up(looked_up);
        let stream = tcp(&*self.0.egress.0.resolver, &addresses, port, looked_up).await?;
        let connected = start.elapsed().saturating_sub(looked_up);
        record::connected(connected);
        // A call is written in one piece.
        let _only_slower = stream.set_nodelay(true);
        if is_tls {
            self.handshake(host, port, stream, (looked_up, connected)).await
        } else {
            let record = Record::new(None, (looked_up, connected), None);
            Ok(Stream::Plain(Watched { stream, record }))
        }
    }

    /// The addresses that may be called: looked up once, and these are connected to.
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, NotConnected> {
        let found = match host.parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_name) => match timeout(LOOKUP, self.look_up(host.to_owned())).await {
                Ok(Ok(found)) if !found.is_empty() => found,
                Ok(_nothing) => return Err(before(FailureKind::Dns, host.to_owned())),
                Err(_elapsed) => return Err(before(FailureKind::Timeout, "looking its name up".to_owned())),
            },
        };
        if self.0.egress.0.allow_private {
            return Ok(found);
        }
        let (mut allowed, mut why) = (Vec::new(), "not an address");
        for address in found {
            match address::refused_because(address) {
                None => allowed.push(address),
                Some(because) => why = because,
            }
        }
        if allowed.is_empty() { Err(before(FailureKind::AddressRefused, why.to_owned())) } else { Ok(allowed) }
    }

    /// Looks a name up. Who does not wait for the answer any more does not end the look-up: it keeps its turn, and its thread, until then.
    async fn look_up(&self, host: String) -> io::Result<Vec<IpAddr>> {
        let turn = Arc::clone(&self.0.lookups).acquire_owned().await.map_err(io::Error::other)?;
        let place = Arc::clone(&self.0.egress.0.lookups).acquire_owned().await.map_err(io::Error::other)?;
        let resolver = Arc::clone(&self.0.egress.0.resolver);
        let looking = tokio::spawn(async move {
            let found = timeout(LONGEST_LOOKUP, resolver.resolve(&host)).await;
            drop((turn, place));
            found.map_err(io::Error::from)?
        });
        looking.await.map_err(io::Error::other)?
    }

    async fn handshake(
        &self,
        host: &str,
        port: u16,
        stream: TcpStream,
        spans: (Duration, Duration),
    ) -> Result<Stream, NotConnected> {
        let Ok(name) = ServerName::try_from(host.to_owned()) else {
            return Err(before(FailureKind::Dns, host.to_owned()));
        };
        let start = Instant::now();
        let connector = TlsConnector::from(Arc::clone(&self.0.tls));
        let (done, notes) = record::noting(timeout(HANDSHAKE, connector.connect(name, stream))).await;
        let took = start.elapsed();
        let stream = match done {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(self.broken_off(&notes, end_of(&error), spans, took)),
            Err(_elapsed) => {
                let record = Record::new(notes.facts_so_far(self.0.identity.as_deref()), spans, Some(took));
                let detail = "the TLS handshake".to_owned();
                return Err(NotConnected { kind: FailureKind::Timeout, detail, end: None, record });
            }
        };
        let facts = self.facts_of(&stream, &notes, host, port);
        let record = Record::new(Some(facts), spans, Some(took));
        Ok(Stream::Tls(Box::new(Watched { stream, record })))
    }

    fn facts(&self, notes: &Notes) -> TlsFacts {
        notes.facts(self.0.identity.as_deref())
    }

    /// What there is to tell of a connection: of a resumed one, what the full handshake came by.
    fn facts_of(&self, stream: &TlsStream<TcpStream>, notes: &Notes, host: &str, port: u16) -> TlsFacts {
        let (_, connection) = stream.get_ref();
        let resumed = connection.handshake_kind() == Some(HandshakeKind::Resumed);
        let place = (host.to_owned(), port);
        let mut remembered = self.0.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let mut facts = match remembered.iter().find(|(of, _)| resumed && *of == place) {
            Some((_, full)) => full.clone(),
            None => self.facts(notes),
        };
        facts.version = connection.protocol_version().and_then(version_in_words);
        let suite = connection.negotiated_cipher_suite().map(|suite| suite.suite());
        facts.cipher_suite = suite.and_then(|suite| suite.as_str().map(|name| name.replace("TLS13_", "TLS_")));
        facts.server_trusted = true;
        facts.resumed = resumed;
        if !resumed {
            remembered.retain(|(of, _)| *of != place);
            if remembered.len() >= MOST_REMEMBERED {
                remembered.pop_front();
            }
            remembered.push_back((place, facts.clone()));
        }
        facts
    }

    /// A handshake that did not come to its end.
    fn broken_off(&self, notes: &Notes, end: End, spans: (Duration, Duration), took: Duration) -> NotConnected {
        let mut facts = self.facts(notes);
        if let End::Alert(alert) = &end {
            facts.alert = Some(alert_in_words(*alert));
        }
        let record = Record::new(Some(facts), spans, Some(took));
        NotConnected { kind: FailureKind::Tls, detail: String::new(), end: Some(end), record }
    }
}

impl NotConnected {
    /// A mistake in Signet.
    pub(super) fn mistake() -> Self {
        Self { end: None, ..before(FailureKind::Tls, String::new()) }
    }

    /// A connection that stood, and was closed before it could be used.
    pub(super) fn closed(record: Arc<Record>) -> Self {
        let end = Some(record.end().unwrap_or(End::Closed));
        Self { kind: FailureKind::Tls, detail: String::new(), end, record }
    }
}

/// What failed before anything was known of TLS.
fn before(kind: FailureKind, detail: String) -> NotConnected {
    NotConnected { kind, detail, end: None, record: Record::new(None, (Duration::ZERO, Duration::ZERO), None) }
}

/// The first of these addresses that answers.
async fn tcp(
    network: &dyn Resolve,
    addresses: &[IpAddr],
    port: u16,
    looked_up: Duration,
) -> Result<TcpStream, NotConnected> {
    let mut refused = io::Error::from(io::ErrorKind::AddrNotAvailable);
    let end = Instant::now() + CONNECT;
    let tried = addresses.len().min(MOST_ADDRESSES);
    for (place, address) in addresses.iter().take(MOST_ADDRESSES).enumerate() {
        // Each has its share of the time that is left.
        let left = end.saturating_duration_since(Instant::now());
        let share = left / u32::try_from(tried.saturating_sub(place)).unwrap_or(1).max(1);
        match timeout(share, network.connect(SocketAddr::new(*address, port))).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => refused = error,
            Err(_elapsed) => refused = io::ErrorKind::TimedOut.into(),
        }
    }
    let record = Record::new(None, (looked_up, Duration::ZERO), None);
    let (kind, detail) = match refused.kind() {
        io::ErrorKind::TimedOut => (FailureKind::Timeout, "connecting"),
        io::ErrorKind::ConnectionRefused => (FailureKind::Connect, "nothing listens there"),
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => {
            (FailureKind::Connect, "there is no way to it from this machine")
        }
        _ => (FailureKind::Connect, "the connection was broken off"),
    };
    Err(NotConnected { kind, detail: detail.to_owned(), end: None, record })
}

/// A connection, with or without TLS.
pub(super) enum Stream {
    Plain(Watched<TcpStream>),
    Tls(Box<Watched<TlsStream<TcpStream>>>),
}

impl Stream {
    pub(super) fn record(&self) -> &Arc<Record> {
        match self {
            Self::Plain(watched) => &watched.record,
            Self::Tls(watched) => &watched.record,
        }
    }

    /// Whether the server has chosen HTTP/2 (RFC 7301).
    pub(super) fn is_http2(&self) -> bool {
        matches!(self, Self::Tls(watched) if watched.stream.get_ref().1.alpn_protocol() == Some(b"h2"))
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write_vectored(context, slices),
            Self::Tls(stream) => Pin::new(stream).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(stream) => stream.is_write_vectored(),
            Self::Tls(stream) => stream.is_write_vectored(),
        }
    }
}
