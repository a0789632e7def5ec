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

/// What a server keeps of a token is as old as the last commit, of whichever process.
#[test]
fn a_token_that_is_revoked_beside_a_server_is_refused_at_once() {
    let (place, account) = place_with_company();
    let create = ["token", "create", "--account", &account, "--name", "x", "--scope", "certificates:read"];
    let secret = place.run(&create).stdout.trim_end().to_owned();
    let id = place.run(&["token", "list", "--account", &account]).stdout.split('\t').next().unwrap().to_owned();
    let server = place.serve();
    let ask = || server.get_with(&format!("/client/v4/accounts/{account}/mtls_certificates"), &secret).status;
    assert_eq!([ask(), ask()], [200, 200]);
    assert_eq!(place.run(&["token", "revoke", &id]).code, Some(0));
    assert_eq!(ask(), 401);
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
        (&account, " ", "Enter a name"),
        (&account, "a\tb", "name: "),
        (&account, "a\tb", "cannot be seen"),
    ] {
        let refused = create(account, name, &[]);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "{refused:?}");
        assert!(refused.stderr.contains(said) && refused.stderr.lines().count() == 1, "{refused:?}");
    }
    for account in ["", "nonsense"] {
        assert_eq!(create(account, "x", &[]).code, Some(2), "{account:?}");
        assert_eq!(place.run(&["token", "list", "--account", account]).code, Some(2), "{account:?}");
    }
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
    assert!(whole.stdout.starts_with("-\t2\t"), "{whole:?}");
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

#[test]
fn the_log_is_listed_for_a_company_and_for_nobody() {
    let (place, account) = place_with_company();
    let server = place.serve();
    let wrong = json!({ "request": { "email": "stranger@example.com", "password": "not a password" } });
    server.call("sign-in", &wrong, "");
    server.signal(rustix::process::Signal::TERM);
    assert_eq!(server.exit_code(), Some(0));
    assert_eq!(place.run(&["keys", "add"]).code, Some(0));

    let listed = place.run(&["audit", "list"]);
    assert_eq!((listed.code, listed.stderr.as_str()), (Some(0), ""));
    let lines: Vec<Vec<&str>> = listed.stdout.lines().map(|line| line.split('\t').collect()).collect();
    assert!(lines.iter().all(|line| line.len() == 10), "{listed:?}");
    let actions: Vec<_> = lines.iter().map(|line| (line[0], line[5], line[8])).collect();
    assert_eq!(
        actions,
        [
            ("1", "database.create", "done"),
            ("2", "account.create", "done"),
            ("3", "session.sign_in", "refused"),
            ("4", "master_key.add", "done"),
        ]
    );
    assert_eq!((lines[1][2], lines[1][3], lines[1][4], lines[1][6]), ("command_line", "signet", "-", account.as_str()));
    assert_eq!((lines[2][3], lines[2][4], lines[2][7]), ("-", "127.0.0.1", "-"));
    assert!(lines[2][9].starts_with("unknown email address; 1 time "), "{lines:?}");

    let own = place.run(&["audit", "list", "--account", &account, "--json"]);
    assert_eq!((own.code, own.stderr.as_str()), (Some(0), ""));
    let entries: Vec<serde_json::Value> = own.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = entries.last().unwrap();
    let verified = place.run(&["audit", "verify"]).stdout;
    let end = format!("{account}\t{}\t{}\n", entries.len(), last["hash"].as_str().unwrap());
    assert!(verified.contains(&end), "{verified} {end}");
    assert_eq!((&entries[0]["action"], &entries[0]["account_id"]), (&json!("account.create"), &json!(account)));

    let unknown = place.run(&["audit", "list", "--account", &"0".repeat(32)]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(1), ""));
    assert_eq!(unknown.stderr, format!("signet: there is no company with the id {}\n", "0".repeat(32)));
    assert_eq!(place.run(&["audit", "list", "--account", "x"]).code, Some(2));
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
    assert_eq!(server.call("sign-in", &wrong, "").json()["Err"], "credentials");
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
