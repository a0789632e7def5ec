//! What people do about themselves: the password, and signing out everywhere.

use app::service::{ChangePassword, Error, OwnAccount, People};
use server::services::Who;

use crate::house::{House, PASSWORD, account_id, is_signed_in, secret, sign_in};

const NEW: &str = "seven blue lamps at dusk";

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let (house, ana) = House::with_ana().await;
    let elsewhere = house.nobody().sign_in(sign_in("ana@meridian.example", PASSWORD)).await.unwrap().0;
    let cookie = ana.change_password(change(PASSWORD, NEW)).await.unwrap().0;

    assert!(is_signed_in(&house.with_cookie(&cookie).await), "here a new one begins");
    assert!(!is_signed_in(&house.with_cookie(&elsewhere).await));
    let Who::Person(former) = &ana.caller.who else { panic!() };
    assert!(house.services.store.session(&former.session).await.unwrap().is_none(), "under a new identifier");
    let old = house.nobody().sign_in(sign_in("ana@meridian.example", PASSWORD)).await;
    assert_eq!(old.unwrap_err(), Error::Credentials);
    assert!(house.nobody().sign_in(sign_in("ana@meridian.example", NEW)).await.is_ok());

    let replayed = ana.change_password(change(NEW, "one more long password")).await;
    assert_eq!(replayed.unwrap_err(), Error::SignedOut, "a session that has ended meanwhile changes nothing");
    assert!(house.nobody().sign_in(sign_in("ana@meridian.example", NEW)).await.is_ok());
}

#[tokio::test]
async fn the_password_changes_only_for_whoever_knows_it() {
    let (house, ana) = House::with_ana().await;
    let field = |error: Error| match error {
        Error::Fields { problems } => problems[0].field.clone(),
        other => panic!("{other}"),
    };
    assert_eq!(house.nobody().change_password(change(PASSWORD, NEW)).await.unwrap_err(), Error::SignedOut);
    assert_eq!(field(ana.change_password(change("a wrong password", NEW)).await.unwrap_err()), "current");
    for guessed in ["short", "Password2026!", "ana@meridian.example", "Meridian Retail 1", "Ana Ruiz 2026!"] {
        assert_eq!(field(ana.change_password(change(PASSWORD, guessed)).await.unwrap_err()), "password", "{guessed}");
    }
    for _ in 0..9 {
        assert_eq!(field(ana.change_password(change("a wrong password", NEW)).await.unwrap_err()), "current");
    }
    let waits = ana.change_password(change(PASSWORD, NEW)).await.unwrap_err();
    assert_eq!(waits, Error::TooManyAttempts { seconds: 30 }, "no way around the limit of sign-ins");
    assert!(is_signed_in(&house.with_cookie_of(&ana).await), "nothing has changed");

    let entries = house.services.store.audit_entries(Some(account_id(&ana)), 0, 100).await.unwrap();
    let refused = entries.iter().filter(|entry| entry.action == "user.password" && entry.result == "refused");
    let said: Vec<_> = refused.map(|entry| entry.detail.as_str()).collect();
    assert_eq!(said, [["wrong password"; 10].as_slice(), &["too many attempts"]].concat());
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_sessions() {
    let (house, _ana) = House::with_ana().await;
    let first = house.nobody().sign_in(sign_in("ana@meridian.example", PASSWORD)).await.unwrap().0;
    let second = house.nobody().sign_in(sign_in("ana@meridian.example", PASSWORD)).await.unwrap().0;
    let olga = house.other_company().await;
    let gone = house.with_cookie(&first).await.sign_out_everywhere().await.unwrap();
    assert_eq!(gone.0, "__Host-signet=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
    assert!(!is_signed_in(&house.with_cookie(&first).await) && !is_signed_in(&house.with_cookie(&second).await));
    assert!(is_signed_in(&house.with_cookie_of(&olga).await), "nobody else's");
    assert_eq!(house.nobody().sign_out_everywhere().await.unwrap_err(), Error::SignedOut);
}

#[tokio::test]
async fn who_is_removed_at_this_moment_does_not_go_over() {
    let (house, ana) = House::with_ana().await;
    let olga = house.other_company().await;
    let user_id = match &olga.caller.who {
        Who::Person(person) => person.user_id.clone(),
        _ => panic!(),
    };
    let account = account_id(&ana).to_owned();
    let user = server::services::NewUser {
        email: "olga@borealis.example".to_owned(),
        name: String::new(),
        password: secret(""),
        permissions: Vec::new(),
    };
    house.services.create_user(&account, user).await.unwrap();

    // Somebody else's change, not committed yet: what is read is still as before, and whoever writes waits.
    let mut database = house.database().await;
    sqlx::query("begin immediate").execute(&mut database).await.unwrap();
    let remove = sqlx::query("delete from memberships where user_id = ?1 and account_id = ?2");
    remove.bind(&user_id).bind(&account).execute(&mut database).await.unwrap();
    let going = tokio::spawn(async move { olga.switch_company(account).await });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(!going.is_finished());
    sqlx::query("commit").execute(&mut database).await.unwrap();
    assert_eq!(going.await.unwrap(), Err(Error::NotFound));
}

impl House {
    /// Whether the session behind this door still is one.
    async fn with_cookie_of(&self, door: &server::services::Door) -> server::services::Door {
        let Who::Person(person) = &door.caller.who else { panic!() };
        let alive = self.services.store.session(&person.session).await.unwrap().is_some();
        if alive { door.clone() } else { self.nobody() }
    }
}

fn change(current: &str, password: &str) -> ChangePassword {
    ChangePassword { current: secret(current), password: secret(password) }
}
