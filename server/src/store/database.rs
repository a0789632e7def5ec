//! What the verbs need of a database: answers to statements, and transactions.

use async_trait::async_trait;
use sqlx::{Postgres, Sqlite};

use super::postgres::PostgresStore;
use super::query::{Query, Row};
use super::sqlite::SqliteStore;
use super::state::State;
use super::{Error, Result};

/// How a database finds the texts with a term in them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TextIndex {
    /// One after the other, in the order of [`super::search`]'s numbers: FTS5 of SQLite.
    InOrder,
    /// All at once, in no order: GIN of PostgreSQL.
    AllAtOnce,
}

/// A database that is connected.
#[async_trait]
pub(super) trait Database: Send + Sync + 'static {
    /// How it finds texts.
    const TEXTS: TextIndex;

    /// What it answers outside of any transaction.
    async fn rows(&self, query: Query<'_>) -> Result<Vec<Row>>;
    /// Starts a transaction that may write.
    async fn open(&self) -> Result<Open>;
    /// The state at some moment after this was asked; none if the database does not answer.
    async fn state(&self) -> Option<State>;
    /// Closes every connection.
    async fn disconnect(&self);

    /// The first row, read by this function.
    async fn one<T>(&self, query: Query<'_>, read: for<'r> fn(&'r Row) -> Result<T>) -> Result<Option<T>>
    where
        Self: Sized,
    {
        self.rows(query).await?.first().map(read).transpose()
    }

    /// All rows, read by this function.
    async fn all<T>(&self, query: Query<'_>, read: for<'r> fn(&'r Row) -> Result<T>) -> Result<Vec<T>>
    where
        Self: Sized,
    {
        self.rows(query).await?.iter().map(read).collect()
    }
}

/// A transaction of one database or the other.
pub(super) enum OpenDatabase {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// A transaction. After its first error it is good for nothing: PostgreSQL would refuse every statement and answer a commit by
/// rolling back, SQLite would go on as if nothing had happened.
pub(super) struct Open {
    database: OpenDatabase,
    failed: bool,
}

impl From<OpenDatabase> for Open {
    fn from(database: OpenDatabase) -> Self {
        Self { database, failed: false }
    }
}

impl Open {
    /// How it finds texts.
    pub(super) fn texts(&self) -> TextIndex {
        match self.database {
            OpenDatabase::Sqlite(_) => SqliteStore::TEXTS,
            OpenDatabase::Postgres(_) => PostgresStore::TEXTS,
        }
    }

    /// The rows that a statement answers with.
    pub(super) async fn rows(&mut self, query: Query<'_>) -> Result<Vec<Row>> {
        self.begin_statement()?;
        let rows = match &mut self.database {
            OpenDatabase::Sqlite(transaction) => query.rows_of_sqlite(&mut **transaction).await,
            OpenDatabase::Postgres(transaction) => query.rows_of_postgres(&mut **transaction).await,
        };
        self.failed = rows.is_err();
        rows
    }

    /// How many rows a statement changed.
    pub(super) async fn change(&mut self, query: Query<'_>) -> Result<u64> {
        self.begin_statement()?;
        let changed = match &mut self.database {
            OpenDatabase::Sqlite(transaction) => query.change_sqlite(&mut **transaction).await,
            OpenDatabase::Postgres(transaction) => query.change_postgres(&mut **transaction).await,
        };
        self.failed = changed.is_err();
        changed
    }

    /// The first row, read by this function.
    pub(super) async fn one<T>(&mut self, query: Query<'_>, read: fn(&Row) -> Result<T>) -> Result<Option<T>> {
        self.all(query, read).await.map(|rows| rows.into_iter().next())
    }

    /// All rows, read by this function.
    pub(super) async fn all<T>(&mut self, query: Query<'_>, read: fn(&Row) -> Result<T>) -> Result<Vec<T>> {
        let read = self.rows(query).await?.iter().map(read).collect::<Result<_>>();
        self.failed = read.is_err();
        read
    }

    /// Changes exactly one row of this table.
    pub(super) async fn change_one(&mut self, table: &'static str, query: Query<'_>) -> Result<()> {
        let changed = self.change(query).await?;
        self.failed = changed != 1;
        if self.failed { Err(Error::Stale { table }) } else { Ok(()) }
    }

    /// Makes everything durable.
    pub(super) async fn commit(self) -> Result<()> {
        if self.failed {
            return Err(Error::Aborted);
        }
        match self.database {
            OpenDatabase::Sqlite(transaction) => transaction.commit().await?,
            OpenDatabase::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }

    /// A statement that is given up half-way counts as failed.
    fn begin_statement(&mut self) -> Result<()> {
        if self.failed {
            return Err(Error::Aborted);
        }
        self.failed = true;
        Ok(())
    }
}
