//! SQLite: one file beside the program.

use std::fs::{OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqliteConnection, SqlitePool};

use super::database::{Database, Open, OpenDatabase};
use super::query::{Query, Row};
use super::{Error, Result, migrations};

/// A SQLite file. Reads have connections of their own and never wait for a write; all writes go through one connection.
#[derive(Debug)]
pub struct SqliteStore {
    readers: SqlitePool,
    writer: SqlitePool,
}

/// How long to wait for another process that writes (`signet` on the command line), and for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
const READERS: u32 = 8;

impl SqliteStore {
    /// Opens the file, which is created if it is not there, and brings its tables up to date.
    pub async fn open(path: &Path) -> Result<Self> {
        if path.as_os_str().is_empty() || path.as_os_str().as_encoded_bytes().starts_with(b":") {
            return Err(Error::Address { problem: "`sqlite:` needs the path of a file" });
        }
        protect(path).map_err(|cause| Error::File { path: path.to_owned(), cause })?;

        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(PATIENCE)
            .foreign_keys(true)
            // What was acknowledged survives a power failure: every commit waits for the disk.
            .synchronous(SqliteSynchronous::Full);
        let writing = options
            .clone()
            .journal_mode(SqliteJournalMode::Wal)
            // A destroyed key is overwritten in the file, not only unlinked.
            .pragma("secure_delete", "on");
        let reading = options.pragma("query_only", "on");

        migrate(&writing).await?;
        // Connections to a file don't grow old, and opening one costs more than keeping it.
        let pool = || SqlitePoolOptions::new().acquire_timeout(PATIENCE).idle_timeout(None).max_lifetime(None);
        Ok(Self {
            writer: pool().max_connections(1).connect_with(writing).await?,
            readers: pool().max_connections(READERS).connect_with(reading).await?,
        })
    }
}

#[async_trait]
impl Database for SqliteStore {
    async fn rows(&self, query: Query<'_>) -> Result<Vec<Row>> {
        query.rows_of_sqlite(&self.readers).await
    }

    async fn open(&self) -> Result<Open> {
        Ok(OpenDatabase::Sqlite(self.writer.begin_with("begin immediate").await?).into())
    }

    async fn disconnect(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Sees to it that only the owner can read the file: SQLite gives its `-wal` and `-shm` files the mode of the main one.
fn protect(path: &Path) -> io::Result<()> {
    let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match created {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => return other.map(drop),
    }
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        match std::fs::metadata(&file) {
            Ok(found) if found.permissions().mode() & 0o077 != 0 => {
                std::fs::set_permissions(&file, Permissions::from_mode(0o600))?
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Under the write lock, since two processes can start on one new file at the same moment.
async fn migrate(options: &SqliteConnectOptions) -> Result<()> {
    let mut connection = SqliteConnection::connect_with(options).await?;
    let mut transaction = connection.begin_with("begin immediate").await?;
    migrations::for_sqlite().run(&mut transaction).await?;
    transaction.commit().await?;
    connection.close().await?;
    Ok(())
}
