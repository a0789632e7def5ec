//! Copies of a SQLite database, each in one file, and whether one is whole.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqliteConnection};

use super::{Error, Result};

/// How long to wait for somebody who has the whole file locked.
const PATIENCE: Duration = Duration::from_secs(30);

/// The file of a database at an address; `None` if it is on a server.
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
}

/// Copies the database in one file into another, which has to be empty: as it was at one moment, while others read and write.
///
/// What was removed from the database is not in the copy. Nothing is brought up to date in either of them.
///
/// # Errors
/// [`Error::File`] if there is no database; [`Error::Database`].
pub async fn copy_database(from: &Path, to: &Path) -> Result<()> {
    // SQLite reads a name that begins with `file:` as an address.
    let to = std::path::absolute(to).map_err(|cause| Error::File { path: to.to_owned(), cause })?;
    let name = to.to_str().ok_or_else(|| not_text(&to))?;
    let mut connection = open(from).await?;
    let copied = sqlx::query("vacuum into $1").bind(name).execute(&mut connection).await;
    connection.close().await?;
    copied?;
    Ok(())
}

/// Looks whether a file is a whole database of Signet's. It is not changed.
///
/// # Errors
/// [`Error::Copy`] if it is not; [`Error::File`]; [`Error::Database`].
pub async fn inspect_copy(path: &Path) -> Result<()> {
    let mut connection = open(path).await?;
    let inspected = inspect(&mut connection).await;
    connection.close().await?;
    inspected
}

async fn inspect(connection: &mut SqliteConnection) -> Result<()> {
    let copy = |problem| Error::Copy { problem };
    let sql = "select name from sqlite_schema where type = 'table' and name in ('_sqlx_migrations', 'certificates')";
    let tables =
        sqlx::query(sql).fetch_all(&mut *connection).await.map_err(|_quotes_nothing| copy("it is no database"))?;
    if tables.len() != 2 {
        return Err(copy("it is a database, but not Signet's"));
    }
    let damaged = |_what_exactly_does_not_matter| copy("it is damaged");
    let found = sqlx::query("pragma integrity_check").fetch_all(&mut *connection).await.map_err(damaged)?;
    let said = found.first().map(|row| row.try_get::<&str, _>(0)).transpose()?;
    if found.len() != 1 || said != Some("ok") {
        return Err(copy("it is damaged"));
    }
    let dangling = sqlx::query("pragma foreign_key_check").fetch_all(&mut *connection).await.map_err(damaged)?;
    if dangling.is_empty() { Ok(()) } else { Err(copy("some of its rows belong to rows that are not there")) }
}

async fn open(path: &Path) -> Result<SqliteConnection> {
    // SQLite's own error does not say which file it is about.
    std::fs::metadata(path).map_err(|cause| Error::File { path: path.to_owned(), cause })?;
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(PATIENCE).create_if_missing(false);
    Ok(options.connect().await?)
}

fn not_text(path: &Path) -> Error {
    Error::File {
        path: path.to_owned(),
        cause: io::Error::new(io::ErrorKind::InvalidFilename, "its name is not UTF-8"),
    }
}
