//! What happened on a connection, noted while it happens.
//!
//! rustls asks one object of a configuration about certificates, and sessions are resumed only while that object stays the same; so whose
//! handshake it is says a task-local, which is set while the handshake is polled.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use app::api_node::{ChainCertificate, TlsFacts};
use app::certificate::{Facts, name_in_words};
use app::timestamp::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::{AlertDescription, Error, ProtocolVersion};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::identity::Identity;

/// The issuers that are told of at most.
const MOST_ISSUERS: usize = 100;
/// The certificates of a server that are told of at most.
const LONGEST_CHAIN: usize = 10;

tokio::task_local! {
    static NOTES: Arc<Mutex<Notes>>;
    static PROGRESS: Progress;
}

/// What a handshake came by.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    requested: bool,
    sent: bool,
    accepted: Vec<Vec<u8>>,
    chain: Option<Arc<Chain>>,
    server_trusted: bool,
}

/// The certificates of a server, as it has shown them: its own, then the others.
#[derive(Debug)]
pub(super) struct Chain {
    certificates: Vec<CertificateDer<'static>>,
    in_words: OnceLock<Vec<ChainCertificate>>,
}

/// How far the connection is that a call makes for itself: what is known of it if the call's time is over first.
#[derive(Clone, Default)]
pub(super) struct Progress(Arc<Mutex<Steps>>);

#[derive(Default)]
struct Steps {
    lookup: Option<Duration>,
    connect: Option<Duration>,
    handshake: Option<(Instant, Arc<Mutex<Notes>>)>,
    shaken: Option<Duration>,
}

impl Progress {
    /// Runs a call; connections that it makes note their progress here.
    pub(super) async fn of<T>(self, call: impl Future<Output = T>) -> T {
        PROGRESS.scope(self, call).await
    }

    /// What is being done, and how far the connection is.
    pub(super) fn so_far(&self, identity: Option<&Identity>) -> Reached {
        let steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Steps { lookup, connect, shaken, .. } = *steps;
        let (stage, tls, handshake) = match &steps.handshake {
            Some((since, notes)) => {
                let notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
                let stage = if shaken.is_some() { "waiting for the answer" } else { "waiting for the TLS handshake" };
                (stage, notes.facts_so_far(identity), Some(shaken.unwrap_or_else(|| since.elapsed())))
            }
            None if lookup.is_some() => ("connecting", None, None),
            None => ("looking its name up", None, None),
        };
        Reached { stage, tls, lookup, connect, handshake }
    }
}

/// How far a connection is that does not stand yet.
pub(super) struct Reached {
    pub(super) stage: &'static str,
    pub(super) tls: Option<TlsFacts>,
    pub(super) lookup: Option<Duration>,
    pub(super) connect: Option<Duration>,
    pub(super) handshake: Option<Duration>,
}

fn progress(write: impl FnOnce(&mut Steps)) {
    let _of_no_call =
        PROGRESS.try_with(|progress| write(&mut progress.0.lock().unwrap_or_else(PoisonError::into_inner)));
}

/// The address is known.
pub(super) fn looked_up(took: Duration) {
    progress(|steps| steps.lookup = Some(took));
}

/// The TCP connection stands.
pub(super) fn connected(took: Duration) {
    progress(|steps| steps.connect = Some(took));
}

/// Runs a handshake, and answers with what it came by as well.
pub(super) async fn noting<T>(handshake: impl Future<Output = T>) -> (T, Notes) {
    let notes = Arc::new(Mutex::new(Notes::default()));
    let start = Instant::now();
    progress(|steps| steps.handshake = Some((start, Arc::clone(&notes))));
    let done = NOTES.scope(Arc::clone(&notes), handshake).await;
    progress(|steps| steps.shaken = Some(start.elapsed()));
    let notes = notes.lock().unwrap_or_else(PoisonError::into_inner).clone();
    (done, notes)
}

fn note(write: impl FnOnce(&mut Notes)) {
    let _outside_of_a_handshake =
        NOTES.try_with(|notes| write(&mut notes.lock().unwrap_or_else(PoisonError::into_inner)));
}

/// The server has asked for a client certificate.
pub(super) fn note_request(hints: &[&[u8]], sent: bool) {
    note(|notes| {
        notes.requested = true;
        notes.sent = sent;
        notes.accepted = hints.iter().map(|hint| hint.to_vec()).collect();
    });
}

/// The server has shown its certificates.
pub(super) fn note_server(chain: Arc<Chain>, trusted: bool) {
    note(|notes| {
        notes.chain = Some(chain);
        notes.server_trusted = trusted;
    });
}

impl Chain {
    pub(super) fn new(leaf: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Self {
        let certificates = std::iter::once(leaf).chain(others).map(|certificate| certificate.clone().into_owned());
        Self { certificates: certificates.collect(), in_words: OnceLock::new() }
    }

    /// Whether it is these, byte for byte.
    pub(super) fn is(&self, leaf: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> bool {
        self.certificates.iter().eq(std::iter::once(leaf).chain(others))
    }

    /// Bytes of all certificates.
    pub(super) fn size(&self) -> usize {
        self.certificates.iter().map(|certificate| certificate.len()).sum()
    }

    /// The moment up to which all are valid; none where one cannot be read, or where there are more than are told of.
    pub(super) fn valid_until(&self) -> Option<Timestamp> {
        let ends = self.in_words().iter().map(|certificate| certificate.not_after);
        ends.min().filter(|_| self.in_words().len() == self.certificates.len())
    }

    fn in_words(&self) -> &[ChainCertificate] {
        self.in_words.get_or_init(|| {
            let told = self.certificates.iter().take(LONGEST_CHAIN);
            told.filter_map(|certificate| chain_certificate(certificate)).collect()
        })
    }
}

impl Notes {
    /// What there is to tell of a handshake that did not come to its end; none if the server has said nothing yet.
    pub(super) fn facts_so_far(&self, identity: Option<&Identity>) -> Option<TlsFacts> {
        (self.requested || self.chain.is_some()).then(|| self.facts(identity))
    }

    /// What there is to tell of a full handshake.
    pub(super) fn facts(&self, identity: Option<&Identity>) -> TlsFacts {
        let named = !self.accepted.is_empty();
        let accepted = self.accepted.iter().take(MOST_ISSUERS).filter_map(|name| name_in_words(name));
        TlsFacts {
            client_certificate_requested: self.requested,
            client_certificate_sent: self.sent,
            accepted_issuers: accepted.collect(),
            accepted_issuer_count: u32::try_from(self.accepted.len()).unwrap_or(u32::MAX),
            issuer_is_accepted: identity.filter(|_| named).map(|identity| identity.is_issued_by_one_of(&self.accepted)),
            certificate_id: identity.map(|identity| identity.certificate_id.clone()),
            certificate_name: identity.map(|identity| identity.name.clone()),
            server_chain: self.chain.as_ref().map(|chain| chain.in_words().to_vec()).unwrap_or_default(),
            server_trusted: self.server_trusted,
            ..TlsFacts::default()
        }
    }
}

fn chain_certificate(der: &[u8]) -> Option<ChainCertificate> {
    let facts = Facts::read(&[der.to_vec()])?;
    Some(ChainCertificate {
        subject: facts.subject,
        issuer: facts.issuer,
        not_before: facts.not_before,
        not_after: facts.not_after,
        fingerprint_sha256: facts.fingerprint_sha256,
    })
}

/// `TLS 1.3`.
pub(super) fn version_in_words(version: ProtocolVersion) -> Option<String> {
    match version {
        ProtocolVersion::TLSv1_2 => Some("TLS 1.2".to_owned()),
        ProtocolVersion::TLSv1_3 => Some("TLS 1.3".to_owned()),
        _ => None,
    }
}

/// An alert as RFC 8446 section 6 names it.
pub(super) fn alert_in_words(alert: AlertDescription) -> String {
    let name = match alert {
        AlertDescription::UnknownCA => return "unknown_ca".to_owned(),
        other => format!("{other:?}"),
    };
    let mut words = String::with_capacity(name.len() + 4);
    for (place, letter) in name.chars().enumerate() {
        if letter.is_ascii_uppercase() && place > 0 {
            words.push('_');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// How a connection's beginning went, and how it ended.
#[derive(Debug)]
pub(super) struct Record {
    /// None over plain HTTP.
    pub(super) tls: Option<TlsFacts>,
    pub(super) lookup: Duration,
    pub(super) connect: Duration,
    pub(super) handshake: Option<Duration>,
    /// Answers that came over it.
    answers: AtomicU32,
    end: Mutex<Option<End>>,
}

/// How a connection ended.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// The server said why.
    Alert(AlertDescription),
    /// The server closed it.
    Closed,
    /// TLS failed in another way.
    Tls(Error),
}

impl Record {
    pub(super) fn new(
        tls: Option<TlsFacts>,
        (lookup, connect): (Duration, Duration),
        handshake: Option<Duration>,
    ) -> Arc<Self> {
        Arc::new(Self { tls, lookup, connect, handshake, answers: AtomicU32::new(0), end: Mutex::new(None) })
    }

    /// Counts an answer; says how many there were before.
    pub(super) fn count_answer(&self) -> u32 {
        self.answers.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether no answer has come over it yet.
    pub(super) fn is_new(&self) -> bool {
        self.answers.load(Ordering::Relaxed) == 0
    }

    /// How it ended, as far as that is known.
    pub(super) fn end(&self) -> Option<End> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note_end(&self, end: End) {
        let mut noted = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        // An alert says more than what comes behind it.
        if !matches!(*noted, Some(End::Alert(_))) {
            *noted = Some(end);
        }
    }

    fn note_error(&self, error: &io::Error) {
        self.note_end(end_of(error));
    }
}

/// What an error of a connection says about its end.
pub(super) fn end_of(error: &io::Error) -> End {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::AlertReceived(alert)) => End::Alert(*alert),
        Some(other) => End::Tls(other.clone()),
        None => End::Closed,
    }
}

/// A connection that notes how it ends.
pub(super) struct Watched<S> {
    pub(super) stream: S,
    pub(super) record: Arc<Record>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let done = Pin::new(&mut self.stream).poll_read(context, buffer);
        match &done {
            Poll::Ready(Err(error)) => self.record.note_error(error),
            Poll::Ready(Ok(())) if buffer.filled().len() == before && buffer.remaining() > 0 => {
                self.record.note_end(End::Closed);
            }
            _ => {}
        }
        done
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Watched<S> {
    /// After a write that failed: the server may have said before why it does not listen any more.
    fn look_for_an_alert(&mut self, context: &mut Context<'_>) {
        let mut space = [0; 512];
        let mut buffer = ReadBuf::new(&mut space);
        let _whatever_it_is = Pin::new(self).poll_read(context, &mut buffer);
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let Poll::Ready(Err(error)) = &done {
            self.record.note_error(error);
            self.look_for_an_alert(context);
        }
        done
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.stream).poll_flush(context);
        if let Poll::Ready(Err(error)) = &done {
            self.record.note_error(error);
            self.look_for_an_alert(context);
        }
        done
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        if let Poll::Ready(Err(error)) = &done {
            self.record.note_error(error);
            self.look_for_an_alert(context);
        }
        done
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
