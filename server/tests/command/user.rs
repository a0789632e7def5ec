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
        "signet: ana@meridian.example had an account: added to the company; name and password stay as they were, the one given is \
         not used (`signet user password --email ana@meridian.example` changes it)\n"
    );
    let again = create(&place, &second, "ana@meridian.example", &[], PASSWORD);
    assert_eq!((again.code, again.stdout.as_str()), (Some(1), ""));
    assert_eq!(
        again.stderr,
        "signet: email: Somebody with this email address is in this company already, and keeps the password: `signet user \
         password` changes it.\n"
    );

    let server = place.serve();
    let attempt = |password: &str| {
        let sign_in = json!({ "request": { "email": "ana@meridian.example", "password": password } });
        server.call("sign-in", &sign_in, "").json()
    };
    assert_eq!(attempt("another long password")["Err"], "credentials");
    assert_eq!(attempt(PASSWORD), json!({ "Ok": null }));
}

fn set_password(place: &Place, email: &str, password: &str) -> Outcome {
    place.run_typing(&["user", "password", "--email", email, "--password-stdin"], password.as_bytes())
}

#[test]
fn a_forgotten_password_is_replaced_and_every_session_ends() {
    let place = Place::new();
    let (first, second) = (account(&place, "Meridian"), account(&place, "Borealis"));
    create(&place, &first, "ana@meridian.example", &["--admin"], PASSWORD);
    create(&place, &second, "ana@meridian.example", &[], PASSWORD);
    let server = place.serve();
    let sign_in = |password: &str| {
        let request = json!({ "request": { "email": "ana@meridian.example", "password": password } });
        server.call("sign-in", &request, "")
    };
    let cookie = sign_in(PASSWORD).cookie();
    assert_eq!(server.call("me", &json!({}), &cookie).json()["Ok"]["name"], "Ana Ruiz");

    let done = set_password(&place, "Ana@Meridian.example", "seven blue lamps at dusk\n");
    assert_eq!((done.code, done.stdout.as_str(), done.stderr.as_str()), (Some(0), "", ""), "{done:?}");
    assert_eq!(server.call("me", &json!({}), &cookie).json(), json!({ "Ok": null }), "signed out");
    assert_eq!(sign_in(PASSWORD).json()["Err"], "credentials");
    let cookie = sign_in("seven blue lamps at dusk").cookie();
    assert_eq!(server.call("me", &json!({}), &cookie).json()["Ok"]["name"], "Ana Ruiz");
}

#[test]
fn a_password_that_does_not_do_or_is_nobodys_is_refused_in_one_line() {
    let place = Place::new();
    let id = account(&place, "Meridian Retail");
    create(&place, &id, "ana@meridian.example", &["--admin"], PASSWORD);
    for (email, password, line) in [
        ("jo@meridian.example", PASSWORD, "signet: nobody has the email address jo@meridian.example\n"),
        ("ana@meridian.example", "short", "signet: password: Use at least 12 characters.\n"),
        ("ana@meridian.example", "two\nlines of text", "signet: the password has to be one line\n"),
        (
            "ana@meridian.example",
            "meridianretail",
            "signet: password: Name, email address and company are guessed first. Choose a password without them.\n",
        ),
    ] {
        let refused = set_password(&place, email, password);
        assert_eq!((refused.code, refused.stdout.as_str(), refused.stderr.as_str()), (Some(1), "", line));
    }
    assert_eq!(set_password(&place, "jo", PASSWORD).code, Some(2));
    let without = place.run(&["user", "password", "--email", "ana@meridian.example"]);
    assert_eq!(without.code, Some(2), "{without:?}");
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

#[test]
fn a_data_folder_that_was_mistyped_is_not_begun() {
    let place = Place::new();
    let create = ["user", "create", "--email", "ana@meridian.example", "--name", "Ana Ruiz", "--account"];
    let account = "0".repeat(32);
    let rest = [account.as_str(), "--admin", "--password-stdin", "--data-dir", "dtaa"];
    let outcome = place.run_typing(&[&create[..], &rest].concat(), PASSWORD.as_bytes());
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""), "{outcome:?}");
    assert!(outcome.stderr.contains("there is no database at"), "{outcome:?}");
    assert!(!place.path().join("dtaa").exists());
}
