//! Teams: a chapter of the story, and what many do to one team at once.

use std::sync::Arc;

use app::service::Permission;
use server::store::{Account, Error, Invitation, Member, NewSession, Store};

use crate::concurrency::{MANY, by_many};
use crate::records::{account, account_id, at, user, uuid};

const ADMINISTER: Permission = Permission::CompanySettings;
const NODES: Permission = Permission::ManageApiNodes;

/// In account 4, with people 41 and 42; nothing is left of them in other accounts.
pub async fn a_team_changes(store: &dyn Store) {
    let mut transaction = store.begin().await.unwrap();
    transaction.insert_account(&account(4, "Meridian")).await.unwrap();
    for (number, email, permissions) in [(41, "ana@team.example", &[ADMINISTER][..]), (42, "jo@team.example", &[NODES])]
    {
        transaction.insert_user(&user(number, email)).await.unwrap();
        transaction.insert_membership(&uuid(number), &account_id(4), permissions).await.unwrap();
    }
    transaction.insert_membership(&uuid(42), &account_id(2), &[]).await.unwrap();
    transaction.commit().await.unwrap();
    let names = |accounts: Vec<Account>| accounts.into_iter().map(|account| account.name).collect::<Vec<_>>();
    assert_eq!(names(store.accounts().await.unwrap()), ["Another", "Example", "Meridian", "Zebra"]);
    assert_eq!(store.members(&account_id(4)).await.unwrap(), [ana(), jo()]);
    assert_eq!(store.members(&account_id(3)).await.unwrap().len(), 1);

    permissions_have_versions(store).await;
    sessions_move_and_end(store).await;
    passwords_change(store).await;
    invitations_come_and_go(store).await;
    who_leaves_is_signed_out(store).await;
}

async fn permissions_have_versions(store: &dyn Store) {
    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.lock_team(&account_id(9)).await.unwrap(), None);
    let team = transaction.lock_team(&account_id(4)).await.unwrap().unwrap();
    assert_eq!((team.account, team.members), (account(4, "Meridian"), vec![ana(), jo()]));
    let same_version = Member { permissions: vec![ADMINISTER], ..jo() };
    assert!(matches!(transaction.update_member(&account_id(4), &same_version).await, Err(Error::Stale { .. })));
    drop(transaction);
    let changed =
        Member { permissions: vec![ADMINISTER], changed_by: "Ana".to_owned(), changed_at: at(5), version: 2, ..jo() };
    let mut transaction = store.begin().await.unwrap();
    transaction.update_member(&account_id(4), &changed).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(store.members(&account_id(4)).await.unwrap(), [ana(), changed]);
    assert!(store.members(&account_id(2)).await.unwrap().iter().all(|member| member.permissions.is_empty()));
    let mut transaction = store.begin().await.unwrap();
    let elsewhere = Member { version: 9, ..jo() };
    assert!(matches!(transaction.update_member(&account_id(3), &elsewhere).await, Err(Error::Stale { .. })));
}

async fn sessions_move_and_end(store: &dyn Store) {
    let memberships = store.memberships(&uuid(42)).await.unwrap();
    let names: Vec<_> = memberships.iter().map(|membership| membership.account_name.as_str()).collect();
    assert_eq!(names, ["Another", "Meridian"]);
    assert_eq!(store.first_membership(&uuid(42)).await.unwrap().unwrap().account_name, "Another");
    let (one, other) = ([41; 32], [42; 32]);
    let mut transaction = store.begin().await.unwrap();
    for id_hash in [one, other] {
        let session = NewSession { id_hash, user_id: uuid(42), account_id: account_id(2), created_at: at(0) };
        transaction.insert_session(&session).await.unwrap();
    }
    assert!(transaction.move_session(&one, &account_id(4)).await.unwrap());
    assert!(!transaction.move_session(&[99; 32], &account_id(4)).await.unwrap(), "no such session");
    transaction.note_sign_in(&uuid(42), &account_id(4), at(7)).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(store.session(&one).await.unwrap().unwrap().membership.account_name, "Meridian");
    assert_eq!(
        store.first_membership(&uuid(42)).await.unwrap().unwrap().account_name,
        "Meridian",
        "where one was last"
    );
    let jo = store.members(&account_id(4)).await.unwrap().pop().unwrap();
    assert_eq!(jo.signed_in_at, Some(at(7)));

    let mut transaction = store.begin().await.unwrap();
    assert!(transaction.move_session(&one, &account_id(3)).await.is_err(), "not into a company one does not belong to");
    drop(transaction);
    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.delete_sessions_of(&uuid(42)).await.unwrap(), 2, "in every account");
    assert_eq!(transaction.delete_sessions_of(&uuid(42)).await.unwrap(), 0);
    transaction.commit().await.unwrap();
    assert_eq!(store.session(&other).await.unwrap(), None);
}

async fn passwords_change(store: &dyn Store) {
    let mut transaction = store.begin().await.unwrap();
    transaction.update_password(&uuid(42), "$new").await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(store.user_by_email("jo@team.example").await.unwrap().unwrap().password_hash, "$new");
    assert_eq!(store.user_by_email("ana@team.example").await.unwrap(), Some(user(41, "ana@team.example")));
    let mut transaction = store.begin().await.unwrap();
    assert!(matches!(transaction.update_password(&uuid(99), "$new").await, Err(Error::Stale { .. })));
}

async fn invitations_come_and_go(store: &dyn Store) {
    let (first, second) = (invitation(1, "x@team.example", 1), invitation(2, "x@team.example", 2));
    let third = invitation(3, "a@team.example", 3);
    let mut transaction = store.begin().await.unwrap();
    for invitation in [&first, &second, &third] {
        transaction.replace_invitation(invitation).await.unwrap();
    }
    transaction.commit().await.unwrap();
    assert_eq!(store.invitation(&first.token_hash).await.unwrap(), None, "replaced");
    assert_eq!(store.invitation(&second.token_hash).await.unwrap(), Some(second.clone()));
    assert_eq!(store.invitations(&account_id(4), at(0)).await.unwrap(), [third.clone(), second.clone()]);
    assert_eq!(store.invitations(&account_id(4), at(2)).await.unwrap(), std::slice::from_ref(&third));
    assert_eq!(store.invitations(&account_id(2), at(0)).await.unwrap(), []);

    let mut transaction = store.begin().await.unwrap();
    assert!(!transaction.delete_invitation(&account_id(2), &second.id).await.unwrap(), "of another account");
    assert!(transaction.delete_invitation(&account_id(4), &second.id).await.unwrap());
    assert!(!transaction.delete_invitation(&account_id(4), &second.id).await.unwrap(), "once");
    assert_eq!(transaction.purge_invitations(at(3)).await.unwrap(), 0, "at the limit is not before it");
    assert_eq!(transaction.purge_invitations(at(4)).await.unwrap(), 1);
    transaction.commit().await.unwrap();
    assert_eq!(store.invitations(&account_id(4), at(0)).await.unwrap(), []);
}

async fn who_leaves_is_signed_out(store: &dyn Store) {
    let session = NewSession { id_hash: [43; 32], user_id: uuid(42), account_id: account_id(4), created_at: at(0) };
    let mut transaction = store.begin().await.unwrap();
    transaction.insert_session(&session).await.unwrap();
    transaction.delete_membership(&uuid(42), &account_id(4)).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(store.session(&[43; 32]).await.unwrap(), None);
    assert_eq!(store.members(&account_id(4)).await.unwrap(), [ana()]);
    assert_eq!(store.memberships(&uuid(42)).await.unwrap().len(), 1, "still in the other one");
    let mut transaction = store.begin().await.unwrap();
    assert!(matches!(transaction.delete_membership(&uuid(42), &account_id(4)).await, Err(Error::Stale { .. })));
}

/// Each of many takes the permission from itself unless it is the last who has it: read and write are one transaction.
pub async fn one_of_many_keeps_the_permission(servers: &[Arc<dyn Store>]) {
    let mut transaction = servers.first().unwrap().begin().await.unwrap();
    transaction.insert_account(&account(5, "Many")).await.unwrap();
    for number in 1..=MANY {
        transaction.insert_user(&user(500 + number, &format!("{number}@many.example"))).await.unwrap();
        transaction.insert_membership(&uuid(500 + number), &account_id(5), &[ADMINISTER]).await.unwrap();
    }
    transaction.commit().await.unwrap();
    let kept = by_many(servers, |store, number| async move {
        let mut transaction = store.begin().await.unwrap();
        let team = transaction.lock_team(&account_id(5)).await.unwrap().unwrap();
        let administrators = team.members.iter().filter(|member| member.permissions.contains(&ADMINISTER)).count();
        if administrators == 1 {
            return true;
        }
        let member = team.members.into_iter().find(|member| member.user_id == uuid(500 + number)).unwrap();
        let changed = Member { permissions: Vec::new(), version: member.version + 1, ..member };
        transaction.update_member(&account_id(5), &changed).await.unwrap();
        transaction.commit().await.unwrap();
        false
    });
    assert_eq!(kept.await.into_iter().filter(|kept| *kept).count(), 1);
}

pub async fn one_of_many_takes_an_invitation(servers: &[Arc<dyn Store>]) {
    let offered =
        Invitation { account_id: account_id(5), account_name: "Many".to_owned(), ..invitation(9, "x@y.example", 1) };
    let mut transaction = servers.first().unwrap().begin().await.unwrap();
    transaction.replace_invitation(&offered).await.unwrap();
    transaction.commit().await.unwrap();
    let taken = by_many(servers, move |store, _number| async move {
        let mut transaction = store.begin().await.unwrap();
        let taken = transaction.delete_invitation(&account_id(5), &uuid(9)).await.unwrap();
        transaction.commit().await.unwrap();
        taken
    });
    assert_eq!(taken.await.into_iter().filter(|taken| *taken).count(), 1);
}

fn ana() -> Member {
    member(41, "ana@team.example", ADMINISTER)
}

fn jo() -> Member {
    member(42, "jo@team.example", NODES)
}

fn member(number: u32, email: &str, permission: Permission) -> Member {
    Member {
        user_id: uuid(number),
        email: email.to_owned(),
        name: format!("Person {number}"),
        permissions: vec![permission],
        signed_in_at: None,
        changed_by: String::new(),
        changed_at: never(),
        version: 1,
    }
}

/// What stands there while nobody has changed anything.
fn never() -> app::timestamp::Timestamp {
    app::timestamp::Timestamp::from_seconds(0)
}

fn invitation(number: u32, email: &str, created_at: i64) -> Invitation {
    Invitation {
        id: uuid(number),
        account_id: account_id(4),
        account_name: "Meridian".to_owned(),
        email: email.to_owned(),
        permissions: vec![ADMINISTER, NODES],
        token_hash: [u8::try_from(number).unwrap(); 32],
        invited_by: "Ana".to_owned(),
        created_at: at(created_at),
    }
}
