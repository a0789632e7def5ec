//! SQLite: one file beside the program.

use std::fs::{OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use deadpool::unmanaged::{Object, Pool};
use futures_util::future::BoxFuture;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqlitePool};

use super::database::{Database, Open, OpenDatabase, TextIndex};
use super::query::{Query, Row};
use super::state::{FileWatch, State};
use super::{Error, Result, migrations};

/// A SQLite file. Reads have connections of their own and never wait for a write; all writes go through one connection.
///
/// The readers are not in a pool of sqlx's: that asks each connection before and after every use whether it is still there, which for a file
/// costs three times what is wanted.
#[derive(Debug)]
pub struct SqliteStore {
    readers: Pool<SqliteConnection>,
    writer: SqlitePool,
    /// None where the index of the log cannot be watched: everything is read anew then.
    watch: Option<FileWatch>,
}

/// How long to wait for another process that writes (`signet` on the command line), and for a connection.
const PATIENCE: Duration = Duration::from_secs(30);
const ATTEMPTS: u32 = 600;
const READERS: usize = 8;

impl SqliteStore {
    /// Opens the file, which is created if it is not there, and brings its tables up to date.
    pub async fn open(path: &Path) -> Result<Self> {
        if path.as_os_str().is_empty() || path.as_os_str().as_encoded_bytes().starts_with(b":") {
            return Err(Error::Address { problem: "`sqlite:` needs the path of a file" });
        }
        let path = &protect(path).map_err(|cause| Error::File { path: path.to_owned(), cause })?;

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

        // Connections to a file don't grow old, and opening one costs more than keeping it.
        let pool = SqlitePoolOptions::new().acquire_timeout(PATIENCE).idle_timeout(None).max_lifetime(None);
        let pool = pool.max_connections(1);
        let writer = patiently(|| Box::pin(pool.clone().connect_with(writing.clone()))).await?;
        let watch = migrate(&writer, path).await?;
        if watch.is_none() {
            tracing::info!("the database's log cannot be watched: every request reads anew what it depends on");
        }
        let mut readers = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            readers.push(reader(&reading).await?);
        }
        Ok(Self { writer, readers: Pool::from(readers), watch })
    }
}

#[async_trait]
impl Database for SqliteStore {
    const TEXTS: TextIndex = TextIndex::InOrder;

    async fn rows(&self, query: Query<'_>) -> Result<Vec<Row>> {
        let mut reader = self.readers.get().await.map_err(|_closed| sqlx::Error::PoolClosed)?;
        query.rows_of_sqlite(&mut *reader).await
    }

    async fn open(&self) -> Result<Open> {
        Ok(OpenDatabase::Sqlite(self.writer.begin_with("begin immediate").await?).into())
    }

    async fn state(&self) -> Option<State> {
        self.watch.as_ref().and_then(FileWatch::state)
    }

    async fn disconnect(&self) {
        if let Some(watch) = &self.watch {
            watch.end();
        }
        for _ in 0..READERS {
            // Waits until nobody reads.
            let Ok(reader) = self.readers.get().await else { break };
            let _closed = Object::take(reader).close().await;
        }
        self.readers.close();
        self.writer.close().await;
    }
}

/// Sees to it that there is a file which only the owner can read: SQLite gives its `-wal` and `-shm` files the mode of the main one. Answers
/// with its real path: where a link leads to it, they stand beside the file and not beside the link.
fn protect(path: &Path) -> io::Result<PathBuf> {
    let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match created {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => {
            other?;
        }
    }
    let path = path.canonicalize()?;
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        let found = match std::fs::metadata(&file) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        if found.permissions().mode() & 0o077 != 0 {
            std::fs::set_permissions(&file, Permissions::from_mode(0o600))?;
        }
    }
    Ok(path)
}

async fn reader(options: &SqliteConnectOptions) -> Result<SqliteConnection> {
    patiently(|| {
        let options = options.clone();
        Box::pin(async move { options.connect().await })
    })
    .await
}

async fn patiently<T>(connect: impl Fn() -> BoxFuture<'static, sqlx::Result<T>> + Send) -> Result<T> {
    for _ in 0..ATTEMPTS {
        match connect().await {
            Err(sqlx::Error::Database(refusal)) if refusal.code().is_some_and(|code| is_busy(&code)) => {}
            other => return Ok(other?),
        }
        tokio::time::sleep(PATIENCE / ATTEMPTS).await;
    }
    Err(sqlx::Error::PoolTimedOut.into())
}

/// `SQLITE_BUSY` with any extension. SQLite answers with it at once, without waiting, while another process switches the new
/// file to its log, closes it as the last one, or mends it after a crash. <https://www.sqlite.org/rescode.html#busy>
fn is_busy(code: &str) -> bool {
    code.parse::<i32>().is_ok_and(|code| code & 0xff == 5)
}

/// Under the write lock, since two processes can start on one new file at the same moment. Answers with a watch that has seen its commit.
async fn migrate(writer: &SqlitePool, path: &Path) -> Result<Option<FileWatch>> {
    let mut transaction = writer.begin_with("begin immediate").await?;
    // With a transaction there is a log, and its index.
    let watch = FileWatch::open(path);
    let before = watch.as_ref().and_then(FileWatch::state);
    // Not `run`, whose future is not `Send` for a connection.
    migrations::for_sqlite().run_direct(None, &mut *transaction, false).await?;
    // So that something is committed in any case, which the watch has to see. Nobody reads this number.
    sqlx::query("pragma user_version = 1").execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(watch.filter(|watch| watch.has_seen(before)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_connection_is_set_up_for_durability() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signet.db");
        let store = SqliteStore::open(&path).await.unwrap();
        // 2 is FULL, <https://www.sqlite.org/pragma.html#pragma_synchronous>
        let both = [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("busy_timeout", "30000")];
        let writer = [("secure_delete", "1"), ("query_only", "0")];
        let readers = [("query_only", "1")];
        let mut connection = store.writer.acquire().await.unwrap();
        for (name, expected) in both.into_iter().chain(writer) {
            assert_eq!(pragma(&mut connection, name).await, expected, "{name} of the writer");
        }
        let mut reader = store.readers.get().await.unwrap();
        for (name, expected) in both.into_iter().chain(readers) {
            assert_eq!(pragma(&mut reader, name).await, expected, "{name} of the readers");
        }
        assert!(sqlx::query("delete from users").execute(&mut *reader).await.is_err(), "readers only read");
    }

    /// Those that an earlier Signet has stored are found, and in the order of their ends.
    #[tokio::test]
    async fn what_was_searched_before_is_found_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signet.db");
        let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
        let mut earlier = options.connect().await.unwrap();
        migrations::for_earlier_sqlite(9).run_direct(None, &mut earlier, false).await.unwrap();
        let account = "00000001000040008000000000000000";
        let insert_account = "insert into accounts (id, name, created_at) values ($1, 'Example', 0)";
        sqlx::query(insert_account).bind(account).execute(&mut earlier).await.unwrap();
        // From the year 1950, and two that end in the same second.
        let ends = [4_102_444_800_i64, -631_152_000, 1_800_000_000, 1_800_000_000, 0];
        for (number, end) in (1_i64..).zip(ends) {
            let insert = "insert into certificates (id, account_id, name, ca, is_primary, content_version, fingerprint_sha256, \
                            public_key_sha256, subject, issued_to, issuer, issuer_name, serial_number, key_type, not_before, \
                            not_after, uploaded_on, changed_at, changed_by, is_destroyed, version) \
                          values ($1, $2, 'Bank ' || $3, 0, 0, 1, printf('%064d', $3), printf('%064d', $3), '', '', '', '', '', '', \
                            -700000000000000, $4, 0, 0, '', 0, 1)";
            let id = format!("{number:08}-0000-4000-8000-000000000000");
            let insert = sqlx::query(insert).bind(&id).bind(account).bind(number).bind(end * 1_000_000);
            insert.execute(&mut earlier).await.unwrap();
            let insert = "insert into certificate_search (certificate_id, account_id, facts, text) \
                          values ($1, $2, 'facts', 'bank ' || $3 || char(10) || 'facts')";
            sqlx::query(insert).bind(&id).bind(account).bind(number).execute(&mut earlier).await.unwrap();
        }
        earlier.close().await.unwrap();

        let store = SqliteStore::open(&path).await.unwrap();
        let mut reader = store.readers.get().await.unwrap();
        let found = async |phrase: &str, reader: &mut SqliteConnection| -> Vec<String> {
            let found = "select substr(search.certificate_id, 8, 1) from certificate_texts texts cross join certificate_search search \
                         where texts.text match $1 and search.number = texts.rowid order by texts.rowid";
            sqlx::query_scalar(found).bind(phrase).fetch_all(reader).await.unwrap()
        };
        assert_eq!(found("\"facts\"", &mut reader).await, ["2", "5", "3", "4", "1"]);
        assert_eq!(found("\"bank 3\"", &mut reader).await, ["3"]);
        let mut writer = store.writer.acquire().await.unwrap();
        let check = "insert into certificate_texts (certificate_texts, rank) values ('integrity-check', 1)";
        sqlx::query(check).execute(&mut *writer).await.unwrap();
        sqlx::query("delete from certificate_search where certificate_id glob '*3-0000*'")
            .execute(&mut *writer)
            .await
            .unwrap();
        assert_eq!(found("\"facts\"", &mut reader).await, ["2", "5", "4", "1"]);
        sqlx::query(check).execute(&mut *writer).await.unwrap();
    }

    #[tokio::test]
    async fn an_open_file_is_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signet.db");
        let modes = || {
            let files = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().metadata().unwrap());
            files.map(|found| found.permissions().mode() & 0o777).collect::<Vec<_>>()
        };
        let store = SqliteStore::open(&path).await.unwrap();
        assert_eq!(modes(), [0o600; 3], "the file, its log and its index");
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            std::fs::set_permissions(entry.unwrap().path(), Permissions::from_mode(0o644)).unwrap();
        }
        let second = SqliteStore::open(&path).await.unwrap();
        assert_eq!(modes(), [0o600; 3], "what somebody else has opened up");
        second.disconnect().await;
        store.disconnect().await;
        assert_eq!(modes(), [0o600], "nothing is left in the log");
    }

    #[tokio::test]
    async fn every_unique_index_is_known_by_its_columns() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("signet.db")).await.unwrap();
        let sql = "select group_concat(tables.name || '.' || columns.name, ', ' order by columns.seqno) as columns
                   from sqlite_schema tables, pragma_index_list(tables.name) indexes, pragma_index_info(indexes.name) columns
                   where tables.type = 'table' and tables.name not glob '_sqlx_*' and tables.name not glob 'certificate_texts*'
                   and indexes.\"unique\"
                   group by indexes.name";
        let mut reader = store.readers.get().await.unwrap();
        let mut found: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *reader).await.unwrap();
        // The primary key of a table with one whole number is no index of its own.
        found.extend(["setup_links.id", "master_key_checks.version", "certificate_search.number"].map(str::to_owned));
        found.sort();
        let mut known: Vec<_> = super::super::error::UNIQUE.iter().map(|(_name, columns)| *columns).collect();
        known.sort_unstable();
        assert_eq!(found, known);
    }

    #[tokio::test]
    async fn only_a_commit_is_another_state() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("signet.db")).await.unwrap();
        let state = || store.watch.as_ref().unwrap().state().unwrap();
        let mut writer = store.writer.acquire().await.unwrap();
        let begun = state();
        for sql in ["begin immediate", "delete from setup_links", INSERT, "rollback", "pragma wal_checkpoint(passive)"]
        {
            sqlx::query(sql).execute(&mut *writer).await.unwrap();
            assert_eq!(state(), begun, "{sql}");
        }
        let mut reader = store.readers.get().await.unwrap();
        sqlx::query("select count(*) from setup_links").execute(&mut *reader).await.unwrap();
        assert_eq!(state(), begun, "a read");
        for sql in [INSERT, "delete from setup_links"] {
            let before = state();
            sqlx::query(sql).execute(&mut *writer).await.unwrap();
            assert_ne!(state(), before, "{sql}");
            // Begins a new log; whatever that does to the state, the next commit is another one.
            sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut *writer).await.unwrap();
        }
    }

    /// A link, beside which lies what an earlier database has left there.
    #[tokio::test]
    async fn a_file_behind_a_link_is_watched_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("disk")).unwrap();
        let (real, link) = (folder.path().join("disk/signet.db"), folder.path().join("signet.db"));
        let one = SqliteStore::open(&real).await.unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        std::fs::copy(folder.path().join("disk/signet.db-shm"), folder.path().join("signet.db-shm")).unwrap();
        let two = SqliteStore::open(&link).await.unwrap();
        let before = two.state().await.unwrap();
        sqlx::query(INSERT).execute(&one.writer).await.unwrap();
        assert_ne!(two.state().await.unwrap(), before);
        assert_eq!(two.state().await, one.state().await);
        two.disconnect().await;
        assert_eq!(two.state().await, None, "nothing is known any more");
        one.disconnect().await;
    }

    #[tokio::test]
    async fn what_does_not_see_a_commit_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signet.db");
        let store = SqliteStore::open(&path).await.unwrap();
        let copy = folder.path().join("copy");
        std::fs::copy(folder.path().join("signet.db-shm"), folder.path().join("copy-shm")).unwrap();
        let watch = FileWatch::open(&copy).unwrap();
        let before = watch.state();
        assert_eq!(before, store.state().await, "it looks good");
        sqlx::query(INSERT).execute(&store.writer).await.unwrap();
        assert!(!watch.has_seen(before) && store.watch.as_ref().unwrap().has_seen(before));
        assert!(FileWatch::open(&folder.path().join("nothing")).is_none());
    }

    const INSERT: &str = "insert into setup_links (id, token_hash, created_at) values (1, zeroblob(32), 0)";

    async fn pragma(connection: &mut SqliteConnection, name: &str) -> String {
        use sqlx::Row;
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("pragma {name}"))).fetch_one(connection).await.unwrap();
        row.try_get_unchecked::<String, _>(0).unwrap()
    }
}
