//! Whether anything was committed: what cannot have changed need not be read again.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use sqlx::{PgPool, query_scalar};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// The state of a database at a moment. Two equal ones of one [`super::Store`] mean that nobody has committed anything in between, be it
/// another server or the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State(i64);

/// Tells the state of a SQLite file.
///
/// By a connection that does nothing else, since what it answers with counts the commits of all others. It is asked on the spot: that takes a
/// few microseconds and reads no more than the index of the log, where sqlx would send the question to another thread and back.
#[derive(Debug)]
pub(super) struct FileWatch(Mutex<Option<Connection>>);

impl FileWatch {
    /// Watches a file that another connection has open.
    pub(super) fn open(path: &Path) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        // Nobody waits here: who is not told reads what it wants to know.
        connection.busy_timeout(Duration::ZERO)?;
        Ok(Self(Mutex::new(Some(connection))))
    }

    /// The state at this moment; none if the file is locked or gone.
    pub(super) fn state(&self) -> Option<State> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // <https://www.sqlite.org/pragma.html#pragma_data_version>
        let mut statement = connection.as_ref()?.prepare_cached("pragma data_version").ok()?;
        statement.query_row([], |row| row.get(0)).ok().map(State)
    }

    /// Closes the file.
    pub(super) fn end(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// Tells the state of a PostgreSQL database. All who ask while it is asked share its next answer, so that many at once cost few questions.
#[derive(Debug)]
pub(super) struct ServerWatch(mpsc::UnboundedSender<oneshot::Sender<State>>);

/// How long a server may take to answer: who is not told reads what it wants to know.
const PATIENCE: Duration = Duration::from_secs(2);
/// Those who share an answer at most.
const AT_ONCE: usize = 1024;

impl ServerWatch {
    pub(super) fn new(pool: PgPool) -> Self {
        let (asking, asked) = mpsc::unbounded_channel();
        tokio::spawn(answer(pool, asked));
        Self(asking)
    }

    /// The state at some moment after this was asked; none if the server does not answer.
    pub(super) async fn state(&self) -> Option<State> {
        let (question, answer) = oneshot::channel();
        self.0.send(question).ok()?;
        answer.await.ok()
    }
}

async fn answer(pool: PgPool, mut asked: mpsc::UnboundedReceiver<oneshot::Sender<State>>) {
    let (mut state, mut seen) = (State(0), None);
    let mut waiting = Vec::new();
    while asked.recv_many(&mut waiting, AT_ONCE).await > 0 {
        // Every transaction that has changed something has a number, and is no longer among those in progress once it is committed:
        // <https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT>
        let question = query_scalar("select pg_current_snapshot()::text").fetch_one(&pool);
        let snapshot: Option<String> = timeout(PATIENCE, question).await.ok().and_then(Result::ok);
        if snapshot.is_none() || snapshot != seen {
            state.0 += 1;
            seen = snapshot;
        }
        for waiting in waiting.drain(..).filter(|_| seen.is_some()) {
            let _hung_up = waiting.send(state);
        }
    }
}
