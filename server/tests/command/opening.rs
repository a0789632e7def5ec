//! Which commands begin a database, and which do not.

use std::fs;

use crate::signet::Place;

const ID: &str = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";

/// Every command that needs a database which another one has begun.
const NEEDING: [&[&str]; 10] = [
    &["audit", "verify"],
    &["keys", "add"],
    &["keys", "rotate"],
    &["keys", "verify"],
    &["account", "list"],
    &["token", "list", "--account", ID],
    &["token", "create", "--account", ID, "--name", "ci", "--scope", "audit_log:read"],
    &["token", "revoke", ID],
    &["user", "password", "--email", "ana@meridian.example", "--password-stdin"],
    &["backup", "backup.db"],
];

#[test]
fn a_wrong_data_directory_is_said_and_left_as_it_is() {
    let place = Place::new();
    place.write("empty.db", "");
    fs::create_dir(place.path().join("there")).unwrap();
    for (settings, named) in [
        (&["--data-dir", "nowhere"][..], "nowhere/signet.db"),
        (&["--data-dir", "there"], "there/signet.db"),
        (&["--data-dir", "there", "--database-url", "sqlite:other.db"], "other.db"),
        (&["--data-dir", "there", "--database-url", "sqlite:empty.db"], "empty.db"),
    ] {
        for command in NEEDING {
            let refused = place.run_typing(&[command, settings].concat(), b"seven blue lamps at dusk\n");
            assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "{command:?} {refused:?}");
            let line = format!("signet: there is no database at {named}: SIGNET_DATA_DIR (--data-dir) or ");
            assert!(refused.stderr.starts_with(&line), "{command:?} {refused:?}");
            assert_eq!(refused.stderr.lines().count(), 1);
        }
    }
    let left = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut left: Vec<_> = left.collect();
    left.sort();
    assert_eq!(left, ["empty.db", "there"]);
    assert_eq!(fs::read_dir(place.path().join("there")).unwrap().count(), 0);
    assert_eq!(fs::read(place.path().join("empty.db")).unwrap(), b"");
}

#[test]
fn a_master_key_is_made_only_by_what_begins_a_database() {
    let place = Place::new();
    assert_eq!(place.run(&["setup-link"]).code, Some(0));
    for command in [&["account", "list"][..], &["audit", "verify"]] {
        assert_eq!(place.run(command).code, Some(0), "{command:?}");
        let elsewhere =
            place.run(&[command, &["--data-dir", "other", "--database-url", "sqlite:data/signet.db"]].concat());
        assert_eq!(
            elsewhere.code == Some(0),
            command[0] == "audit",
            "only this one needs no master key: {elsewhere:?}"
        );
        assert!(!place.path().join("other").exists(), "{command:?}");
    }
}
