//! The same rows, served by axum and sqlx and nothing else: what any server in this language on this database costs.

use std::net::SocketAddr;
use std::path::Path;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{Row as _, SqlitePool};
use tokio::net::TcpListener;

const SQL: &str = "select certificates.id, ca, versions.text, name, api_issuer, serial_number, signature, not_after, uploaded_on, \
                     is_primary, fingerprint_sha256, subject, not_before, key_type, allowed_hosts, version \
                   from certificates join certificate_versions versions on versions.certificate_id = certificates.id \
                     and versions.content_version = certificates.content_version \
                   where account_id = $1 and deleted_on is null order by uploaded_on, certificates.id limit 50";

#[derive(Serialize)]
struct Certificate {
    id: String,
    ca: bool,
    certificates: String,
    name: String,
    issuer: String,
    serial_number: String,
    signature: String,
    expires_on: i64,
    uploaded_on: i64,
    primary: bool,
    fingerprint_sha256: String,
    subject: String,
    not_before: i64,
    key_type: String,
    allowed_hosts: String,
    version: i64,
}

/// Serves the list at `/`.
pub async fn serve(file: &Path, account: String) -> SocketAddr {
    let options = SqliteConnectOptions::new().filename(file).pragma("query_only", "on");
    let pool = SqlitePoolOptions::new().max_connections(8).connect_with(options).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/", get(list)).with_state((pool, account));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

async fn list(State((pool, account)): State<(SqlitePool, String)>) -> Json<Vec<Certificate>> {
    let rows = sqlx::query(SQL).bind(account).fetch_all(&pool).await.unwrap();
    Json(
        rows.iter()
            .map(|row| Certificate {
                id: row.get(0),
                ca: row.get(1),
                certificates: row.get(2),
                name: row.get(3),
                issuer: row.get(4),
                serial_number: row.get(5),
                signature: row.get(6),
                expires_on: row.get(7),
                uploaded_on: row.get(8),
                primary: row.get(9),
                fingerprint_sha256: row.get(10),
                subject: row.get(11),
                not_before: row.get(12),
                key_type: row.get(13),
                allowed_hosts: row.get(14),
                version: row.get(15),
            })
            .collect(),
    )
}
