//! `signet backup`, `signet restore`

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::material::Pair;
use crate::search::Needles;
use crate::signet::{Outcome, PASSWORD, Place, Server};

#[test]
fn a_backup_is_one_consistent_file_while_writes_go_on() {
    let place = Place::new();
    let mut server = place.serve();
    let cookie = server.set_up();
    let pairs: Vec<Pair> = (0..12).map(|number| Pair::client(&format!("client-{number}"))).collect();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let server = &server;
        let (cookie, pairs, done) = (&cookie, &pairs, &done);
        scope.spawn(move || {
            for (number, pair) in pairs.iter().enumerate() {
                let name = format!("client-{number}");
                let stored = server.call("certificates/upload", &pair.upload(&name), cookie).json();
                assert_eq!(stored["Ok"]["certificate"]["name"], name, "{stored}");
            }
            done.store(true, Ordering::SeqCst);
        });
        let mut number = 0;
        while !done.load(Ordering::SeqCst) {
            assert_done(&place.run(&["backup", &format!("backup-{number}.db")]));
            number += 1;
        }
        assert!(number > 1, "there were backups in between");
    });
    assert_done(&place.run(&["backup", "last.db"]));
    assert_eq!(fs::metadata(place.path().join("last.db")).unwrap().mode() & 0o7777, 0o600);

    // Each of them can be restored and is whole; together with the master key it gives everything that was there.
    for (number, name) in ["backup-0.db", "backup-1.db", "last.db"].into_iter().enumerate() {
        let data = format!("restored-{number}");
        give_key(&place, &data);
        let restored = place.run(&["restore", name, "--data-dir", &data]);
        assert_eq!((restored.code, restored.stdout.as_str()), (Some(0), ""), "{restored:?}");
        assert_eq!(restored.stderr, "signet: restored; the master key file is the right one\n");
        let verified = place.run(&["keys", "verify", "--data-dir", &data]);
        assert_eq!(verified.code, Some(0), "{verified:?}");
        if name == "last.db" {
            assert!(verified.stdout.starts_with("12 keys open"), "{verified:?}");
        }
    }
    let restored =
        place.serve_with(&["--data-dir", "restored-2", "--log", "warn"], &[], std::process::Stdio::inherit());
    assert_eq!(restored.call("me", &json!({}), &cookie).json(), json!({ "Ok": null }), "everybody is signed out");
    let sign_in = json!({ "request": { "email": "ana@meridian.example", "password": PASSWORD } });
    let cookie = restored.call("sign-in", &sign_in, "").cookie();
    assert_eq!(list(&restored, &cookie)["total"]["number"], 12);
}

#[test]
fn a_backup_without_the_master_key_gives_no_private_key() {
    let place = Place::new();
    let mut server = place.serve();
    let cookie = server.set_up();
    let pair = Pair::client("canary");
    server.call("certificates/upload", &pair.upload("canary"), &cookie).json();
    let key = fs::read_to_string(place.path().join("data/master.key")).unwrap();
    assert_done(&place.run(&["backup", "backup.db"]));

    let backup = fs::read(place.path().join("backup.db")).unwrap();
    Needles::of_key(&pair).assert_none_in("the backup", &backup);
    Needles::of_text(key.trim().trim_start_matches("1:")).assert_none_in("the backup", &backup);

    let restored = place.run(&["restore", "backup.db", "--data-dir", "restored"]);
    assert_eq!(restored.code, Some(0), "{restored:?}");
    assert!(restored.stderr.contains("put the master key file at restored/master.key"), "{restored:?}");
    let verified = place.run(&["keys", "verify", "--data-dir", "restored"]);
    assert_eq!(verified.code, Some(1));
    assert!(verified.stderr.contains("restored/master.key is missing"), "{verified:?}");
    assert!(!place.path().join("restored/master.key").exists(), "and no new one is made");

    // Another key does not do, with the right number or another one.
    for text in [key.replace("1:", "1:AAAA").replacen(&key[2..6], "", 1), key.replace("1:", "2:")] {
        let wrong = place.write("restored/master.key", &text);
        fs::set_permissions(wrong, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        assert_eq!(place.run(&["keys", "verify", "--data-dir", "restored"]).code, Some(1));
    }
    give_key(&place, "restored");
    let verified = place.run(&["keys", "verify", "--data-dir", "restored"]);
    assert!(verified.stdout.starts_with("1 key opens"), "{verified:?}");
}

#[test]
fn nothing_is_overwritten() {
    let place = Place::new();
    assert_eq!(place.run(&["setup-link"]).code, Some(0));
    place.write("there.db", "mine");
    assert_refused(&place.run(&["backup", "there.db"]), "there.db is there already, and is not overwritten");
    assert_eq!(fs::read_to_string(place.path().join("there.db")).unwrap(), "mine");
    assert_refused(&place.run(&["backup", "nowhere/b.db"]), "nowhere/b.db: No such file or directory");

    assert_done(&place.run(&["backup", "backup.db"]));
    assert_refused(&place.run(&["restore", "backup.db"]), "the data directory is not empty, ./data/signet.db is in it");
    assert_eq!(place.run(&["setup-link", "--data-dir", "other"]).code, Some(0));
    for name in ["signet.db", "master.key"] {
        fs::remove_file(place.path().join("other").join(name)).unwrap();
    }
    place.write("other/signet.db-wal", "");
    assert_refused(
        &place.run(&["restore", "backup.db", "--data-dir", "other"]),
        "the data directory is not empty, other/signet.db-wal",
    );
    let names = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().all(|name| !name.starts_with(".signet-")), "nothing is left beside it");
}

#[test]
fn what_is_not_whole_is_not_restored() {
    let place = Place::new();
    let mut server = place.serve();
    server.set_up();
    assert_done(&place.run(&["backup", "backup.db"]));
    let whole = fs::read(place.path().join("backup.db")).unwrap();

    fs::write(place.path().join("text.db"), "Dear Ana,").unwrap();
    fs::write(place.path().join("short.db"), &whole[..whole.len() / 2]).unwrap();
    change(&place, "other.db", None, "create table holiday (day text)");
    change(
        &place,
        "newer.db",
        Some(&whole),
        "insert into _sqlx_migrations select 9999, description, installed_on, success, checksum, execution_time from _sqlx_migrations limit 1",
    );
    change(
        &place,
        "audit.db",
        Some(&whole),
        "update audit_entries set actor_name = 'Somebody else' where sequence = 1",
    );
    change(&place, "removed.db", Some(&whole), "delete from audit_entries where sequence = 1");
    change(&place, "dangling.db", Some(&whole), "pragma foreign_keys = off; delete from users");
    for (name, reason) in [
        ("nothing.db", "nothing.db: No such file or directory"),
        (".", ".: it is not a file"),
        ("text.db", "text.db cannot be restored: it is no database"),
        ("short.db", "short.db cannot be restored: it is "),
        ("other.db", "other.db cannot be restored: it is a database, but not Signet's"),
        ("newer.db", "newer.db cannot be restored: migration: number 9999 is of a newer Signet than this one"),
        ("audit.db", "audit.db cannot be restored: "),
        ("removed.db", "removed.db cannot be restored: "),
        ("dangling.db", "dangling.db cannot be restored: some of its rows belong to rows that are not there"),
    ] {
        assert_refused(&place.run(&["restore", name, "--data-dir", "restored"]), reason);
        let left = fs::read_dir(place.path().join("restored")).map(Iterator::count).unwrap_or_default();
        assert_eq!(left, 0, "{name}: nothing is left behind");
    }
    give_key(&place, "restored");
    place.write("restored/master.key", "1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    let outcome = place.run(&["restore", "backup.db", "--data-dir", "restored"]);
    assert_refused(&outcome, "the master key file restored/master.key does not belong to this database");
    fs::remove_dir_all(place.path().join("restored")).unwrap();
    assert_eq!(place.run(&["restore", "backup.db", "--data-dir", "restored"]).code, Some(0));
    assert_eq!(fs::read(place.path().join("backup.db")).unwrap(), whole, "the backup stays as it is");
}

#[test]
fn a_server_has_tools_of_its_own() {
    let place = Place::new();
    let settings = [("SIGNET_DATABASE_URL", "postgres://me:secret@127.0.0.1:1/signet")];
    let backup = place.run_with(&["backup", "backup.db"], &settings);
    assert_refused(&backup, "the database is on a PostgreSQL server: back it up with pg_dump");
    let restore = place.run_with(&["restore", "backup.db"], &settings);
    assert_refused(&restore, "the database is on a PostgreSQL server: restore it with pg_restore");
    assert!(!place.path().join("data").exists(), "nothing was begun");
}

fn assert_done(outcome: &Outcome) {
    assert_eq!((outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()), (Some(0), "", ""), "{outcome:?}");
}

fn assert_refused(outcome: &Outcome, reason: &str) {
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""), "{outcome:?}");
    assert!(outcome.stderr.starts_with(&format!("signet: {reason}")), "{}\nis not\n{reason}", outcome.stderr);
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
}

/// Puts the master key where a restored database looks for it.
fn give_key(place: &Place, data: &str) {
    fs::create_dir_all(place.path().join(data)).unwrap();
    fs::copy(place.path().join("data/master.key"), place.path().join(data).join("master.key")).unwrap();
}

fn list(server: &Server, cookie: &str) -> Value {
    let query = json!({ "query": { "page": 1, "deleted": false } });
    server.call("certificates/list", &query, cookie).json()["Ok"].clone()
}

/// Writes a database and changes it, as somebody who has the file can.
fn change(place: &Place, name: &str, from: Option<&[u8]>, sql: &'static str) {
    use sqlx::{Connection as _, Executor as _};
    let path = place.path().join(name);
    fs::write(&path, from.unwrap_or_default()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = sqlx::SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
        connection.execute(sqlx::raw_sql(sql)).await.unwrap();
        connection.close().await.unwrap();
    });
}
