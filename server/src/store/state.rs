//! Whether anything was committed: what cannot have changed need not be read again.

use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, PgPool, query_scalar};
use tokio::sync::{mpsc, oneshot};

/// The state of a database at a moment. Two equal ones of one [`super::Store`] mean that nobody has committed anything in between, be it
/// another server or the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State(u64);

/// What is watched.
pub(super) enum Watched {
    /// A connection that does nothing else: what it answers with counts the commits of all others.
    Sqlite(SqliteConnection),
    /// Any connections.
    Postgres(PgPool),
}

/// Tells the state. All who ask while the database is looked at share the next look, so that many at once cost little.
#[derive(Debug)]
pub(super) struct Watch(mpsc::UnboundedSender<Question>);

#[derive(Debug)]
enum Question {
    State(oneshot::Sender<State>),
    End(oneshot::Sender<()>),
}

/// Questions that one look answers at most.
const AT_ONCE: usize = 1024;

impl Watch {
    pub(super) fn new(watched: Watched) -> Self {
        let (questions, asked) = mpsc::unbounded_channel();
        tokio::spawn(answer(watched, asked));
        Self(questions)
    }

    /// The state at some moment after this was asked; none if the database does not answer.
    pub(super) async fn state(&self) -> Option<State> {
        let (question, answer) = oneshot::channel();
        self.0.send(Question::State(question)).ok()?;
        answer.await.ok()
    }

    /// Closes the connection that does nothing else.
    pub(super) async fn end(&self) {
        let (question, answer) = oneshot::channel();
        if self.0.send(Question::End(question)).is_ok() {
            let _ended_before = answer.await;
        }
    }
}

async fn answer(mut watched: Watched, mut asked: mpsc::UnboundedReceiver<Question>) {
    let (mut state, mut seen) = (State(0), None);
    let mut questions = Vec::new();
    while asked.recv_many(&mut questions, AT_ONCE).await > 0 {
        let look = watched.look().await.ok();
        if look.is_none() || look != seen {
            state.0 += 1;
            seen = look;
        }
        for question in questions.drain(..) {
            match question {
                Question::State(answer) if seen.is_some() => _ = answer.send(state),
                Question::State(_) => {}
                Question::End(done) => {
                    watched.close().await;
                    let _not_waited_for = done.send(());
                    return;
                }
            }
        }
    }
}

impl Watched {
    /// What is another after each commit.
    async fn look(&mut self) -> sqlx::Result<String> {
        match self {
            // <https://www.sqlite.org/pragma.html#pragma_data_version>
            Self::Sqlite(connection) => {
                let version: i64 = query_scalar("pragma data_version").fetch_one(connection).await?;
                Ok(version.to_string())
            }
            // Every transaction that has changed something has a number, and leaves those in progress when it is committed:
            // <https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT>
            Self::Postgres(pool) => query_scalar("select pg_current_snapshot()::text").fetch_one(&*pool).await,
        }
    }

    async fn close(self) {
        if let Self::Sqlite(connection) = self {
            let _closed = connection.close().await;
        }
    }
}
