//! The connections of one node's calls: made when none is free, and kept for the calls after.
//!
//! A connection belongs to one call from when it is taken until its answer is read; over HTTP/2 several calls share one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use http::header::HOST;
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{TrySendError, http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::time::{Instant, sleep};
use url::{Position, Url};

use super::connector::{Connector, NotConnected, Place};
use super::record::Record;

/// Connections that are kept.
const KEPT: usize = 64;
/// Bytes of an answer's head.
const LARGEST_HEAD: usize = 64 * 1024;

/// What is sent.
pub(super) type Call = Request<Full<Bytes>>;

/// Makes connections and keeps them.
pub(super) struct Pool {
    connector: Connector,
    kept: Arc<Mutex<Kept>>,
}

struct Kept {
    /// The one used last is the last.
    idle: Vec<Idle>,
    /// How long one is kept that nothing goes over.
    longest: Duration,
    /// Whether somebody sees to it that none is kept for too long.
    is_watched: bool,
}

struct Idle {
    place: Arc<Place>,
    sender: Sender,
    record: Arc<Record>,
    since: Instant,
}

enum Sender {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
}

/// A connection for one call.
pub(super) struct Connection {
    place: Arc<Place>,
    sender: Sender,
    pub(super) record: Arc<Record>,
    /// Whether it was there already.
    pub(super) is_kept: bool,
    kept: Arc<Mutex<Kept>>,
}

impl Pool {
    pub(super) fn new(connector: Connector) -> Self {
        let kept = Kept { idle: Vec::new(), longest: connector.idle(), is_watched: false };
        Self { connector, kept: Arc::new(Mutex::new(kept)) }
    }

    /// A connection to the place of this URL that is there already and free.
    pub(super) fn take(&self, url: &Url) -> Option<Connection> {
        let now = Instant::now();
        let mut kept = lock(&self.kept);
        // The one used last is the one that the server has had the least time to close.
        while let Some(at) = kept.idle.iter().rposition(|idle| idle.place.is_of(url)) {
            let idle = kept.idle.remove(at);
            if idle.is_over(now, kept.longest) {
                continue;
            }
            let Idle { place, sender, record, .. } = idle;
            if let Sender::Http2(shared) = &sender {
                let (place, sender, record) = (Arc::clone(&place), Sender::Http2(shared.clone()), Arc::clone(&record));
                kept.idle.push(Idle { place, sender, record, since: now });
            }
            let kept = Arc::clone(&self.kept);
            return Some(Connection { place, sender, record, is_kept: true, kept });
        }
        None
    }

    /// A new connection to the place of this URL.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) async fn connect(&self, url: &Url) -> Result<Connection, NotConnected> {
        let place = Arc::new(Place::of(url));
        let stream = self.connector.connect(&place).await?;
        let (record, is_http2) = (Arc::clone(stream.record()), stream.is_http2());
        let broken_off = |_error| NotConnected::closed(Arc::clone(&record));
        let io = TokioIo::new(stream);
        let sender = if is_http2 {
            let (sender, connection) = http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .max_header_list_size(u32::try_from(LARGEST_HEAD).unwrap_or(u32::MAX))
                .keep_alive_interval(Some(Duration::from_secs(20)))
                .keep_alive_timeout(Duration::from_secs(10))
                .handshake(io)
                .await
                .map_err(broken_off)?;
            tokio::spawn(connection);
            Sender::Http2(sender)
        } else {
            let (sender, connection) = http1::Builder::new()
                .max_buf_size(LARGEST_HEAD)
                .max_headers(100)
                .handshake(io)
                .await
                .map_err(broken_off)?;
            tokio::spawn(connection);
            Sender::Http1(sender)
        };
        let connection = Connection { place, sender, record, is_kept: false, kept: Arc::clone(&self.kept) };
        connection.share();
        Ok(connection)
    }
}

impl Connection {
    /// The request with its address, as this connection's version of HTTP has it; none if there can be none like it.
    pub(super) fn addressed(&self, url: &Url, mut request: Call) -> Option<Call> {
        match self.sender {
            Sender::Http1(_) => {
                *request.uri_mut() = Uri::try_from(&url[Position::BeforePath..Position::AfterQuery]).ok()?;
                let host = HeaderValue::from_str(&url[Position::BeforeHost..Position::AfterPort]).ok()?;
                request.headers_mut().insert(HOST, host);
            }
            Sender::Http2(_) => *request.uri_mut() = Uri::try_from(&url[..Position::AfterQuery]).ok()?,
        }
        Some(request)
    }

    /// Sends a request, and waits for the head of its answer.
    ///
    /// # Errors
    /// What became of it; with the request, if nothing of it was sent.
    pub(super) async fn send(&mut self, request: Call) -> Result<Response<Incoming>, TrySendError<Call>> {
        match &mut self.sender {
            Sender::Http1(sender) => sender.try_send_request(request).await,
            Sender::Http2(sender) => sender.try_send_request(request).await,
        }
    }

    /// Lets other calls use it as well, where several can.
    fn share(&self) {
        if let Sender::Http2(sender) = &self.sender {
            self.put(Sender::Http2(sender.clone()));
        }
    }

    /// Keeps it for the next call, now that the answer is read; if it can have another.
    pub(super) fn keep(mut self) {
        match &self.sender {
            Sender::Http2(_) => {}
            Sender::Http1(sender) if sender.is_closed() => {}
            Sender::Http1(sender) if sender.is_ready() => self.give_back(),
            Sender::Http1(_) => {
                tokio::spawn(async move {
                    if let Sender::Http1(sender) = &mut self.sender
                        && sender.ready().await.is_ok()
                    {
                        self.give_back();
                    }
                });
            }
        }
    }

    fn give_back(self) {
        let Self { place, sender, record, kept, .. } = self;
        put(&kept, Idle { place, sender, record, since: Instant::now() });
    }

    fn put(&self, sender: Sender) {
        let (place, record) = (Arc::clone(&self.place), Arc::clone(&self.record));
        put(&self.kept, Idle { place, sender, record, since: Instant::now() });
    }
}

impl Idle {
    /// Whether no call can use it any more.
    fn is_over(&self, now: Instant, longest: Duration) -> bool {
        let is_usable = match &self.sender {
            Sender::Http1(sender) => sender.is_ready(),
            Sender::Http2(sender) => sender.is_ready(),
        };
        !is_usable || now.duration_since(self.since) >= longest
    }
}

fn put(pool: &Arc<Mutex<Kept>>, idle: Idle) {
    let mut kept = lock(pool);
    if kept.idle.len() >= KEPT {
        kept.idle.remove(0);
    }
    kept.idle.push(idle);
    if !kept.is_watched {
        kept.is_watched = true;
        tokio::spawn(close_idle(Arc::downgrade(pool), kept.longest));
    }
}

/// Closes what nothing goes over, until none is kept.
async fn close_idle(pool: Weak<Mutex<Kept>>, longest: Duration) {
    let mut wait = longest;
    loop {
        sleep(wait).await;
        let Some(pool) = pool.upgrade() else { return };
        let mut kept = lock(&pool);
        let now = Instant::now();
        kept.idle.retain(|idle| !idle.is_over(now, longest));
        let Some(oldest) = kept.idle.iter().map(|idle| idle.since).min() else {
            kept.is_watched = false;
            return;
        };
        wait = (oldest + longest).saturating_duration_since(now);
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
