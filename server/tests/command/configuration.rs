//! A wrong setting stops the start, with a line that says which.

use std::os::unix::fs::PermissionsExt as _;

use crate::signet::{Outcome, Place};

fn assert_refused(outcome: &Outcome, expected: &str) {
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""), "{outcome:?}");
    assert!(outcome.stderr.starts_with(&format!("signet: {expected}")), "{}", outcome.stderr);
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
}

#[test]
fn a_wrong_variable_is_named() {
    let place = Place::new();
    let outcome = place.run_with(&[], &[("SIGNET_ADDR", "localhost")]);
    assert_refused(&outcome, "SIGNET_ADDR = \"localhost\", accepted is an IP address and a port, such as ");
    let outcome = place.run_with(&["serve"], &[("SIGNET_ADDR", "0.0.0.0:0")]);
    assert_refused(&outcome, "SIGNET_PUBLIC_URL is required when SIGNET_ADDR is a wildcard");
    let outcome = place.run_with(&["setup-link"], &[("SIGNET_DATABASE_URL", "mysql://me:secret@db/x")]);
    assert_refused(&outcome, "SIGNET_DATABASE_URL = \"…@db/x\", accepted is sqlite:FILE or postgres://");
    assert!(!place.path().join("data").exists(), "nothing was begun");
}

#[test]
fn the_file_is_read_and_its_mistakes_are_named() {
    let place = Place::new();
    place.write("signet.toml", "adr = '127.0.0.1:1'\n");
    assert_refused(&place.run(&["setup-link"]), "signet.toml: unknown key adr, accepted are addr, ");
    place.write("signet.toml", "addr = '127.0.0.1:3000'\ndata_dir =\n");
    assert_refused(&place.run(&["setup-link"]), "signet.toml, line 2: ");
    assert_refused(
        &place.run(&["setup-link", "--config", "other.toml"]),
        "cannot read the configuration file other.toml",
    );

    place.write("other.toml", "public_url = 'https://signet.example.com'\ndata_dir = 'elsewhere'\n");
    let outcome = place.run(&["--config", "other.toml", "setup-link"]);
    assert!(outcome.stdout.starts_with("https://signet.example.com/setup?token="), "{outcome:?}");
    assert!(place.path().join("elsewhere/signet.db").exists());

    let outcome = place.run_with(
        &["setup-link", "--config", "other.toml", "--public-url", "https://flag.example"],
        &[("SIGNET_PUBLIC_URL", "https://variable.example")],
    );
    assert!(outcome.stdout.starts_with("https://flag.example/"), "flags win, also behind the command: {outcome:?}");
}

#[test]
fn the_data_directory_is_nobody_elses() {
    let place = Place::new();
    assert_eq!(place.run(&["setup-link"]).code, Some(0));
    let mode = |path: &str| std::fs::metadata(place.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("data"), 0o700);
    for file in std::fs::read_dir(place.path().join("data")).unwrap() {
        let name = file.unwrap().file_name();
        assert_eq!(mode(&format!("data/{}", name.display())), 0o600, "{}", name.display());
    }

    let shared = place.path().join("shared");
    std::fs::create_dir(&shared).unwrap();
    std::fs::set_permissions(&shared, std::fs::Permissions::from_mode(0o755)).unwrap();
    place.write("shared/holiday.jpg", "");
    assert_refused(
        &place.run(&["setup-link", "--data-dir", "shared"]),
        "the data directory shared is open to other users",
    );
}
