//! `signet keys`: adding a version of the master key, rotating it, verifying what is sealed with it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _, SqliteConnection};

use crate::material::Pair;
use crate::sealed;
use crate::signet::{Outcome, Place};

#[test]
fn a_rotation_beside_a_running_server() {
    let place = Place::new();
    let mut server = place.serve();
    let cookie = server.set_up();
    let upload = |name: &str| {
        let stored = server.call("certificates/upload", &Pair::client(name).upload(name), &cookie).json();
        assert_eq!(stored["Ok"]["certificate"]["name"], name, "{stored}");
    };
    upload("before");
    let first = fs::read_to_string(place.path().join("data/master.key")).unwrap();

    let added = place.run(&["keys", "add"]);
    assert_eq!((added.code, added.stdout.as_str(), added.stderr.as_str()), (Some(0), "2\n", ""));
    let both = fs::read_to_string(place.path().join("data/master.key")).unwrap();
    assert!(both.starts_with(&(first + "2:")), "the first version stays");
    assert_eq!(fs::metadata(place.path().join("data/master.key")).unwrap().mode() & 0o7777, 0o600);
    upload("between");
    assert_eq!(versions(&place), [1, 1], "a new version is used for nothing yet");

    let rotated = place.run(&["keys", "rotate"]);
    assert_eq!((rotated.code, rotated.stderr.as_str()), (Some(0), ""), "{rotated:?}");
    assert_eq!(
        rotated.stdout,
        "Number 2 of the master key is the active one.\n\
         2 keys were sealed with it now.\n\
         Nothing in this database needs number 1 any more; backups that were made before still do.\n"
    );
    assert_eq!(versions(&place), [2, 2]);
    upload("after");
    assert_eq!(versions(&place), [2, 2, 2], "the running server seals with it too");
    assert_eq!(server.get("/readyz").body, "database: ok\nmaster key: ok\n");
    assert_eq!(verified(&place), "3 keys open and belong to their certificates, 0 not.\n");

    let again = place.run(&["keys", "rotate"]);
    assert_eq!(again.code, Some(0));
    assert!(again.stdout.contains("\n0 keys were sealed with it now.\n"), "{again:?}");

    // What nothing needs may go.
    let newest = both.lines().nth(1).unwrap();
    place.write("data/master.key", newest);
    drop(server);
    assert_eq!(verified(&place), "3 keys open and belong to their certificates, 0 not.\n");
    let server = place.serve();
    assert_eq!(server.get("/readyz").status, 200);
    assert_eq!(actions(&place, "-"), ["master_key.add", "master_key.rotate", "master_key.rewrap"]);
}

#[test]
fn a_server_without_the_new_version_says_so_until_it_has_the_file() {
    let place = Place::new();
    let mut server = place.serve();
    let cookie = server.set_up();
    // A second server on the same database, with a master key file of its own.
    copy_key(&place, "second.key");
    let settings = [("SIGNET_MASTER_KEY_FILE", "second.key")];
    let second = place.serve_with(&["--log", "off"], &settings, std::process::Stdio::null());
    assert_eq!(second.get("/readyz").status, 200);
    assert_eq!(place.run(&["keys", "add"]).code, Some(0));
    assert_eq!(place.run(&["keys", "rotate"]).code, Some(0));

    assert_eq!(server.get("/readyz").status, 200);
    let ready = second.get("/readyz");
    assert_eq!(ready.status, 503);
    assert_eq!(ready.body, "database: ok\nmaster key: the file lacks number 2, copy the newest file to this server\n");
    let refused = second.call("certificates/upload", &Pair::client("a").upload("a"), &cookie).json();
    assert!(refused["Err"]["internal"].is_object(), "{refused}");
    assert_eq!(second.get("/company/security/certificates").status, 302, "it serves what needs no key");

    copy_key(&place, "second.key");
    assert_eq!(second.get("/readyz").body, "database: ok\nmaster key: ok\n");
    let stored = second.call("certificates/upload", &Pair::client("b").upload("b"), &cookie).json();
    assert_eq!(stored["Ok"]["certificate"]["name"], "b", "{stored}");
    assert_eq!(versions(&place), [2]);
}

#[test]
fn a_rotation_that_is_killed_goes_on_where_it_was() {
    const KEYS: u32 = 3_000;
    let place = Place::new();
    assert_eq!(place.run(&["setup-link"]).code, Some(0));
    sealed::fill(&place, KEYS);
    assert_eq!(place.run(&["keys", "add"]).stdout, "2\n");

    let mut done = BTreeSet::new();
    let mut patience = Duration::from_millis(40);
    let last = loop {
        let mut rotating = place.spawn(&["keys", "rotate"]);
        std::thread::sleep(patience);
        if let Some(status) = rotating.try_wait().unwrap() {
            break status;
        }
        rotating.kill().unwrap();
        rotating.wait().unwrap();
        let versions = versions(&place);
        assert_eq!(versions.len(), KEYS as usize, "no key is lost");
        done.insert(versions.iter().filter(|version| **version == 2).count());
        patience = patience * 4 / 3;
    };
    assert_eq!(last.code(), Some(0), "{last}");
    assert!(done.iter().any(|count| (1..KEYS as usize).contains(count)), "killed half-way at least once: {done:?}");
    assert!(versions(&place).iter().all(|version| *version == 2));
    // Each batch has written its entry with it, also those before the process was killed.
    let log = place.run(&["audit", "list", "--json"]).stdout;
    let entries = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let rewrapped = entries.filter(|entry| entry["action"] == "master_key.rewrap");
    let numbers =
        rewrapped.map(|entry| entry["detail"].as_str().unwrap().split(' ').next().unwrap().parse::<u32>().unwrap());
    assert_eq!(numbers.sum::<u32>(), KEYS);
    // The first version is not needed any more, in no row.
    let file = fs::read_to_string(place.path().join("data/master.key")).unwrap();
    place.write("data/master.key", file.lines().nth(1).unwrap());
    sealed::all_open(&place, KEYS);
}

#[test]
fn what_does_not_open_is_named() {
    let place = Place::new();
    let mut server = place.serve();
    let cookie = server.set_up();
    for name in ["one", "two", "three"] {
        server.call("certificates/upload", &Pair::client(name).upload(name), &cookie).json();
    }
    assert_eq!(verified(&place), "3 keys open and belong to their certificates, 0 not.\n");
    let row = "(select sealed from sealed_keys, certificates where id = certificate_id and name = 'one')";
    sql(
        &place,
        &format!(
            "update sealed_keys set sealed = {row} where certificate_id = (select id from certificates where name = 'two')"
        ),
    );
    let outcome = place.run(&["keys", "verify"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), "signet: 1 key fails\n"));
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{outcome:?}");
    assert!(
        lines[0].starts_with("“two” (")
            && lines[0].ends_with("the key does not open: it was changed, or copied from elsewhere")
    );
    assert_eq!(lines[1], "2 keys open and belong to their certificates, 1 not.");
    let account = sql_text(&place, "select id from accounts");
    let openings = actions(&place, &account).into_iter().filter(|action| action == "key.open").count();
    assert_eq!(openings, 6, "each opening is recorded");
}

#[test]
fn a_start_with_a_bad_master_key_file_is_refused_with_the_reason() {
    let place = Place::new();
    assert_eq!(place.run(&["setup-link"]).code, Some(0));
    let path = place.path().join("data/master.key");
    let good = fs::read_to_string(&path).unwrap();
    let key = good.trim().strip_prefix("1:").unwrap();
    let other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for (text, mode, reason) in [
        (good.clone(), 0o640, "is open to group or others (mode 0640): chmod 600"),
        (good.clone(), 0o604, "is open to group or others (mode 0604): chmod 600"),
        (format!("1:{}\n", &key[4..]), 0o600, "line 1: the key has not exactly 32 bytes"),
        (format!("{good}{good}"), 0o600, "line 2: this number stands in an earlier line already"),
        (format!("1:{other}\n"), 0o600, "does not belong to this database: its key number 1 is another one"),
        (format!("2:{key}\n"), 0o600, "the master key file lacks the key number 1"),
        (String::new(), 0o600, "is empty"),
    ] {
        place.write("data/master.key", &text);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        for command in
            [&["serve", "--addr", "127.0.0.1:0"][..], &["keys", "add"], &["keys", "rotate"], &["keys", "verify"]]
        {
            let Outcome { code, stdout, stderr } = place.run(command);
            assert_eq!((code, stdout.as_str()), (Some(1), ""), "{reason}");
            assert!(stderr.starts_with("signet: ") && stderr.contains(reason), "{stderr}\nsays not: {reason}");
            assert_eq!(stderr.lines().count(), 1, "{stderr}");
            assert!(!stderr.contains(&key[8..20]));
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "the file is left alone");
    }
}

fn verified(place: &Place) -> String {
    let outcome = place.run(&["keys", "verify"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{outcome:?}");
    outcome.stdout
}

fn copy_key(place: &Place, to: &str) {
    fs::copy(place.path().join("data/master.key"), place.path().join(to)).unwrap();
}

/// The master key's versions that the stored keys are sealed with.
fn versions(place: &Place) -> Vec<i64> {
    let rows = sql(place, "select master_key_version from sealed_keys order by 1");
    rows.iter().map(|row| row.get(0)).collect()
}

fn actions(place: &Place, chain: &str) -> Vec<String> {
    let rows = sql(place, &format!("select action from audit_entries where chain = '{chain}' order by sequence"));
    let rows = rows.iter().map(|row| row.get::<String, _>(0));
    rows.filter(|action| action.starts_with("master_key.") || action.starts_with("key.")).collect()
}

fn sql_text(place: &Place, statement: &str) -> String {
    sql(place, statement)[0].get(0)
}

/// What somebody does who can write to the database file.
fn sql(place: &Place, statement: &str) -> Vec<sqlx::sqlite::SqliteRow> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let file = place.path().join("data/signet.db");
        let mut connection = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
        connection.execute("pragma busy_timeout = 20000").await.unwrap();
        connection.fetch_all(AssertSqlSafe(statement.to_owned())).await.unwrap()
    })
}
