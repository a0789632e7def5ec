//! Connections: accepted, encrypted if there is a certificate for it, and served until they end or the server does.

mod tls;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

pub use self::tls::{Error as TlsError, Tls};

/// How long to wait when there are no file descriptors left.
const BREATH: Duration = Duration::from_millis(100);

/// How long a client may take: whoever takes longer is hung up on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// From the connection to its last handshake message.
    pub handshake: Duration,
    /// From a connection's beginning, or from one answer, to the last byte of the next request's head.
    pub head: Duration,
    /// From the moment when nothing more of an answer can be sent, since the client takes none, to the moment when it takes some again.
    pub answer: Duration,
}

impl Default for Timeouts {
    /// 10 seconds for a handshake; 75 for a head, a little more than reverse proxies keep a connection for that has nothing to do; 30 for a
    /// client to go on taking an answer.
    fn default() -> Self {
        Self { handshake: Duration::from_secs(10), head: Duration::from_secs(75), answer: Duration::from_secs(30) }
    }
}

/// In a request's extensions: tells answers that never end by themselves that the server is to stop.
#[derive(Clone, Debug)]
pub struct Stopping(watch::Receiver<bool>);

impl Stopping {
    /// Waits until the server is to stop.
    pub async fn told(&mut self) {
        told(&mut self.0).await;
    }
}

/// Serves until `stop`, then takes no new connections and lets each answer the request that it is at; ends with the last of them.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    router: Router,
    timeouts: Timeouts,
    stop: impl Future<Output = ()>,
) {
    // Makes routes of everything now, and not again for each connection.
    let router = router.with_state(());
    let (stopping, stopped) = watch::channel(false);
    let (alive, mut all_ended) = mpsc::channel::<Infallible>(1);
    let mut stop = pin!(stop);
    loop {
        let (stream, address) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = &mut stop => break,
        };
        let connection =
            Connection { address, router: router.clone(), timeouts, stop: stopped.clone(), _alive: alive.clone() };
        tokio::spawn(connection.run(stream, tls.clone()));
    }
    drop((listener, alive));
    stopping.send_replace(true);
    // Nothing is ever sent: this ends when nobody is left who could.
    let _ended = all_ended.recv().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_the_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept connections");
                sleep(BREATH).await;
            }
        }
    }
}

/// It was over before it was accepted.
fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

struct Connection {
    address: SocketAddr,
    router: Router,
    timeouts: Timeouts,
    stop: watch::Receiver<bool>,
    /// The server waits for its end.
    _alive: mpsc::Sender<Infallible>,
}

impl Connection {
    async fn run(mut self, stream: TcpStream, tls: Option<Arc<Tls>>) {
        // Answers are small: waiting to fill a packet only makes them late.
        let _slower_without = stream.set_nodelay(true);
        let Some(tls) = tls else { return self.converse(stream).await };
        let shaken = tokio::select! {
            shaken = timeout(self.timeouts.handshake, tls.accept(stream)) => shaken,
            () = told(&mut self.stop) => return,
        };
        match shaken {
            Ok(Ok(stream)) => self.converse(stream).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_elapsed) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    async fn converse(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let Self { address, router, timeouts, mut stop, _alive } = self;
        let stopping = Stopping(stop.clone());
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(stopping.clone());
            request.extensions_mut().insert(ConnectInfo(address));
            router.clone().oneshot(request)
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(timeouts.head);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(timeouts.answer));
        let mut connection = pin!(http.serve_connection(TokioIo::new(Box::pin(stream)), service));
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = told(&mut stop) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke off");
        }
    }
}

/// Waits until the server is to stop.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _told_or_gone = stop.wait_for(|stop| *stop).await;
}
