//! What the store says when it cannot, and that no value is ever part of it.

use server::store::{self, Account, Error, User};
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};

use crate::database::TestDatabase;
use crate::records::{account, account_id, at, certificate, contents, user, uuid};

#[tokio::test]
async fn sqlite_errors_hold_no_value() {
    errors_hold_no_value(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn postgres_errors_hold_no_value() {
    errors_hold_no_value(TestDatabase::postgres().await).await;
}

/// SQLite takes what PostgreSQL has no place for.
#[tokio::test]
async fn a_nul_character_is_refused_by_postgres_and_found_nowhere_by_sqlite() {
    let (sqlite, postgres) = (TestDatabase::sqlite(), TestDatabase::postgres().await);
    let email = "ana\0@meridian.example";
    assert!(matches!(sqlite.connect().await.user_by_email(email).await, Ok(None)));
    let refused = postgres.connect().await.user_by_email(email).await.unwrap_err();
    assert!(matches!(refused, Error::Nul), "{refused:?}");
    postgres.remove().await;
    sqlite.remove().await;
}

const PRIVATE: &str = "nobody-may-read-this";
const STRANGE_PERMISSION: &str = "
    insert into memberships (user_id, account_id) select users.id, accounts.id from users, accounts;
    insert into permissions (user_id, account_id, permission)
        select user_id, account_id, 'nobody-may-read-this' from memberships";
const NEWER_MIGRATION: &str = "
    insert into _sqlx_migrations (version, description, success, checksum, execution_time)
        values (9999, 'newer', true, '', 0)";

async fn errors_hold_no_value(database: TestDatabase) {
    let store = database.connect().await;
    let mut transaction = store.begin().await.unwrap();
    transaction.insert_account(&account(1, PRIVATE)).await.unwrap();
    transaction.insert_user(&private_user(1)).await.unwrap();
    transaction.commit().await.unwrap();

    // Not unique, and PostgreSQL's detail quotes the key.
    let mut transaction = store.begin().await.unwrap();
    let refused = transaction.insert_user(&private_user(2)).await.unwrap_err();
    assert!(matches!(&refused, Error::Taken { constraint: "users_email_key" }), "{refused:?}");
    assert_private(&refused);
    drop(transaction);

    // Against a check: its detail quotes the whole row.
    let mut transaction = store.begin().await.unwrap();
    let wrong = Account { id: PRIVATE.to_owned(), name: PRIVATE.to_owned(), created_at: at(0) };
    let refused = transaction.insert_account(&wrong).await.unwrap_err();
    assert!(refused.to_string().contains("accounts_id_check"), "{refused}");
    assert_private(&refused);
    drop(transaction);

    // Without the row that it refers to.
    let mut transaction = store.begin().await.unwrap();
    let refused = transaction.insert_membership(PRIVATE, PRIVATE, &[]).await.unwrap_err();
    assert!(matches!(&refused, Error::Database(_)), "{refused:?}");
    assert_private(&refused);
    drop(transaction);

    // A CA certificate cannot be primary, whatever the service thinks.
    let mut transaction = store.begin().await.unwrap();
    let mut authority = certificate(1, 30);
    (authority.ca, authority.primary, authority.name) = (true, true, PRIVATE.to_owned());
    let refused = transaction.insert_certificate(&authority, &contents(&authority), None).await.unwrap_err();
    assert!(refused.to_string().contains("certificates_ca_never_primary_check"), "{refused}");
    assert_private(&refused);

    // From then on the transaction is over.
    assert!(matches!(transaction.insert_account(&account(7, "Seven")).await, Err(Error::Aborted)));
    assert!(matches!(transaction.has_users().await, Err(Error::Aborted)));
    assert!(matches!(transaction.commit().await, Err(Error::Aborted)));

    let mut transaction = store.begin().await.unwrap();
    transaction.insert_account(&account(8, "Eight")).await.unwrap();
    transaction.insert_account(&account(8, "Eight")).await.unwrap_err();
    assert!(matches!(transaction.commit().await, Err(Error::Aborted)), "a failed transaction never seems to commit");
    assert_eq!(store.first_membership(&uuid(1)).await.unwrap(), None);
    let mut transaction = store.begin().await.unwrap();
    transaction.insert_membership(&uuid(1), &account_id(8), &[]).await.expect_err("nothing of it stays");
    drop(transaction);

    store.close().await;
    change_by_hand(&database, STRANGE_PERMISSION).await;
    a_strange_value_is_named(&database).await;
    change_by_hand(&database, NEWER_MIGRATION).await;
    let refused = store::connect(&database.url).await.err().unwrap();
    assert!(matches!(&refused, Error::Migration(_)), "{refused:?}");
    assert!(refused.to_string().contains("number 9999 is of a newer Signet"), "{refused}");
    database.remove().await;
}

async fn a_strange_value_is_named(database: &TestDatabase) {
    let store = database.connect().await;
    let refused = store.first_membership(&uuid(1)).await.unwrap_err();
    assert!(matches!(&refused, Error::Unreadable { column: "permissions.permission" }), "{refused:?}");
    assert_private(&refused);
    store.close().await;
}

#[tokio::test]
async fn addresses_that_do_not_do_are_refused_without_being_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let missing = format!("sqlite:{}/missing/signet.db", folder.path().display());
    let nobody_listens = format!("postgres://signet:{PRIVATE}@127.0.0.1:1/signet");
    let no_port = format!("postgres://signet:{PRIVATE}@127.0.0.1:port/signet");
    let other = format!("mysql://signet:{PRIVATE}@127.0.0.1/signet");
    let refusals = [
        (nobody_listens.as_str(), "database: "),
        (&no_port, "the database address does not do"),
        (&other, "the database address does not do"),
        ("sqlite::memory:", "the database address does not do"),
        ("sqlite:", "the database address does not do"),
        ("", "the database address does not do"),
        (&missing, "database file "),
    ];
    for (url, expected) in refusals {
        let refused = store::connect(url).await.err().unwrap();
        assert!(refused.to_string().starts_with(expected), "{refused}");
        assert_private(&refused);
    }
}

fn private_user(number: u32) -> User {
    User { name: PRIVATE.to_owned(), password_hash: PRIVATE.to_owned(), ..user(number, PRIVATE) }
}

fn assert_private(error: &Error) {
    let shown = format!("{error} {error:?} {error:#?}");
    assert!(!shown.contains(PRIVATE), "{shown}");
}

/// What somebody could do with the database's own tools.
async fn change_by_hand(database: &TestDatabase, sql: &'static str) {
    if let Some(file) = database.file() {
        let mut connection = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    } else {
        let mut connection = PgConnection::connect(&database.url).await.unwrap();
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    }
}
