//! The first start, signing in and out, and how sessions end.

use std::time::Duration;

use app::service::{Company, Error, FieldProblem, Invite, Me, People, Permission, Team};
use base64::Engine as _;
use server::services::Who;

use crate::house::{DAY, HOUR, House, PASSWORD, account_id, is_signed_in, secret, set_up, sign_in};

#[tokio::test]
async fn the_setup_link_works_exactly_once() {
    let house = House::new().await;
    let token = house.services.create_setup_link().await.unwrap();
    let nobody = house.nobody();
    assert_eq!(nobody.check_setup_link(secret("guessed")).await, Err(Error::SetupLink));
    assert_eq!(nobody.check_setup_link(secret(&"A".repeat(43))).await, Err(Error::SetupLink));
    assert_eq!(nobody.check_setup_link(secret(token.expose())).await, Ok(()));
    let cookie = nobody.set_up(set_up(token.expose())).await.unwrap();

    let ana = house.with_cookie(&cookie.0).await;
    let expected = Me {
        name: "Ana Ruiz".to_owned(),
        email: "ana@meridian.example".to_owned(),
        company: "Meridian Retail".to_owned(),
        permissions: vec![Permission::ManageApiNodes, Permission::CompanySettings],
        companies: vec![Company { id: account_id(&ana).to_owned(), name: "Meridian Retail".to_owned(), current: true }],
        due: 0,
    };
    assert_eq!(ana.me().await.unwrap(), Some(expected));
    assert_eq!(nobody.me().await.unwrap(), None);

    assert_eq!(nobody.check_setup_link(secret(token.expose())).await, Err(Error::SetupLink));
    assert_eq!(nobody.set_up(set_up(token.expose())).await.unwrap_err(), Error::SetupLink);
    assert_eq!(house.services.create_setup_link().await.unwrap_err(), Error::SetupLink, "there is a user");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_use_the_link_at_once_one_comes_in() {
    let house = House::new().await;
    let token = house.services.create_setup_link().await.unwrap();
    let starts = ["ana@meridian.example", "eve@meridian.example"].map(|email| {
        let (door, mut request) = (house.nobody(), set_up(token.expose()));
        email.clone_into(&mut request.email);
        tokio::spawn(async move { door.set_up(request).await })
    });
    let mut came_in = 0;
    for start in starts {
        match start.await.unwrap() {
            Ok(_) => came_in += 1,
            Err(error) => assert_eq!(error, Error::SetupLink),
        }
    }
    assert_eq!(came_in, 1);
}

#[tokio::test]
async fn a_password_that_is_replaced_while_it_is_checked_lets_nobody_in() {
    let (house, _ana) = House::with_ana().await;
    let mut database = house.database().await;
    for sql in ["begin immediate", "update users set password_hash = 'another'", "delete from sessions"] {
        sqlx::query(sql).execute(&mut database).await.unwrap();
    }
    let door = house.nobody();
    let coming = tokio::spawn(async move { door.sign_in(sign_in("ana@meridian.example", PASSWORD)).await });
    // Long enough to find the old password right, and to wait for the one who replaces it.
    tokio::time::sleep(Duration::from_secs(2)).await;
    sqlx::query("commit").execute(&mut database).await.unwrap();
    assert_eq!(coming.await.unwrap().unwrap_err(), Error::Credentials);
    let sessions: i64 = sqlx::query_scalar("select count(*) from sessions").fetch_one(&mut database).await.unwrap();
    assert_eq!(sessions, 0);
}

#[tokio::test]
async fn a_setup_link_is_good_for_a_day_and_until_there_is_another() {
    let house = House::new().await;
    let first = house.services.create_setup_link().await.unwrap();
    let second = house.services.create_setup_link().await.unwrap();
    let nobody = house.nobody();
    assert_eq!(nobody.check_setup_link(secret(first.expose())).await, Err(Error::SetupLink));
    house.clock.pass(DAY - 1);
    assert_eq!(nobody.check_setup_link(secret(second.expose())).await, Ok(()));
    house.clock.pass(1);
    assert_eq!(nobody.check_setup_link(secret(second.expose())).await, Err(Error::SetupLink));
    assert_eq!(nobody.set_up(set_up(second.expose())).await.unwrap_err(), Error::SetupLink);
}

#[tokio::test]
async fn a_setup_link_is_worth_nothing_once_there_is_a_user() {
    let house = House::new().await;
    let token = house.services.create_setup_link().await.unwrap();
    house.other_company().await;
    assert_eq!(house.nobody().check_setup_link(secret(token.expose())).await, Err(Error::SetupLink));
    assert_eq!(house.nobody().set_up(set_up(token.expose())).await.unwrap_err(), Error::SetupLink);
}

#[tokio::test]
async fn set_up_names_every_field_at_fault_and_the_link_stays_good() {
    let house = House::new().await;
    let token = house.services.create_setup_link().await.unwrap();
    let mut request = set_up(token.expose());
    request.company = " ".to_owned();
    request.name = "x".repeat(65);
    request.email = "ana".to_owned();
    request.password = secret("short");
    let problem = |field: &str, message: &str| FieldProblem { field: field.to_owned(), message: message.to_owned() };
    let problems = vec![
        problem("company", "Enter the company's name."),
        problem("name", "This has 65 characters; use at most 64."),
        problem("email", "This is not an email address. It looks like name@company.example."),
        problem("password", "Use at least 12 characters."),
    ];
    assert_eq!(house.nobody().set_up(request).await.unwrap_err(), Error::Fields { problems });
    assert!(house.services.store.is_empty().await.unwrap());
    assert!(house.nobody().set_up(set_up(token.expose())).await.is_ok());
}

#[tokio::test]
async fn whoever_knows_an_address_does_not_keep_its_owner_out() {
    let (house, _ana) = House::with_ana().await;
    let mut stranger = house.nobody();
    stranger.caller.address = Some("198.51.100.9".parse().unwrap());
    // Whether there is such a person or not.
    for email in ["ana@meridian.example", "nobody@meridian.example"] {
        for _ in 0..10 {
            let refused = stranger.sign_in(sign_in(email, "a wrong password")).await.unwrap_err();
            assert_eq!(refused, Error::Credentials);
        }
        let refused = stranger.sign_in(sign_in(email, PASSWORD)).await.unwrap_err();
        assert_eq!(refused, Error::TooManyAttempts { seconds: 30 }, "{email}");
    }
    assert!(is_signed_in(&house.sign_in("ana@meridian.example").await));
    let refused = stranger.sign_in(sign_in("ana@meridian.example", PASSWORD)).await.unwrap_err();
    assert_eq!(refused, Error::TooManyAttempts { seconds: 30 }, "still");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let (house, ana) = House::with_ana().await;
    for email in ["ana@meridian.example", "nobody@meridian.example", "no address"] {
        let before = house.services.passwords_hashed();
        let refusal = house.nobody().sign_in(sign_in(email, "a wrong password")).await.unwrap_err();
        assert_eq!(refusal, Error::Credentials, "{email}");
        // What takes time in an answer. How much a hash costs for nobody stands in a test of its own.
        assert_eq!(house.services.passwords_hashed(), before + 1, "{email}");
    }

    let refused = house.refused_sign_ins(&ana, 1).await;
    assert_eq!(refused, 1, "the one of the person who exists");
}

#[tokio::test]
async fn each_sign_in_is_a_new_session() {
    let (house, ana) = House::with_ana().await;
    let first = house.nobody().sign_in(sign_in(" ANA@meridian.example", PASSWORD)).await.unwrap();
    let second = house.nobody().sign_in(sign_in("ana@meridian.example", PASSWORD)).await.unwrap();
    assert_ne!(first.0, second.0);
    let (first, second) = (house.with_cookie(&first.0).await, house.with_cookie(&second.0).await);
    assert!(is_signed_in(&first) && is_signed_in(&second));
    assert_eq!(account_id(&first), account_id(&ana));

    // Who signs in again with a session gives the former up.
    let third = first.sign_in(sign_in("ana@meridian.example", PASSWORD)).await.unwrap();
    assert!(is_signed_in(&house.with_cookie(&third.0).await));
    let Who::Person(person) = &first.caller.who else { panic!() };
    assert!(house.services.store.session(&person.session).await.unwrap().is_none());
    let Who::Person(person) = &second.caller.who else { panic!() };
    assert!(house.services.store.session(&person.session).await.unwrap().is_some());
}

#[tokio::test]
async fn signing_out_ends_the_session_and_takes_the_cookie() {
    let (house, _ana) = House::with_ana().await;
    let cookie = house.nobody().sign_in(sign_in("ana@meridian.example", PASSWORD)).await.unwrap();
    let ana = house.with_cookie(&cookie.0).await;
    let gone = ana.sign_out().await.unwrap();
    assert_eq!(gone.0, "__Host-signet=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
    assert!(!is_signed_in(&house.with_cookie(&cookie.0).await));
    assert_eq!(house.nobody().sign_out().await.unwrap().0, gone.0);
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_when_it_is_old() {
    let (house, _ana) = House::with_ana().await;
    let cookie = house.nobody().sign_in(sign_in("ana@meridian.example", PASSWORD)).await.unwrap().0;
    let idle = house.nobody().sign_in(sign_in("ana@meridian.example", PASSWORD)).await.unwrap().0;
    for _ in 0..15 {
        house.clock.pass(11 * HOUR);
        assert!(is_signed_in(&house.with_cookie(&cookie).await));
    }
    assert!(!is_signed_in(&house.with_cookie(&idle).await), "not used for 12 hours");
    house.clock.pass(3 * HOUR - 1);
    assert!(is_signed_in(&house.with_cookie(&cookie).await));
    house.clock.pass(1);
    assert!(!is_signed_in(&house.with_cookie(&cookie).await), "seven days old");

    house.clock.pass(1);
    let fresh = house.nobody().sign_in(sign_in("ana@meridian.example", PASSWORD)).await.unwrap().0;
    house.services.purge().await.unwrap();
    assert!(is_signed_in(&house.with_cookie(&fresh).await));
    let sessions: (i64,) =
        sqlx::query_as("select count(*) from sessions").fetch_one(&mut house.database().await).await.unwrap();
    assert_eq!(sessions.0, 1, "the others are purged");
}

#[tokio::test]
async fn the_use_of_a_session_is_noted_once_a_minute() {
    let (house, _ana) = House::with_ana().await;
    let cookie = house.nobody().sign_in(sign_in("ana@meridian.example", PASSWORD)).await.unwrap().0;
    let Who::Person(person) = house.with_cookie(&cookie).await.caller.who else { panic!() };
    let used_at = async || house.services.store.session(&person.session).await.unwrap().unwrap().used_at;
    let start = used_at().await;
    house.clock.pass(59);
    house.with_cookie(&cookie).await;
    assert_eq!(used_at().await, start);
    house.clock.pass(1);
    house.with_cookie(&cookie).await;
    assert_eq!(used_at().await, start.plus_seconds(60));
}

#[tokio::test]
async fn a_tampered_cookie_is_nobody() {
    let (house, _ana) = House::with_ana().await;
    let cookie = house.nobody().sign_in(sign_in("ana@meridian.example", PASSWORD)).await.unwrap().0;
    let value = cookie.split(';').next().unwrap();
    let last = value.chars().last().unwrap();
    let other = format!("{}{}", &value[..value.len() - 1], if last == 'A' { 'E' } else { 'A' });
    for tampered in [other, value.replace("__Host-signet", "signet"), value.to_lowercase(), format!("{value}x")] {
        assert!(!is_signed_in(&house.with_cookie(&tampered).await), "{tampered}");
    }
    assert!(is_signed_in(&house.with_cookie(value).await));
    assert!(matches!(house.services.caller(None, None).await.who, Who::Nobody));
}

#[tokio::test]
async fn links_sessions_and_passwords_are_stored_as_hashes_only() {
    let house = House::new().await;
    let link = house.services.create_setup_link().await.unwrap();
    assert_none_stored(&house, &[link.expose()]);
    let set_cookie = house.nobody().set_up(set_up(link.expose())).await.unwrap().0;
    let ana = house.with_cookie(&set_cookie).await;
    let invite = Invite { email: "jo@meridian.example".to_owned(), permissions: Vec::new(), replaces: None };
    let invitation = ana.invite(invite).await.unwrap().token.expose().to_owned();
    let session = set_cookie.split(['=', ';']).nth(1).unwrap();
    assert_eq!(session.len(), 43);
    assert_none_stored(&house, &[session, &invitation, PASSWORD]);
}

/// Neither as text nor as the bytes that it stands for.
fn assert_none_stored(house: &House, secrets: &[&str]) {
    let database = ["signet.db", "signet.db-wal"].map(|name| std::fs::read(house.folder.path().join(name)).unwrap());
    let database = database.concat();
    assert!(database.windows(11).any(|window| window == b"setup_links"), "the database is looked at");
    for secret in secrets {
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(secret).unwrap_or_default();
        for part in secret.as_bytes().windows(12).chain(bytes.windows(12)) {
            assert!(!database.windows(part.len()).any(|window| window == part), "{part:?} is stored");
        }
    }
}

#[tokio::test]
async fn who_tries_too_often_waits() {
    let (house, _ana) = House::with_ana().await;
    for _ in 0..10 {
        let refusal = house.nobody().sign_in(sign_in("Ana@meridian.example", "a wrong password")).await.unwrap_err();
        assert_eq!(refusal, Error::Credentials);
    }
    let nobody = house.nobody();
    let right = || nobody.sign_in(sign_in("ana@meridian.example", PASSWORD));
    assert_eq!(right().await.unwrap_err(), Error::TooManyAttempts { seconds: 30 }, "also with the right password");
    house.clock.pass(30);
    assert!(right().await.is_ok());
}

#[tokio::test]
async fn the_command_line_names_what_it_does_not_accept() {
    let house = House::new().await;
    let account = house.services.create_account("Meridian", Some(&"0a".repeat(16))).await.unwrap();
    assert_eq!(account.id, "0a".repeat(16));
    let fields = |error: Error| match error {
        Error::Fields { problems } => problems.into_iter().map(|problem| problem.field).collect::<Vec<_>>(),
        other => panic!("{other}"),
    };
    for id in ["0A".repeat(16), "0a".repeat(15), String::new(), "0a".repeat(16)] {
        assert_eq!(fields(house.services.create_account("Borealis", Some(&id)).await.unwrap_err()), ["id"], "{id}");
    }
    assert_eq!(fields(house.services.create_account("", Some("x")).await.unwrap_err()), ["company", "id"]);
    let unknown = house.services.create_user(&"0b".repeat(16), user("jo@meridian.example", PASSWORD)).await;
    assert_eq!(unknown.unwrap_err(), Error::NotFound, "no such company");
    let guessed = house.services.create_user(&account.id, user("jo@meridian.example", "Password2026!")).await;
    assert_eq!(fields(guessed.unwrap_err()), ["password"]);
}

#[tokio::test]
async fn the_command_line_adds_somebody_who_exists_and_keeps_the_password() {
    let house = House::new().await;
    let account = house.services.create_account("Meridian", None).await.unwrap();
    let olga = house.other_company().await;
    let created = house.services.create_user(&account.id, user("OLGA@borealis.example", "short")).await.unwrap();
    assert!(created.existed);
    assert_eq!((created.user.name.as_str(), created.user.email.as_str()), ("Olga Berg", "olga@borealis.example"));
    let companies = olga.me().await.unwrap().unwrap().companies;
    assert_eq!(companies.iter().map(|company| company.name.as_str()).collect::<Vec<_>>(), ["Borealis", "Meridian"]);
    assert!(is_signed_in(&house.sign_in("olga@borealis.example").await), "with the password of before");
    let again = house.services.create_user(&account.id, user("olga@borealis.example", PASSWORD)).await.unwrap_err();
    assert!(matches!(again, Error::Fields { ref problems } if problems[0].field == "email"), "{again}");
    let accounts = house.services.accounts().await.unwrap();
    assert_eq!(accounts.iter().map(|account| account.name.as_str()).collect::<Vec<_>>(), ["Borealis", "Meridian"]);
    let entries = house.services.store.audit_entries(Some(&account.id), 0, 100).await.unwrap();
    assert_eq!(entries.last().unwrap().action, "user.join");
}

fn user(email: &str, password: &str) -> server::services::NewUser {
    server::services::NewUser {
        email: email.to_owned(),
        name: "Another Olga".to_owned(),
        password: secret(password),
        permissions: Vec::new(),
    }
}

impl House {
    /// How many refused sign-ins are recorded. They are written beside the answer, so this waits until there are so many.
    async fn refused_sign_ins(&self, door: &server::services::Door, expected: usize) -> usize {
        let mut refused = 0;
        for _ in 0..100 {
            let entries = self.services.store.audit_entries(Some(account_id(door)), 0, 1000).await.unwrap();
            refused =
                entries.iter().filter(|entry| entry.action == "session.sign_in" && entry.result == "refused").count();
            if refused >= expected {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        refused
    }
}
