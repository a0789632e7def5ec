//! The pool of connections of one node, in one version, with one certificate.

use std::error::Error as StdError;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use app::api_node::{CallError, CallOutcome, FailureKind, Rendered, RenderedHeader, Timing};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use url::{Origin, Url};

use super::connector::Connector;
use super::failure::{self, Situation};
use super::identity::Identity;
use super::pool::{self, Connection, Pool};
use super::record::{End, Progress, Record};
use super::{Egress, answer, hosts, redirect};

/// How often a request is sent again where the server has closed a connection that was kept.
const MOST_REPEATS: u32 = 1;
/// Calls of one node at once; more wait, within their own time.
const AT_ONCE: usize = 256;

/// What an outlet is made for.
#[derive(Debug, Default)]
pub struct Setting {
    /// Who the node is, if it says so.
    pub identity: Option<Identity>,
    /// Why a node that should say who it is cannot.
    pub no_identity: Option<CallError>,
    /// DER of certificates that its server is trusted by, besides the usual roots.
    pub server_ca: Vec<Vec<u8>>,
    /// Whether redirects are followed.
    pub follow_redirects: bool,
    /// How long a call may take.
    pub timeout: Duration,
}

/// The pool of connections of one node, in one version, with one certificate.
pub struct Outlet {
    egress: Egress,
    identity: Option<Arc<Identity>>,
    no_identity: Option<CallError>,
    home: Pool,
    /// For redirects to other hosts: without the certificate.
    away: OnceLock<Pool>,
    server_ca: Vec<Vec<u8>>,
    follow_redirects: bool,
    timeout: Duration,
    turns: Semaphore,
}

impl Outlet {
    /// A pool without connections yet.
    ///
    /// # Errors
    /// A mistake in Signet: its versions of TLS do not fit its cipher suites.
    pub fn new(egress: &Egress, setting: Setting) -> Result<Self, rustls::Error> {
        let identity = setting.identity.map(Arc::new);
        Ok(Self {
            egress: egress.clone(),
            home: Pool::new(Connector::new(egress, identity.clone(), &setting.server_ca)?),
            away: OnceLock::new(),
            identity,
            no_identity: setting.no_identity,
            server_ca: setting.server_ca,
            follow_redirects: setting.follow_redirects,
            timeout: setting.timeout,
            turns: Semaphore::new(AT_ONCE),
        })
    }

    /// The certificate that it identifies itself with.
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_deref()
    }

    /// Makes a call. That it fails is an outcome too.
    pub async fn call(&self, request: Rendered) -> CallOutcome {
        let start = Instant::now();
        let mut call = Call::new(self, &request);
        let made = match self.refusal(&request) {
            Some(error) => Err(error),
            None => match tokio::time::timeout(self.timeout, call.make(request)).await {
                Ok(made) => made,
                Err(_elapsed) => Err(call.timed_out(self.timeout)),
            },
        };
        let mut outcome = call.outcome;
        outcome.error = outcome.error.or(made.err());
        outcome.timing.total = milliseconds(start.elapsed());
        outcome
    }

    /// What is refused before anything is sent.
    fn refusal(&self, request: &Rendered) -> Option<CallError> {
        if let Some(error) = &self.no_identity {
            return Some(error.clone());
        }
        let identity = self.identity.as_ref().filter(|identity| !identity.allowed_hosts.is_empty())?;
        let host = host_of(&request.url);
        (!hosts::allows(&identity.allowed_hosts, &host)).then(|| failure::host_not_allowed(identity, &host))
    }

    fn away(&self) -> Result<&Pool, rustls::Error> {
        if let Some(pool) = self.away.get() {
            return Ok(pool);
        }
        let connector = Connector::new(&self.egress, None, &self.server_ca)?;
        Ok(self.away.get_or_init(|| Pool::new(connector)))
    }
}

impl std::fmt::Debug for Outlet {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Outlet").field("identity", &self.identity).finish_non_exhaustive()
    }
}

/// A host without brackets and a dot at its end.
fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    bare.strip_suffix('.').unwrap_or(bare).to_owned()
}

fn milliseconds(time: Duration) -> f64 {
    // To a tenth of a microsecond.
    (time.as_secs_f64() * 10_000_000.0).round() / 10_000.0
}

/// One call, with its redirects.
struct Call<'o> {
    outlet: &'o Outlet,
    /// Where it began, once it has left there.
    home: Option<Origin>,
    outcome: CallOutcome,
    host: String,
    /// Whether the request goes to the node's own host.
    is_home: bool,
    stage: &'static str,
    /// How far the connection is, while there is none yet.
    progress: Option<Progress>,
}

impl<'o> Call<'o> {
    fn new(outlet: &'o Outlet, request: &Rendered) -> Self {
        Self {
            outlet,
            home: None,
            outcome: CallOutcome::default(),
            host: host_of(&request.url),
            is_home: true,
            stage: "waiting for its turn",
            progress: None,
        }
    }

    async fn make(&mut self, request: Rendered) -> Result<(), CallError> {
        let _turn = self.outlet.turns.acquire().await;
        let Rendered { method, mut url, headers, body } = request;
        let mut method = Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET);
        let mut body = Bytes::from(body);
        loop {
            let (response, connection) = self.exchange(&method, &url, &headers, &body).await?;
            connection.record().count_answer();
            let (head, incoming) = response.into_parts();
            if self.outlet.follow_redirects {
                let next = redirect::next(head.status, &head.headers, &url, &method);
                let next = next.map_err(|(kind, why)| failure::redirect(kind, why))?;
                if let Some(next) = next {
                    if self.outcome.redirects >= redirect::MOST {
                        return Err(failure::redirect(FailureKind::TooManyRedirects, ""));
                    }
                    self.outcome.redirects += 1;
                    if !next.with_body {
                        body = Bytes::new();
                    }
                    let home = self.home.get_or_insert_with(|| url.origin());
                    self.is_home = next.url.origin() == *home;
                    self.host = host_of(&next.url);
                    (method, url) = (next.method, next.url);
                    // Its body is of no use, and may never come.
                    drop(incoming);
                    connection.keep();
                    continue;
                }
            }
            self.stage = "reading the answer";
            return match answer::read(incoming).await {
                Ok(bytes) => {
                    connection.keep();
                    let answered = answer::describe(&head, bytes);
                    self.outcome.error = failure::said_by_http(&answered, &self.situation());
                    self.outcome.answer = Some(answered);
                    Ok(())
                }
                Err(answer::NotRead::TooLarge) => Err(failure::too_large(answer::LARGEST)),
                Err(answer::NotRead::BrokenOff) => Err(failure::broken_off(&self.host)),
            };
        }
    }

    /// One request and the head of its answer. It is sent again where the server had closed a connection that was kept, if nothing of it was
    /// sent or it does no harm (RFC 9110 section 9.2.2).
    async fn exchange(
        &mut self,
        method: &Method,
        url: &Url,
        headers: &[RenderedHeader],
        body: &Bytes,
    ) -> Result<(Response<Incoming>, Connection), CallError> {
        let pool = if self.is_home { Ok(&self.outlet.home) } else { self.outlet.away() };
        let pool = pool.map_err(|_mistake| failure::mistake())?;
        let mut repeats = 0;
        loop {
            let request = request(method, headers, self.is_home, body).ok_or_else(failure::mistake)?;
            // Where one that was kept was dead, the others may be too.
            let kept = if repeats == 0 { pool.take(url) } else { None };
            let mut connection = match kept {
                Some(connection) => connection,
                None => self.connect(pool, url).await?,
            };
            self.stage = "waiting for the answer";
            self.note(connection.record(), connection.is_kept);
            let request = connection.addressed(url, request).ok_or_else(failure::mistake)?;
            let start = Instant::now();
            match connection.send(request).await {
                Ok(response) => {
                    self.outcome.timing.first_byte = Some(milliseconds(start.elapsed()));
                    return Ok((response, connection));
                }
                Err(mut failed) => {
                    let is_unsent = failed.take_message().is_some();
                    let error = failed.into_error();
                    let is_undone = is_unsent || is_refused(&error);
                    let may_repeat = is_undone || method.is_idempotent() && is_gone(&error);
                    if connection.is_kept && may_repeat && repeats < MOST_REPEATS {
                        repeats += 1;
                        continue;
                    }
                    return Err(self.unanswered(&error, connection.record()));
                }
            }
        }
    }

    /// A new connection, whose beginning belongs to the call.
    async fn connect(&mut self, pool: &Pool, url: &Url) -> Result<Connection, CallError> {
        let progress = Progress::default();
        self.progress = Some(progress.clone());
        let made = pool.connect(url, progress).await;
        self.progress = None;
        made.map_err(|failed| {
            self.note(&failed.record, false);
            self.note_end(failed.end.as_ref());
            failure::not_connected(&failed, &self.situation())
        })
    }

    /// Takes over what is known of the connection.
    fn note(&mut self, record: &Record, reused: bool) {
        self.outcome.tls.clone_from(&record.tls);
        if let Some(tls) = &mut self.outcome.tls {
            tls.reused = reused;
        }
        self.outcome.timing = if reused {
            Timing::default()
        } else {
            Timing {
                lookup: Some(milliseconds(record.lookup)),
                connect: Some(milliseconds(record.connect)),
                handshake: record.handshake.map(milliseconds),
                ..Timing::default()
            }
        };
    }

    fn note_end(&mut self, end: Option<&End>) {
        if let (Some(End::Alert(alert)), Some(tls)) = (end, &mut self.outcome.tls) {
            tls.alert = Some(super::record::alert_in_words(*alert));
        }
    }

    /// What there is to say of a connection that stood, and over which no answer came.
    fn unanswered(&mut self, error: &hyper::Error, record: &Record) -> CallError {
        let end = record.end();
        self.note_end(end.as_ref());
        let is_parse = causes(error).any(|error: &hyper::Error| error.is_parse() || error.is_parse_too_large());
        failure::unanswered(end, record.is_new(), is_parse, &self.situation())
    }

    fn timed_out(&mut self, timeout: Duration) -> CallError {
        if let Some(progress) = self.progress.take() {
            let reached = progress.so_far(self.outlet.identity.as_deref().filter(|_| self.is_home));
            self.stage = reached.stage;
            self.outcome.tls = reached.tls;
            self.outcome.timing = Timing {
                lookup: reached.lookup.map(milliseconds),
                connect: reached.connect.map(milliseconds),
                handshake: reached.handshake.map(milliseconds),
                ..Timing::default()
            };
        }
        failure::timed_out(self.stage, timeout, &self.host)
    }

    fn situation(&self) -> Situation<'_> {
        Situation {
            host: &self.host,
            is_home: self.is_home,
            identity: self.outlet.identity.as_deref(),
            tls: self.outcome.tls.as_ref(),
        }
    }
}

/// The server says that it has done nothing of it (RFC 9113 section 8.7).
fn is_refused(error: &hyper::Error) -> bool {
    causes(error).any(|error: &h2::Error| {
        error.is_remote()
            && (error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR)
                || error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM))
    })
}

/// The connection is no more: closed before an answer, or while one was awaited.
fn is_gone(error: &hyper::Error) -> bool {
    error.is_incomplete_message()
        || error.is_closed()
        || error.is_canceled()
        || causes::<std::io::Error>(error).next().is_some()
}

/// The errors of this type among an error and its causes.
fn causes<'e, E: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e E> {
    let first: &'e (dyn StdError + 'static) = error;
    std::iter::successors(Some(first), |error: &&'e (dyn StdError + 'static)| (*error).source())
        .filter_map(|error| error.downcast_ref::<E>())
}

/// The request without its address; without secret headers, and what browsers keep for one host, where it leaves the node's own.
fn request(method: &Method, headers: &[RenderedHeader], is_home: bool, body: &Bytes) -> Option<pool::Call> {
    let mut map = HeaderMap::with_capacity(headers.len() + 3);
    for header in headers {
        let name = HeaderName::from_bytes(header.name.as_bytes()).ok()?;
        if !is_home && (header.is_secret || matches!(name.as_str(), "authorization" | "cookie")) {
            continue;
        }
        if body.is_empty() && matches!(name.as_str(), "content-type" | "content-encoding" | "content-language") {
            continue;
        }
        let mut value = HeaderValue::from_str(&header.value).ok()?;
        value.set_sensitive(header.is_secret);
        map.append(name, value);
    }
    map.entry(http::header::USER_AGENT).or_insert(HeaderValue::from_static("signet"));
    map.entry(http::header::ACCEPT).or_insert(HeaderValue::from_static("*/*"));
    let mut request = Request::new(Full::new(body.clone()));
    *request.method_mut() = method.clone();
    *request.headers_mut() = map;
    Some(request)
}
