//! `signet user`

use serde_json::json;

use crate::signet::{Outcome, Place};

const PASSWORD: &str = "a horse in a blue hat";

fn create(place: &Place, account: &str, email: &str, more: &[&str], password: &str) -> Outcome {
    let mut arguments = vec!["user", "create", "--email", email, "--name", "Ana Ruiz", "--account", account];
    arguments.extend(more);
    arguments.push("--password-stdin");
    place.run_typing(&arguments, password.as_bytes())
}

fn account(place: &Place, name: &str) -> String {
    place.run(&["account", "create", "--name", name]).stdout.trim_end().to_owned()
}

#[test]
fn whoever_is_created_can_sign_in() {
    let place = Place::new();
    let id = account(&place, "Meridian");
    let created = create(&place, &id, "Ana@Meridian.example", &["--admin"], &format!("{PASSWORD}\n"));
    assert_eq!((created.code, created.stderr.as_str()), (Some(0), ""), "{created:?}");
    assert_eq!(created.stdout.trim_end().len(), 36, "the person's id and nothing else");
    let limited =
        create(&place, &id, "jo@meridian.example", &["--permission", "api_nodes:manage"], &format!("{PASSWORD}\r\n"));
    assert_eq!(limited.code, Some(0), "{limited:?}");

    let server = place.serve();
    for (email, permissions) in [
        ("ana@meridian.example", json!(["api_nodes:manage", "settings:company_settings"])),
        ("jo@meridian.example", json!(["api_nodes:manage"])),
    ] {
        let sign_in = json!({ "request": { "email": email, "password": PASSWORD } });
        let cookie = server.call("sign-in", &sign_in, "").cookie();
        let me = server.call("me", &json!({}), &cookie).json();
        assert_eq!(me["Ok"]["permissions"], permissions, "{email}");
        assert_eq!(me["Ok"]["company"], "Meridian");
    }
}

#[test]
fn somebody_who_exists_joins_one_more_company_and_keeps_the_password() {
    let place = Place::new();
    let (first, second) = (account(&place, "Meridian"), account(&place, "Borealis"));
    let created = create(&place, &first, "ana@meridian.example", &["--admin"], PASSWORD);
    let joined = create(&place, &second, "ana@meridian.example", &[], "another long password");
    assert_eq!((joined.code, &joined.stdout), (Some(0), &created.stdout), "the same person");
    assert_eq!(
        joined.stderr,
        "signet: ana@meridian.example had an account: added to the company, name and password stay as they were\n"
    );
    let again = create(&place, &second, "ana@meridian.example", &[], PASSWORD);
    assert_eq!((again.code, again.stdout.as_str()), (Some(1), ""));
    assert_eq!(again.stderr, "signet: email: Somebody with this email address is in this company already.\n");

    let server = place.serve();
    let attempt = |password: &str| {
        let sign_in = json!({ "request": { "email": "ana@meridian.example", "password": password } });
        server.call("sign-in", &sign_in, "").json()
    };
    assert_eq!(attempt("another long password")["Err"]["code"], "credentials");
    assert_eq!(attempt(PASSWORD), json!({ "Ok": null }));
}

#[test]
fn refusals_are_one_line() {
    let place = Place::new();
    let id = account(&place, "Meridian");
    for (password, line) in [
        ("", "signet: password: Choose a password.\n"),
        ("short\n", "signet: password: Use at least 12 characters.\n"),
        ("two\nlines of text", "signet: the password has to be one line\n"),
    ] {
        let refused = create(&place, &id, "jo@meridian.example", &[], password);
        assert_eq!((refused.code, refused.stdout.as_str(), refused.stderr.as_str()), (Some(1), "", line));
    }
    let guessed = create(&place, &id, "jo@meridian.example", &[], "Password2026!\n");
    assert_eq!(guessed.code, Some(1));
    assert!(guessed.stderr.starts_with("signet: password: This password is one of the first that are guessed."));
    assert_eq!(guessed.stderr.lines().count(), 1);
    assert!(!guessed.stderr.contains("2026"), "the password is not repeated");

    let unknown = "0a".repeat(16);
    let refused = create(&place, &unknown, "jo@meridian.example", &[], PASSWORD);
    assert_eq!(refused.code, Some(1));
    assert_eq!(refused.stderr, format!("signet: there is no company with the id {unknown}\n"));
}

#[test]
fn wrong_usage_is_2() {
    let place = Place::new();
    let id = account(&place, "Meridian");
    let usual = ["user", "create", "--email", "jo@meridian.example", "--name", "Jo", "--account", &id];
    let without_password = place.run(&usual);
    assert_eq!(without_password.code, Some(2), "{without_password:?}");
    for (email, account, more) in [
        ("jo", id.as_str(), &[][..]),
        ("jo@meridian.example", "x", &[]),
        ("jo@meridian.example", &id, &["--permission", "everything"]),
    ] {
        let refused = create(&place, account, email, more, PASSWORD);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""), "{email} {account} {more:?}");
        assert!(!refused.stderr.contains(PASSWORD));
    }
}
