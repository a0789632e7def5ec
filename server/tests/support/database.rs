//! Fresh databases, one for each test: a SQLite file in a folder of its own, or a new database of the test run's PostgreSQL.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use server::store::{self, Store};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;
use url::Url;

/// A database that nobody else uses.
pub struct TestDatabase {
    /// What `store::connect` takes.
    pub url: String,
    place: Place,
}

enum Place {
    Folder(TempDir),
    Server { url: Url, name: String },
}

impl TestDatabase {
    /// A file that is not there yet.
    pub fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("signet.db").display());
        Self { url, place: Place::Folder(folder) }
    }

    /// An empty database of the server that `make test` has started.
    pub async fn postgres() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let server = std::env::var("SIGNET_TEST_POSTGRES_URL")
            .expect("SIGNET_TEST_POSTGRES_URL is not set: `make test` starts a PostgreSQL server and sets it");
        let server = Url::parse(&server).expect("SIGNET_TEST_POSTGRES_URL is not a URL");
        let name = format!("signet_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        on_server(&server, format!("drop database if exists {name}")).await;
        on_server(&server, format!("create database {name} template template0 encoding 'UTF8'")).await;
        let mut url = server.clone();
        url.set_path(&name);
        Self { url: url.into(), place: Place::Server { url: server, name } }
    }

    /// Opens it.
    pub async fn connect(&self) -> Arc<dyn Store> {
        store::connect(&self.url).await.unwrap()
    }

    /// The file of a SQLite database.
    pub fn file(&self) -> Option<PathBuf> {
        match &self.place {
            Place::Folder(folder) => Some(folder.path().join("signet.db")),
            Place::Server { .. } => None,
        }
    }

    /// Removes it; a test that fails leaves it to be looked at, or to go with the server.
    pub async fn remove(self) {
        match self.place {
            Place::Folder(folder) => folder.close().unwrap(),
            Place::Server { url, name } => on_server(&url, format!("drop database {name} with (force)")).await,
        }
    }
}

async fn on_server(server: &Url, sql: String) {
    let mut connection = PgConnection::connect(server.as_str()).await.expect("the test run's PostgreSQL answers");
    connection.execute(AssertSqlSafe(sql)).await.unwrap();
    connection.close().await.unwrap();
}
