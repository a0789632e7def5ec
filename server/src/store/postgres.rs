//! PostgreSQL: one database for several servers.

use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool};

use super::database::{Database, Open, OpenDatabase, TextIndex};
use super::query::{Query, Row};
use super::state::{ServerWatch, State};
use super::{Error, Result, migrations};

/// A PostgreSQL database.
#[derive(Debug)]
pub struct PostgresStore {
    readers: PgPool,
    /// For transactions. Inside of one something may be read outside of it: were these the same connections, many transactions at once would
    /// hold all of them, and wait for one.
    writers: PgPool,
    watch: ServerWatch,
}

const OLDEST_VERSION: u32 = 140_000;
/// Ten servers fit into PostgreSQL's own limit of 100.
const READERS: u32 = 6;
const WRITERS: u32 = 4;
const PATIENCE: Duration = Duration::from_secs(30);

impl PostgresStore {
    /// Connects to the database and brings its tables up to date; of several servers that start at once one does it.
    pub async fn connect(url: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|_can_quote_the_password| Error::Address { problem: "it is not a `postgres://` URL" })?;
        let options =
            if options.get_application_name().is_none() { options.application_name("signet") } else { options };
        migrate(&options).await?;
        // A server that hangs, or has lost its network in the middle of a transaction, must not stop all others for good.
        let options = options.options([("lock_timeout", "30s"), ("idle_in_transaction_session_timeout", "60s")]);
        let pool = |connections| PgPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE);
        let readers = pool(READERS).connect_with(options.clone()).await?;
        let writers = pool(WRITERS).connect_lazy_with(options);
        Ok(Self { watch: ServerWatch::new(readers.clone()), readers, writers })
    }
}

#[async_trait]
impl Database for PostgresStore {
    const TEXTS: TextIndex = TextIndex::AllAtOnce;

    async fn rows(&self, query: Query<'_>) -> Result<Vec<Row>> {
        query.rows_of_postgres(&self.readers).await
    }

    async fn open(&self) -> Result<Open> {
        Ok(OpenDatabase::Postgres(self.writers.begin().await?).into())
    }

    async fn state(&self) -> Option<State> {
        self.watch.state().await
    }

    async fn disconnect(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}

/// On a connection of its own, so that whatever happens the migrations' lock is given back.
async fn migrate(options: &PgConnectOptions) -> Result<()> {
    let mut connection = PgConnection::connect_with(options).await?;
    if connection.server_version_num().is_some_and(|version| version < OLDEST_VERSION) {
        return Err(Error::Address { problem: "Signet needs PostgreSQL 14 or later" });
    }
    // Not `run`, whose future is not `Send` for a connection.
    migrations::for_postgres().run_direct(None, &mut connection, false).await?;
    connection.close().await?;
    Ok(())
}
