//! `signet token`, `signet audit verify`

use serde_json::json;
use sqlx::{Connection, Executor, Row as _, SqliteConnection};

use crate::signet::Place;

/// A place with a company, and the company's id.
fn place_with_company() -> (Place, String) {
    let place = Place::new();
    assert_eq!(place.run(&["demo"]).code, Some(0));
    let chains = place.run(&["audit", "verify"]);
    assert_eq!((chains.code, chains.stderr.as_str()), (Some(0), ""));
    let account = chains.stdout.lines().find(|line| !line.starts_with('-')).unwrap();
    let account = account.split('\t').next().unwrap().to_owned();
    assert_eq!(account.len(), 32);
    (place, account)
}

#[test]
fn tokens_are_created_listed_and_revoked() {
    let (place, account) = place_with_company();
    let create = ["token", "create", "--account", &account, "--name", "ci deploy"];
    let options = ["--scope", "certificates:write", "--scope", "audit_log:read", "--expires-in", "90"];
    let created = place.run(&[&create[..], &options].concat());
    assert_eq!((created.code, created.stderr.as_str()), (Some(0), ""), "{created:?}");
    let secret = created.stdout.strip_suffix('\n').unwrap();
    assert!(secret.starts_with("sgn_") && secret.len() == 53, "the secret and nothing else: {secret:?}");

    let listed = place.run(&["token", "list", "--account", &account]);
    let line: Vec<_> = listed.stdout.strip_suffix('\n').unwrap().split('\t').collect();
    assert_eq!(line[1..], ["ci deploy", "audit_log:read,certificates:write", "never"]);
    let id = line[0];
    assert!(id.len() == 32 && !listed.stdout.contains(&secret[9..]), "{listed:?}");

    let revoked = place.run(&["token", "revoke", id]);
    assert_eq!((revoked.code, revoked.stdout.as_str(), revoked.stderr.as_str()), (Some(0), "", ""));
    assert_eq!(place.run(&["token", "list", "--account", &account]).stdout, "");
    for id in [id, "nonsense"] {
        let again = place.run(&["token", "revoke", id]);
        assert_eq!((again.code, again.stdout.as_str()), (Some(1), ""));
        assert_eq!(again.stderr, format!("signet: there is no token {id:?}, or it is revoked already\n"));
    }
    let verified = place.run(&["audit", "verify"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

#[test]
fn what_is_wrong_is_one_line() {
    let (place, account) = place_with_company();
    let create = |account: &str, name: &str, rest: &[&str]| {
        place.run(
            &[&["token", "create", "--account", account, "--name", name, "--scope", "audit_log:read"], rest].concat(),
        )
    };
    for (account, name, said) in [
        ("0".repeat(32).as_str(), "x", "there is no account"),
        ("", "x", "there is no account"),
        (&account, " ", "Enter a name"),
        (&account, "a\tb", "cannot be seen"),
    ] {
        let refused = create(account, name, &[]);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "{refused:?}");
        assert!(refused.stderr.contains(said) && refused.stderr.lines().count() == 1, "{refused:?}");
    }
    assert_eq!(place.run(&["token", "list", "--account", "nonsense"]).code, Some(1));
    for rest in [["--scope", "certificates:everything"], ["--expires-in", "0"], ["--expires-in", "3651"]] {
        assert_eq!(create(&account, "x", &rest).code, Some(2), "{rest:?}");
    }
    for usage in
        [&["token"][..], &["token", "create", "--account", &account, "--name", "x"], &["audit"], &["token", "revoke"]]
    {
        assert_eq!(place.run(usage).code, Some(2), "{usage:?}");
    }
}

#[tokio::test]
async fn the_chain_of_what_belongs_to_nobody_is_begun_with_the_database_and_missed_where_it_was_removed() {
    let (place, _account) = place_with_company();
    let whole = place.run(&["audit", "verify"]);
    assert!(whole.stdout.starts_with("-\t1\t"), "{whole:?}");
    let file = place.path().join("data/signet.db");
    let mut database = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    let entry = database.fetch_one("select action, actor_name from audit_entries where chain = '-'").await.unwrap();
    assert_eq!((entry.get::<&str, _>(0), entry.get::<&str, _>(1)), ("database.create", "Signet"));
    let removed = "delete from audit_entries where chain = '-'; delete from audit_chains where chain = '-'";
    database.execute(removed).await.unwrap();
    database.close().await.unwrap();

    // Neither another command nor a start begins it anew.
    assert_eq!(place.run(&["account", "list"]).code, Some(0));
    drop(place.serve());
    let found = place.run(&["audit", "verify"]);
    assert_eq!((found.code, found.stdout.as_str()), (Some(1), ""));
    assert_eq!(
        found.stderr,
        "signet: the audit chain of what belongs to no account is broken: entry 1 was changed, removed or moved\n"
    );
}

#[tokio::test]
async fn tampering_is_found_beside_a_running_server() {
    let (place, account) = place_with_company();
    let server = place.serve();
    assert_eq!(server.get("/healthz").status, 200);
    let before = place.run(&["audit", "verify"]);
    assert_eq!(before.code, Some(0), "{before:?}");
    let entries = before.stdout.lines().map(|line| line.split('\t').nth(1).unwrap().parse::<u32>().unwrap());
    assert!(entries.max().unwrap() > 14, "{before:?}");

    let wrong = json!({ "request": { "email": "nobody@example.com", "password": "not a password" } });
    assert_eq!(server.call("sign-in", &wrong, "").json()["Err"]["code"], "credentials");
    server.signal(rustix::process::Signal::TERM);
    assert_eq!(server.exit_code(), Some(0));
    let after = place.run(&["audit", "verify"]);
    assert_ne!(after.stdout, before.stdout, "the refused sign-in was recorded when the server stopped");

    let file = place.path().join("data/signet.db");
    let mut database = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    database.execute("delete from audit_entries where chain <> '-' and sequence = 7").await.unwrap();
    database.close().await.unwrap();
    let found = place.run(&["audit", "verify"]);
    assert_eq!((found.code, found.stdout.as_str()), (Some(1), ""));
    let said =
        format!("signet: the audit chain of account {account} is broken: entry 7 was changed, removed or moved\n");
    assert_eq!(found.stderr, said);
}
