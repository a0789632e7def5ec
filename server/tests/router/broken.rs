//! What strangers and administrators are told when the database does not do what it should: that it failed, and nothing of how.

use serde_json::json;
use sqlx::{Connection as _, Executor as _, SqliteConnection};

use crate::client::TestServer;

#[tokio::test]
async fn a_broken_database_is_not_told_of() {
    let server = TestServer::start().await;
    let administrator = server.administrator().await;
    let mut connection = SqliteConnection::connect(&server.database_url()).await.unwrap();
    connection.execute("pragma foreign_keys = off").await.unwrap();
    for table in ["certificates", "audit_entries", "setup_links"] {
        connection.execute(sqlx::AssertSqlSafe(format!("alter table {table} rename to broken_{table}"))).await.unwrap();
    }
    let mut answers = vec![administrator.get("/company/security/certificates").await];
    for (function, arguments) in [
        ("certificates/list", json!({ "query": {} })),
        ("certificates/rename", json!({ "id": "6b1f5a0e-6f53-4a36-9d8f-0d4b2ef5a111", "version": 1, "name": "y" })),
        ("certificates/delete", json!({ "id": "6b1f5a0e-6f53-4a36-9d8f-0d4b2ef5a111", "version": 1 })),
        ("sign-in", json!({ "request": { "email": "ana@meridian.example", "password": crate::client::PASSWORD } })),
        ("check-setup-link", json!({ "token": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" })),
    ] {
        let answer = administrator.call(function, arguments).await;
        assert!(answer.json()["Err"]["internal"].is_object(), "{function}: {answer:?}");
        answers.push(answer);
    }
    // The sessions too, and with them everybody.
    connection.execute("alter table sessions rename to broken_sessions").await.unwrap();
    answers.push(administrator.get("/company/security/certificates").await);
    answers.push(administrator.call("me", json!({})).await);
    for answer in answers {
        let said = format!("{answer:?}").to_lowercase();
        for word in
            ["no such table", "broken_", "sqlite", "from certificates", "code 1", "src/", "panicked", "stack backtrace"]
        {
            assert!(!said.contains(word), "{word}: {said}");
        }
    }
}
