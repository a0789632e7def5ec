//! Whether anything was committed: what cannot have changed need not be read again.

use std::fs::File;
use std::mem::ManuallyDrop;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::{PgPool, query_scalar};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// The state of a database at a moment. Two equal ones of one [`super::Store`] mean that nobody has committed anything in between, be it
/// another server or the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State(Mark);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Head([u8; HEAD]),
    Number(u64),
}

/// Tells the state of a SQLite file, by the head of the index of its log: every commit, of whichever process, rewrites it before it is
/// acknowledged, and it is what SQLite itself looks at when it begins to read. `pragma data_version` says the same after having locked the
/// file and unlocked it again, which takes ten times as long.
///
/// <https://www.sqlite.org/walformat.html#the_wal_index_file_format>
///
/// SQLite maps the file into memory, and this reads it: whoever watches sees to it that a commit is seen ([`FileWatch::has_seen`]) before
/// it is believed that there was none.
#[derive(Debug)]
pub(super) struct FileWatch {
    /// Never closed, not even at the end: that would take the locks away that SQLite has on it in this process
    /// (<https://www.sqlite.org/howtocorrupt.html>, "POSIX advisory locks canceled by a separate thread doing `close()`").
    index: ManuallyDrop<File>,
    has_ended: AtomicBool,
}

/// Bytes of the head. It stands there twice; the second is written first.
const HEAD: usize = 48;
/// What the head begins with, in the byte order of the machine.
const FORMAT: u32 = 3_007_000;

impl FileWatch {
    /// Watches a file that another connection has open, by its real path; none if it has no such index.
    pub(super) fn open(path: &Path) -> Option<Self> {
        let mut index = path.as_os_str().to_owned();
        index.push("-shm");
        let index = ManuallyDrop::new(File::open(index).ok()?);
        Some(Self { index, has_ended: AtomicBool::new(false) })
    }

    /// Whether it has noticed a commit since this state.
    pub(super) fn has_seen(&self, before: Option<State>) -> bool {
        self.state().is_some_and(|after| before != Some(after))
    }

    /// Nothing is told any more: others may change the file now, with an index of their own.
    pub(super) fn end(&self) {
        self.has_ended.store(true, Ordering::Release);
    }

    /// The state at this moment; none while it is changing, and where the file is of another SQLite than this.
    pub(super) fn state(&self) -> Option<State> {
        if self.has_ended.load(Ordering::Acquire) {
            return None;
        }
        let mut heads = [0; 2 * HEAD];
        self.index.read_exact_at(&mut heads, 0).ok()?;
        let (first, second) = heads.split_first_chunk::<HEAD>()?;
        (first == second && first.starts_with(&FORMAT.to_ne_bytes())).then_some(State(Mark::Head(*first)))
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
    let (mut number, mut seen) = (0, None);
    let mut waiting = Vec::new();
    while asked.recv_many(&mut waiting, AT_ONCE).await > 0 {
        // Every transaction that has changed something has a number, and is no longer among those in progress once it is committed:
        // <https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT>
        let question = query_scalar("select pg_current_snapshot()::text").fetch_one(&pool);
        let snapshot: Option<String> = timeout(PATIENCE, question).await.ok().and_then(Result::ok);
        if snapshot.is_none() || snapshot != seen {
            number += 1;
            seen = snapshot;
        }
        for waiting in waiting.drain(..).filter(|_| seen.is_some()) {
            let _hung_up = waiting.send(State(Mark::Number(number)));
        }
    }
}
