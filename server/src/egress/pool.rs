//! The connections of one node's calls: made when none is free, and kept for the calls after.
//!
//! A connection belongs to one call from when it is taken until its answer is read; over HTTP/2 several calls share one.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use http::header::HOST;
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{TrySendError, http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use url::{Position, Url};

use super::connector::{Connector, NotConnected, Place};
use super::record::{Progress, Record};

/// Connections that are kept.
const KEPT: usize = 64;
/// How long a connection may take to say that it is ready for another call, or to end.
const FAREWELL: Duration = Duration::from_secs(2);
/// Bytes of an answer's head.
const LARGEST_HEAD: usize = 64 * 1024;

/// What is sent.
pub(super) type Call = Request<Full<Bytes>>;

/// Makes connections and keeps them. Cheap to clone.
#[derive(Clone)]
pub(super) struct Pool {
    connector: Connector,
    shared: Arc<Shared>,
}

/// What a pool and its connections have in common.
struct Shared {
    kept: Mutex<Kept>,
    /// How long one is kept that nothing goes over.
    longest: Duration,
    /// Tells calls that wait for a new connection that one has become free.
    freed: Notify,
}

#[derive(Default)]
struct Kept {
    /// The one used last is the last.
    idle: Vec<Idle>,
    /// Whether somebody sees to it that none is kept for too long.
    is_watched: bool,
}

struct Idle {
    link: Link,
    since: Instant,
}

/// One's hold of a connection; over HTTP/2 there can be several.
struct Link {
    place: Arc<Place>,
    sender: Sender,
    record: Arc<Record>,
    /// Dropped with the last hold.
    held: Arc<oneshot::Sender<()>>,
}

enum Sender {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
}

/// A connection for one call.
pub(super) struct Connection {
    link: Link,
    /// Whether it was there already.
    pub(super) is_kept: bool,
    shared: Arc<Shared>,
}

/// A connection that is being made, for as long as somebody wants it.
struct Making(Option<JoinHandle<Result<Connection, NotConnected>>>);

impl Pool {
    pub(super) fn new(connector: Connector) -> Self {
        let longest = connector.idle();
        Self { connector, shared: Arc::new(Shared { kept: Mutex::default(), longest, freed: Notify::new() }) }
    }

    /// A connection to the place of this URL that is there already and free.
    pub(super) fn take(&self, url: &Url) -> Option<Connection> {
        let now = Instant::now();
        let mut kept = self.shared.kept();
        // The one used last is the one that the server has had the least time to close.
        while let Some(at) = kept.idle.iter().rposition(|idle| idle.link.place.is_of(url)) {
            let idle = kept.idle.remove(at);
            if idle.is_over(now, self.shared.longest) {
                continue;
            }
            if let Some(link) = idle.link.shared() {
                kept.idle.push(Idle { link, since: now });
            }
            return Some(Connection { link: idle.link, is_kept: true, shared: Arc::clone(&self.shared) });
        }
        None
    }

    /// A new connection to the place of this URL, or one that becomes free meanwhile.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) async fn connect(&self, url: &Url, progress: Progress) -> Result<Connection, NotConnected> {
        let (pool, place) = (self.clone(), Place::of(url));
        let mut making = Making(Some(tokio::spawn(progress.of(async move { pool.make(place).await }))));
        // What lay there before is not what became free.
        let mut has_waited = false;
        loop {
            let mut freed = pin!(self.shared.freed.notified());
            freed.as_mut().enable();
            let taken = if has_waited { self.take(url) } else { None };
            if let Some(connection) = taken {
                making.goes_on_for(&connection);
                return Ok(connection);
            }
            tokio::select! {
                biased;
                made = making.done() => {
                    // Others may use it as well, where several can.
                    if let Some(link) = made.as_ref().ok().and_then(|connection| connection.link.shared()) {
                        self.shared.put(link);
                    }
                    return made;
                }
                () = freed => has_waited = true,
            }
        }
    }

    async fn make(&self, place: Place) -> Result<Connection, NotConnected> {
        let stream = self.connector.connect(&place).await?;
        let (record, is_http2) = (Arc::clone(stream.record()), stream.is_http2());
        let broken_off = |_error| NotConnected::closed(Arc::clone(&record));
        let (held, dropped) = oneshot::channel();
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
            tokio::spawn(run(connection, dropped));
            Sender::Http2(sender)
        } else {
            let (sender, connection) = http1::Builder::new()
                .max_buf_size(LARGEST_HEAD)
                .max_headers(100)
                .handshake(io)
                .await
                .map_err(broken_off)?;
            tokio::spawn(run(connection, dropped));
            Sender::Http1(sender)
        };
        let link = Link { place: Arc::new(place), sender, record, held: Arc::new(held) };
        Ok(Connection { link, is_kept: false, shared: Arc::clone(&self.shared) })
    }
}

impl Making {
    async fn done(&mut self) -> Result<Connection, NotConnected> {
        let Some(making) = &mut self.0 else { return std::future::pending().await };
        let made = making.await;
        self.0 = None;
        made.unwrap_or_else(|_panicked| Err(NotConnected::mistake()))
    }

    /// Somebody has this connection instead: the new one is kept for others, if they have a use for it.
    fn goes_on_for(mut self, instead: &Connection) {
        if let Sender::Http1(_) = instead.link.sender
            && let Some(making) = self.0.take()
        {
            tokio::spawn(async move {
                if let Ok(Ok(connection)) = making.await {
                    connection.keep();
                }
            });
        }
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        if let Some(making) = &self.0 {
            making.abort();
        }
    }
}

/// Drives a connection to its end. Once nobody holds it any more, it has little time left: a server that reads nothing could keep it for ever.
async fn run(connection: impl Future, dropped: oneshot::Receiver<()>) {
    let mut connection = pin!(connection);
    tokio::select! {
        biased;
        _ended = connection.as_mut() => return,
        _dropped = dropped => {}
    }
    let _ended = timeout(FAREWELL, connection).await;
}

impl Connection {
    /// The request with its address, as this connection's version of HTTP has it; none if there can be none like it.
    pub(super) fn addressed(&self, url: &Url, mut request: Call) -> Option<Call> {
        match self.link.sender {
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
        match &mut self.link.sender {
            Sender::Http1(sender) => sender.try_send_request(request).await,
            Sender::Http2(sender) => sender.try_send_request(request).await,
        }
    }

    pub(super) fn record(&self) -> &Arc<Record> {
        &self.link.record
    }

    /// Keeps it for the next call, now that the answer is read; if it can have another.
    pub(super) fn keep(self) {
        let Self { mut link, shared, .. } = self;
        match &link.sender {
            Sender::Http2(_) => {}
            Sender::Http1(sender) if sender.is_closed() => {}
            Sender::Http1(sender) if sender.is_ready() => shared.put(link),
            Sender::Http1(_) => {
                tokio::spawn(async move {
                    if let Sender::Http1(sender) = &mut link.sender
                        && matches!(timeout(FAREWELL, sender.ready()).await, Ok(Ok(())))
                    {
                        shared.put(link);
                    }
                });
            }
        }
    }
}

impl Link {
    /// Another hold of it, where several can use it at once.
    fn shared(&self) -> Option<Self> {
        let Self { place, sender, record, held } = self;
        let Sender::Http2(sender) = sender else { return None };
        let sender = Sender::Http2(sender.clone());
        Some(Self { place: Arc::clone(place), sender, record: Arc::clone(record), held: Arc::clone(held) })
    }

    fn is_usable(&self) -> bool {
        match &self.sender {
            Sender::Http1(sender) => sender.is_ready(),
            Sender::Http2(sender) => sender.is_ready(),
        }
    }
}

impl Idle {
    /// Whether no call can use it any more.
    fn is_over(&self, now: Instant, longest: Duration) -> bool {
        !self.link.is_usable() || now.duration_since(self.since) >= longest
    }
}

impl Shared {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(self: &Arc<Self>, link: Link) {
        let mut kept = self.kept();
        let is_http2 = matches!(link.sender, Sender::Http2(_));
        let same = |idle: &Idle| idle.link.place == link.place && idle.link.is_usable();
        if is_http2 && kept.idle.iter().any(same) {
            return;
        }
        if kept.idle.len() >= KEPT {
            kept.idle.retain(|idle| idle.link.is_usable());
        }
        if kept.idle.len() >= KEPT {
            kept.idle.remove(0);
        }
        kept.idle.push(Idle { link, since: Instant::now() });
        if !std::mem::replace(&mut kept.is_watched, true) {
            tokio::spawn(close_idle(Arc::downgrade(self)));
        }
        drop(kept);
        self.freed.notify_waiters();
    }
}

/// Closes what nothing goes over, until none is kept.
async fn close_idle(pool: Weak<Shared>) {
    let Some(mut wait) = pool.upgrade().map(|pool| pool.longest) else { return };
    loop {
        sleep(wait).await;
        let Some(pool) = pool.upgrade() else { return };
        let now = Instant::now();
        let mut kept = pool.kept();
        kept.idle.retain(|idle| !idle.is_over(now, pool.longest));
        let Some(oldest) = kept.idle.iter().map(|idle| idle.since).min() else {
            kept.is_watched = false;
            return;
        };
        wait = (oldest + pool.longest).saturating_duration_since(now);
    }
}
