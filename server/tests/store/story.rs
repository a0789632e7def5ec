//! One story, told to both databases: from the first account to the destroyed key, and what is left after a restart.

use std::os::unix::fs::PermissionsExt;

use app::service::Permission;
use app::timestamp::Timestamp;
use server::store::{Certificate, Error, MasterKeyCheck, Membership, NewSession, Session, Store};

use crate::database::TestDatabase;
use crate::records::{
    account, account_id, append_audit, at, certificate, contents, counts, listed, next_entry, sealed_key, user, uuid,
};
use crate::tokens::tokens_come_and_go;

#[tokio::test]
async fn sqlite_tells_the_story() {
    story(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn postgres_tells_the_story() {
    story(TestDatabase::postgres().await).await;
}

async fn story(database: TestDatabase) {
    let store = database.connect().await;
    store.ready().await.unwrap();
    assert!(store.is_empty().await.unwrap());

    a_link_sets_up_the_first_company(&*store).await;
    a_session_begins_and_ends(&*store).await;
    crate::team::a_team_changes(&*store).await;
    certificates_are_stored(&*store).await;
    the_list_is_in_order(&*store).await;
    the_primary_moves(&*store).await;
    a_certificate_is_renamed(&*store).await;
    deleted_certificates_can_be_restored(&*store).await;
    old_deleted_keys_are_destroyed(&*store).await;
    audit_entries_form_chains(&*store).await;
    tokens_come_and_go(&*store).await;
    another_company_sees_nothing(&*store).await;
    nothing_of_a_dropped_transaction_stays(&*store).await;

    only_the_owner_can_read(&database);
    let before = everything(&*store).await;
    store.close().await;
    assert!(store.ready().await.is_err(), "closed");
    let store = database.connect().await;
    assert_eq!(everything(&*store).await, before, "after a restart");
    only_the_owner_can_read(&database);
    store.close().await;
    database.remove().await;
}

async fn a_link_sets_up_the_first_company(store: &dyn Store) {
    let (replaced, link) = ([1; 32], [2; 32]);
    let mut transaction = store.begin().await.unwrap();
    transaction.replace_setup_link(&replaced, at(0)).await.unwrap();
    transaction.replace_setup_link(&link, at(1)).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(store.setup_link(&replaced).await.unwrap(), None);
    assert_eq!(store.setup_link(&link).await.unwrap(), Some(at(1)));

    let mut transaction = store.begin().await.unwrap();
    assert!(!transaction.take_setup_link(&replaced).await.unwrap());
    assert!(transaction.take_setup_link(&link).await.unwrap());
    assert!(!transaction.take_setup_link(&link).await.unwrap(), "a link is taken once");
    assert!(!transaction.has_users().await.unwrap());
    transaction.insert_account(&account(1, "Example")).await.unwrap();
    transaction.insert_account(&account(2, "Another")).await.unwrap();
    transaction.insert_account(&account(3, "Zebra")).await.unwrap();
    transaction.insert_user(&user(1, "ada@example.com")).await.unwrap();
    assert!(transaction.has_users().await.unwrap());
    transaction.insert_membership(&uuid(1), &account_id(3), &[]).await.unwrap();
    transaction.insert_membership(&uuid(1), &account_id(1), &Permission::ALL).await.unwrap();
    assert!(!store.has_users().await.unwrap(), "not committed yet");
    transaction.commit().await.unwrap();

    assert!(store.has_users().await.unwrap());
    assert!(!store.is_empty().await.unwrap());
    assert_eq!(store.setup_link(&link).await.unwrap(), None);
    assert_eq!(store.user_by_email("ada@example.com").await.unwrap(), Some(user(1, "ada@example.com")));
    assert_eq!(store.user_by_email("Ada@example.com").await.unwrap(), None);
    assert_eq!(store.first_membership(&uuid(1)).await.unwrap(), Some(example_membership()));
    assert_eq!(store.first_membership(&uuid(2)).await.unwrap(), None);

    let mut transaction = store.begin().await.unwrap();
    assert_taken(transaction.insert_user(&user(2, "ada@example.com")).await, "users_email_key");
    drop(transaction);
    let mut transaction = store.begin().await.unwrap();
    assert_taken(transaction.insert_user(&user(1, "eve@example.com")).await, "users_pkey");
}

fn example_membership() -> Membership {
    let mut permissions = Permission::ALL.to_vec();
    permissions.sort_by_key(|permission| permission.as_str());
    Membership { account_id: account_id(1), account_name: "Example".to_owned(), permissions }
}

async fn a_session_begins_and_ends(store: &dyn Store) {
    let (old, new) = ([10; 32], [11; 32]);
    let mut transaction = store.begin().await.unwrap();
    for (id_hash, created_at) in [(old, at(0)), (new, at(100))] {
        let session = NewSession { id_hash, user_id: uuid(1), account_id: account_id(1), created_at };
        transaction.insert_session(&session).await.unwrap();
    }
    transaction.touch_session(&old, at(50)).await.unwrap();
    transaction.touch_session(&old, at(40)).await.unwrap();
    transaction.commit().await.unwrap();
    let expected = Session {
        user_id: uuid(1),
        user_name: "Person 1".to_owned(),
        user_email: "ada@example.com".to_owned(),
        membership: example_membership(),
        created_at: at(0),
        used_at: at(50),
    };
    assert_eq!(store.session(&old).await.unwrap(), Some(expected));
    assert_eq!(store.session(&[12; 32]).await.unwrap(), None);

    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.purge_sessions(at(0), at(50)).await.unwrap(), 0, "at the limit is not before it");
    assert_eq!(transaction.purge_sessions(at(1), at(0)).await.unwrap(), 1, "created before");
    assert_eq!(transaction.purge_sessions(at(0), at(101)).await.unwrap(), 1, "used before");
    let session = NewSession { id_hash: new, user_id: uuid(1), account_id: account_id(1), created_at: at(200) };
    transaction.insert_session(&session).await.unwrap();
    transaction.delete_session(&old).await.unwrap();
    transaction.commit().await.unwrap();
    assert!(store.session(&old).await.unwrap().is_none());
    assert!(store.session(&new).await.unwrap().is_some());

    let mut transaction = store.begin().await.unwrap();
    let elsewhere = NewSession { id_hash: old, user_id: uuid(1), account_id: account_id(2), created_at: at(0) };
    assert!(transaction.insert_session(&elsewhere).await.is_err(), "no session in a company one does not belong to");
}

/// Certificates 1 to 5 expire after 50, 40, 30, 30 and 10 days; number 5 is a CA certificate.
async fn certificates_are_stored(store: &dyn Store) {
    let mut transaction = store.begin().await.unwrap();
    for (number, days) in [(1, 50), (2, 40), (4, 30), (3, 30), (5, 10)] {
        let stored = Certificate { ca: number == 5, ..certificate(number, days) };
        let key = sealed_key(u8::try_from(number).unwrap());
        let key = if stored.ca { None } else { Some(&key) };
        transaction.insert_certificate(&stored, &contents(&stored), key).await.unwrap();
    }
    transaction.commit().await.unwrap();

    let first = certificate(1, 50);
    assert_eq!(store.certificate(&account_id(1), &uuid(1)).await.unwrap(), Some(first.clone()));
    let by_fingerprint = store.certificate_by_fingerprint(&account_id(1), &first.fingerprint_sha256).await.unwrap();
    assert_eq!(by_fingerprint, Some(first.clone()));
    assert_eq!(store.contents(&account_id(1), &uuid(1)).await.unwrap(), Some(contents(&first)));
    assert_eq!(store.sealed_key(&account_id(1), &uuid(1), 1).await.unwrap(), Some(sealed_key(1)));
    assert_eq!(store.sealed_key(&account_id(1), &uuid(1), 2).await.unwrap(), None);
    assert_eq!(store.sealed_key(&account_id(1), &uuid(5), 1).await.unwrap(), None);

    let mut same = certificate(6, 50);
    same.fingerprint_sha256.clone_from(&first.fingerprint_sha256);
    let mut transaction = store.begin().await.unwrap();
    assert_taken(transaction.insert_certificate(&same, &contents(&same), None).await, "certificates_fingerprint_key");
    drop(transaction);
    let mut transaction = store.begin().await.unwrap();
    same.account_id = account_id(2);
    transaction.insert_certificate(&same, &contents(&same), None).await.expect("another account may have the same one");

    let check = MasterKeyCheck { version: 1, sealed: vec![9; 60] };
    drop(transaction);
    let mut transaction = store.begin().await.unwrap();
    transaction.insert_master_key_check(&check).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(store.master_key_checks().await.unwrap(), std::slice::from_ref(&check));
    let mut transaction = store.begin().await.unwrap();
    assert_taken(transaction.insert_master_key_check(&check).await, "master_key_checks_pkey");
}

async fn the_list_is_in_order(store: &dyn Store) {
    let page = |offset, limit| async move { numbers(store, None, offset, limit).await };
    assert_eq!(page(0, 25).await, [5, 3, 4, 2, 1], "soonest expiry first, then by id");
    assert_eq!(page(0, 2).await, [5, 3]);
    assert_eq!(page(2, 2).await, [4, 2]);
    assert_eq!(page(4, 2).await, [1]);
    assert_eq!(page(6, 2).await, [0; 0]);
    assert_eq!(page(u64::MAX, 2).await, [0; 0]);
    assert_eq!(counts(store, &account_id(1), at(0)).await, (5, 0));
}

async fn the_primary_moves(store: &dyn Store) {
    assert_eq!(store.primary(&account_id(1)).await.unwrap(), None);
    let mut transaction = store.begin().await.unwrap();
    let mut first = transaction.lock_certificate(&account_id(1), &uuid(1)).await.unwrap().unwrap();
    assert_eq!(transaction.lock_primary(&account_id(1)).await.unwrap(), None);
    (first.primary, first.version) = (true, 2);
    transaction.update_certificate(&first).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(store.primary(&account_id(1)).await.unwrap(), Some(first.clone()));

    let mut transaction = store.begin().await.unwrap();
    let mut second = transaction.lock_certificate(&account_id(1), &uuid(2)).await.unwrap().unwrap();
    (second.primary, second.version) = (true, 2);
    assert_taken(transaction.update_certificate(&second).await, "certificates_primary_key");
    drop(transaction);
    let mut transaction = store.begin().await.unwrap();
    let uploaded = Certificate { primary: true, ..certificate(7, 50) };
    let refused = transaction.insert_certificate(&uploaded, &contents(&uploaded), None).await;
    assert_taken(refused, "certificates_primary_key");

    drop(transaction);
    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.lock_primary(&account_id(1)).await.unwrap(), Some(first.clone()));
    (first.primary, first.version) = (false, 3);
    transaction.update_certificate(&first).await.unwrap();
    transaction.update_certificate(&second).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(store.primary(&account_id(1)).await.unwrap(), Some(second));

    let mut transaction = store.begin().await.unwrap();
    let mut authority = transaction.lock_certificate(&account_id(1), &uuid(5)).await.unwrap().unwrap();
    (authority.primary, authority.version) = (true, 2);
    let refused = transaction.update_certificate(&authority).await.unwrap_err();
    assert!(refused.to_string().contains("certificates_ca_never_primary_check"), "{refused}");
}

async fn a_certificate_is_renamed(store: &dyn Store) {
    let mut transaction = store.begin().await.unwrap();
    let mut renamed = transaction.lock_certificate(&account_id(1), &uuid(3)).await.unwrap().unwrap();
    "Zahlungen 🔑".clone_into(&mut renamed.name);
    assert!(
        matches!(transaction.update_certificate(&renamed).await, Err(Error::Stale { table: "certificates" })),
        "the version has to rise"
    );
    drop(transaction);
    let mut transaction = store.begin().await.unwrap();
    (renamed.changed_by, renamed.changed_at, renamed.version) = ("Grace".to_owned(), at(500), 2);
    transaction.update_certificate(&renamed).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(store.certificate(&account_id(1), &uuid(3)).await.unwrap(), Some(renamed));
}

async fn deleted_certificates_can_be_restored(store: &dyn Store) {
    for (number, deleted_on) in [(3, at(1000)), (4, at(2000))] {
        let mut transaction = store.begin().await.unwrap();
        assert_eq!(transaction.lock_deleted_certificate(&account_id(1), &uuid(number)).await.unwrap(), None);
        let mut deleted = transaction.lock_certificate(&account_id(1), &uuid(number)).await.unwrap().unwrap();
        assert_eq!(transaction.users_of_certificate(&account_id(1), &uuid(number)).await.unwrap(), []);
        (deleted.deleted_on, deleted.version) = (Some(deleted_on), deleted.version + 1);
        transaction.update_certificate(&deleted).await.unwrap();
        transaction.commit().await.unwrap();

        assert_eq!(store.certificate(&account_id(1), &uuid(number)).await.unwrap(), None);
        let found = store.certificate_by_fingerprint(&account_id(1), &deleted.fingerprint_sha256).await.unwrap();
        assert_eq!(found, None);
        let mut transaction = store.begin().await.unwrap();
        assert_eq!(transaction.lock_certificate(&account_id(1), &uuid(number)).await.unwrap(), None);
    }
    assert_eq!(numbers(store, None, 0, 25).await, [5, 2, 1]);
    assert_eq!(numbers(store, Some(at(0)), 0, 25).await, [4, 3], "latest first");
    assert_eq!(numbers(store, Some(at(1000)), 0, 25).await, [4]);
    assert_eq!(numbers(store, Some(at(0)), 1, 1).await, [3]);
    assert_eq!(counts(store, &account_id(1), at(0)).await, (3, 2));
    assert_eq!(counts(store, &account_id(1), at(1000)).await, (3, 1));

    // The same file can be uploaded again; then the deleted one can't come back.
    let mut again = certificate(8, 30);
    again.fingerprint_sha256 = certificate(3, 30).fingerprint_sha256;
    let mut transaction = store.begin().await.unwrap();
    transaction.insert_certificate(&again, &contents(&again), Some(&sealed_key(8))).await.unwrap();
    transaction.commit().await.unwrap();
    for (number, conflict) in [(3, true), (4, false)] {
        let mut transaction = store.begin().await.unwrap();
        let mut restored = transaction.lock_deleted_certificate(&account_id(1), &uuid(number)).await.unwrap().unwrap();
        (restored.deleted_on, restored.version) = (None, restored.version + 1);
        let answer = transaction.update_certificate(&restored).await;
        if conflict {
            assert_taken(answer, "certificates_fingerprint_key");
        } else {
            answer.unwrap();
            transaction.commit().await.unwrap();
            assert_eq!(store.certificate(&account_id(1), &uuid(number)).await.unwrap(), Some(restored));
        }
    }
    assert_eq!(numbers(store, None, 0, 25).await, [5, 4, 8, 2, 1]);
}

async fn old_deleted_keys_are_destroyed(store: &dyn Store) {
    assert!(store.sealed_key(&account_id(1), &uuid(3), 1).await.unwrap().is_some(), "deleted is not destroyed");
    assert!(store.contents(&account_id(1), &uuid(3)).await.unwrap().is_some());
    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.destroy_deleted_before(at(1000)).await.unwrap(), []);
    assert_eq!(transaction.destroy_deleted_before(at(1001)).await.unwrap(), [(account_id(1), uuid(3))]);
    assert_eq!(transaction.destroy_deleted_before(at(1001)).await.unwrap(), [], "once");
    assert_eq!(transaction.lock_deleted_certificate(&account_id(1), &uuid(3)).await.unwrap(), None);
    transaction.commit().await.unwrap();

    assert_eq!(store.sealed_key(&account_id(1), &uuid(3), 1).await.unwrap(), None);
    assert_eq!(store.contents(&account_id(1), &uuid(3)).await.unwrap(), None);
    assert_eq!(numbers(store, Some(at(0)), 0, 25).await, [0; 0]);
    assert_eq!(counts(store, &account_id(1), at(0)).await, (5, 0));
    assert!(store.sealed_key(&account_id(1), &uuid(4), 1).await.unwrap().is_some(), "others keep theirs");

    let mut transaction = store.begin().await.unwrap();
    let row_is_still_there = certificate(3, 30);
    let refused = transaction.insert_certificate(&row_is_still_there, &contents(&row_is_still_there), None).await;
    assert!(matches!(refused, Err(Error::Taken { .. })), "{refused:?}");
}

async fn audit_entries_form_chains(store: &dyn Store) {
    let own = account_id(1);
    let mut appended = Vec::new();
    for action in ["account.create", "session.sign_in", "certificate.upload"] {
        appended.push(append_audit(store, Some(&own), action).await);
    }
    let nobodys = append_audit(store, None, "session.sign_in").await;
    assert_eq!(store.audit_entries(Some(&own), 0, 10).await.unwrap(), appended);
    assert_eq!(store.audit_entries(Some(&own), 1, 1).await.unwrap(), appended.get(1..2).unwrap());
    assert_eq!(store.audit_entries(None, 0, 10).await.unwrap(), [nobodys]);
    assert_eq!(store.audit_entries(Some(&account_id(2)), 0, 10).await.unwrap(), []);

    let mut transaction = store.begin().await.unwrap();
    let end = transaction.lock_audit_chain(Some(&own)).await.unwrap();
    let last = appended.last().unwrap();
    assert_eq!(end, (last.sequence, last.hash));
    let forked = next_entry(Some(&own), (1, appended.first().unwrap().hash), "fork");
    assert!(matches!(transaction.append_audit(&forked).await, Err(Error::Stale { table: "audit_chains" })));
    drop(transaction);
    for end in [(end.0 + 1, end.1), (end.0, [0; 32])] {
        let mut transaction = store.begin().await.unwrap();
        let gap = next_entry(Some(&own), end, "gap");
        assert!(matches!(transaction.append_audit(&gap).await, Err(Error::Stale { table: "audit_chains" })));
    }
}

async fn another_company_sees_nothing(store: &dyn Store) {
    let other = account_id(2);
    let fingerprint = certificate(1, 50).fingerprint_sha256;
    assert_eq!(listed(store, &other, None, 0, 25).await, []);
    assert_eq!(listed(store, &other, Some(at(0)), 0, 25).await, []);
    assert_eq!(counts(store, &other, at(0)).await, (0, 0));
    assert_eq!(store.certificate(&other, &uuid(1)).await.unwrap(), None);
    assert_eq!(store.certificate_by_fingerprint(&other, &fingerprint).await.unwrap(), None);
    assert_eq!(store.primary(&other).await.unwrap(), None);
    assert_eq!(store.contents(&other, &uuid(1)).await.unwrap(), None);
    assert_eq!(store.sealed_key(&other, &uuid(1), 1).await.unwrap(), None);

    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.lock_certificate(&other, &uuid(1)).await.unwrap(), None);
    assert_eq!(transaction.lock_deleted_certificate(&other, &uuid(4)).await.unwrap(), None);
    assert_eq!(transaction.lock_primary(&other).await.unwrap(), None);
    assert_eq!(transaction.users_of_certificate(&other, &uuid(1)).await.unwrap(), []);
    let mut stolen = store.certificate(&account_id(1), &uuid(1)).await.unwrap().unwrap();
    (stolen.account_id, stolen.version) = (other, stolen.version + 1);
    assert!(matches!(transaction.update_certificate(&stolen).await, Err(Error::Stale { .. })));
}

async fn nothing_of_a_dropped_transaction_stays(store: &dyn Store) {
    let mut transaction = store.begin().await.unwrap();
    transaction.insert_user(&user(9, "dropped@example.com")).await.unwrap();
    drop(transaction);
    assert_eq!(store.user_by_email("dropped@example.com").await.unwrap(), None);
}

/// What can be read of account 1.
async fn everything(store: &dyn Store) -> String {
    let certificates = listed(store, &account_id(1), None, 0, 100).await;
    let mut told = vec![format!("{certificates:?}")];
    for certificate in certificates {
        let contents = store.contents(&account_id(1), &certificate.id).await.unwrap();
        let key = store.sealed_key(&account_id(1), &certificate.id, 1).await.unwrap();
        told.push(format!("{contents:?} {key:?}"));
    }
    let session = store.session(&[11; 32]).await.unwrap().expect("the session stays");
    let entries = store.audit_entries(Some(&account_id(1)), 0, 100).await.unwrap();
    let checks = store.master_key_checks().await.unwrap();
    let tokens = store.tokens(&account_id(1)).await.unwrap();
    told.push(format!("{session:?} {entries:?} {checks:?} {tokens:?}"));
    told.concat()
}

async fn numbers(store: &dyn Store, deleted: Option<Timestamp>, offset: u64, limit: u32) -> Vec<u32> {
    let page = listed(store, &account_id(1), deleted, offset, limit).await;
    page.iter().map(|certificate| u32::from_str_radix(certificate.id.get(..8).unwrap(), 16).unwrap()).collect()
}

fn assert_taken<T: std::fmt::Debug>(answer: Result<T, Error>, expected: &str) {
    assert!(matches!(&answer, Err(Error::Taken { constraint }) if *constraint == expected), "{expected}: {answer:?}");
}

fn only_the_owner_can_read(database: &TestDatabase) {
    let Some(file) = database.file() else { return };
    let folder = std::fs::read_dir(file.parent().unwrap()).unwrap();
    let mut modes: Vec<_> = folder
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().permissions().mode() & 0o777))
        .collect();
    modes.sort();
    let expected = ["signet.db", "signet.db-shm", "signet.db-wal"].map(|name| (name.to_owned(), 0o600));
    assert_eq!(modes, expected);
}
