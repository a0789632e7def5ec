//! `--help`, and wrong usage.

use crate::signet::Place;

#[test]
fn every_command_explains_itself_with_examples() {
    let place = Place::new();
    for arguments in [
        &["--help"][..],
        &["serve", "--help"],
        &["setup-link", "--help"],
        &["check", "--help"],
        &["keys", "add", "--help"],
        &["keys", "rotate", "--help"],
        &["keys", "verify", "--help"],
        &["backup", "--help"],
        &["restore", "--help"],
        &["demo", "--help"],
        &["token", "--help"],
        &["token", "create", "--help"],
        &["token", "list", "--help"],
        &["token", "revoke", "--help"],
        &["audit", "--help"],
        &["audit", "list", "--help"],
        &["audit", "verify", "--help"],
        &["account", "--help"],
        &["account", "create", "--help"],
        &["account", "list", "--help"],
        &["user", "--help"],
        &["user", "create", "--help"],
        &["user", "password", "--help"],
    ] {
        let outcome = place.run(arguments);
        assert_eq!(outcome.code, Some(0), "{arguments:?}");
        assert!(outcome.stdout.contains("Examples:\n  signet"), "{}", outcome.stdout);
        assert!(outcome.stdout.contains("--data-dir"), "{}", outcome.stdout);
        assert!(outcome.stdout.contains("SIGNET_DATA_DIR"), "{}", outcome.stdout);
        assert_eq!(outcome.stderr, "");
    }
}

#[test]
fn the_version_is_a_value() {
    let outcome = Place::new().run(&["--version"]);
    assert_eq!((outcome.code, outcome.stdout), (Some(0), format!("signet {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn wrong_usage_is_2() {
    let place = Place::new();
    for arguments in [
        &["nonsense"][..],
        &["--nonsense"],
        &["serve", "extra"],
        &["check"],
        &["check", "a", "b", "c"],
        &["keys"],
        &["keys", "nonsense"],
        &["backup"],
        &["restore", "a", "b"],
        &["check", "--rules", "a"],
        &["serve", "--addr", "nonsense"],
        &["--log-format", "xml", "setup-link"],
    ] {
        let outcome = place.run(arguments);
        assert_eq!(outcome.code, Some(2), "{arguments:?}: {outcome:?}");
        assert_eq!(outcome.stdout, "", "{arguments:?}");
        assert!(
            outcome.stderr.starts_with("signet: ") && outcome.stderr.lines().count() == 1,
            "{arguments:?}: {outcome:?}"
        );
    }
}

#[test]
fn wrong_usage_is_one_line_that_says_where_to_look() {
    let place = Place::new();
    for (arguments, said) in [
        (&["nonsense"][..], "signet: unrecognized subcommand 'nonsense'; `signet --help` says how it is used\n"),
        (&["keys"], "signet: a command or an argument is missing; `signet keys --help` says how it is used\n"),
        (
            &["token", "create", "--name", "x"],
            "signet: the following required arguments were not provided: --account <ID> --scope <SCOPE>; \
             `signet token create --help` says how it is used\n",
        ),
    ] {
        let outcome = place.run(arguments);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(2), said), "{arguments:?}");
    }
}
