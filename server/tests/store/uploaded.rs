//! Certificates in the order in which they were uploaded, their totals, and contents that take each other's place.

use std::sync::atomic::{AtomicU32, Ordering};

use server::store::{
    ApiNode, Certificate, CertificateUser, Contents, DestroyedContents, Error, NodeFilter, Store, Uploaded,
    UploadedFilter, UploadedPage, Whole,
};

use crate::database::TestDatabase;
use crate::records::{account_id, at, certificate, contents, sealed_key, store_certificates, uuid};

#[tokio::test]
async fn pages_and_totals_on_sqlite() {
    pages_and_totals(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn pages_and_totals_on_postgres() {
    pages_and_totals(TestDatabase::postgres().await).await;
}

#[tokio::test]
async fn contents_take_turns_on_sqlite() {
    contents_take_turns(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn contents_take_turns_on_postgres() {
    contents_take_turns(TestDatabase::postgres().await).await;
}

#[tokio::test]
async fn users_are_moved_and_released_on_sqlite() {
    users_are_moved_and_released(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn users_are_moved_and_released_on_postgres() {
    users_are_moved_and_released(TestDatabase::postgres().await).await;
}

/// Twenty-three of them: every third is a CA certificate, every fourth has the same name, two are uploaded at each moment.
fn many() -> Vec<Certificate> {
    let one = |number: u32| {
        let certificate = certificate(number, 30);
        let name = if number.is_multiple_of(4) { "Łódź".to_owned() } else { certificate.name };
        Certificate { ca: number.is_multiple_of(3), name, uploaded_on: at(i64::from(100 - number / 2)), ..certificate }
    };
    (1..24).map(one).collect()
}

async fn pages_and_totals(database: TestDatabase) {
    let store = database.connect().await;
    let mut all = many();
    store_certificates(&*store, &all).await;
    all.sort_by_key(|certificate| (certificate.uploaded_on, certificate.id.clone()));
    check_pages(&*store, &all).await;

    // Three go, and one of them comes back.
    let mut transaction = store.begin().await.unwrap();
    for certificate in &mut all[2..5] {
        certificate.deleted_on = Some(at(500));
        certificate.version += 1;
        transaction.update_certificate(certificate).await.unwrap();
    }
    all[3].deleted_on = None;
    all[3].version += 1;
    transaction.update_certificate(&all[3]).await.unwrap();
    transaction.commit().await.unwrap();
    assert!(store.was_deleted(&account_id(1), &all[2].id).await.unwrap());
    assert!(!store.was_deleted(&account_id(1), &all[3].id).await.unwrap());
    assert!(!store.was_deleted(&account_id(2), &all[2].id).await.unwrap(), "of another account");
    assert_eq!(store.whole_certificate(&account_id(1), &all[2].id).await.unwrap(), None);
    all.retain(|certificate| certificate.deleted_on.is_none());
    check_pages(&*store, &all).await;

    let nobodys = store.certificates_by_upload(&account_id(2), &UploadedFilter::default(), 0, 50).await.unwrap();
    assert_eq!(nobodys, UploadedPage::default(), "of another account");
    store.close().await;
    database.remove().await;
}

/// What other programs see of a certificate that nobody uses.
fn as_uploaded(certificate: &Certificate) -> Uploaded {
    Whole { certificate: certificate.clone(), text: contents(certificate).text, used_by: 0 }.into()
}

/// Every page of every filter, against the same done by hand.
async fn check_pages(store: &dyn Store, all: &[Certificate]) {
    let names = [None, Some("Łódź"), Some("łódź"), Some("nobody's"), Some("")];
    for ca in [None, Some(true), Some(false)] {
        for name in names {
            let matches = |certificate: &&Certificate| {
                ca.is_none_or(|ca| ca == certificate.ca) && name.is_none_or(|name| name == certificate.name)
            };
            let expected: Vec<&Certificate> = all.iter().filter(matches).collect();
            let filter = UploadedFilter { ca, name: name.map(str::to_owned) };
            let total = u64::try_from(expected.len()).unwrap();
            for limit in [0, 1, 4, 50] {
                for offset in 0..25 {
                    let page = store.certificates_by_upload(&account_id(1), &filter, offset, limit).await.unwrap();
                    let from = usize::try_from(offset).unwrap().min(expected.len());
                    let to = (from + usize::try_from(limit).unwrap()).min(expected.len());
                    let rows = expected[from..to].iter().map(|one| as_uploaded(one)).collect();
                    assert_eq!(page, UploadedPage { rows, total }, "{filter:?}, {limit} after {offset}");
                }
            }
        }
    }
}

/// The certificate with the contents of this number.
fn with_contents(before: &Certificate, number: u32, content_version: i64) -> Certificate {
    Certificate {
        id: before.id.clone(),
        name: before.name.clone(),
        content_version,
        changed_at: at(1_000 + i64::from(number)),
        changed_by: format!("Person {number}"),
        version: before.version + 1,
        ..certificate(number, 60)
    }
}

async fn contents_take_turns(database: TestDatabase) {
    let store = database.connect().await;
    let first = certificate(1, 30);
    let other = certificate(2, 30);
    store_certificates(&*store, &[first.clone(), other.clone()]).await;
    let account = account_id(1);

    let second = with_contents(&first, 7, 2);
    let new = Contents { content_version: 2, text: "second".to_owned(), ..contents(&second) };
    let mut transaction = store.begin().await.unwrap();
    transaction.lock_certificate(&account, &first.id).await.unwrap().unwrap();
    assert_eq!(transaction.newest_contents(&first.id).await.unwrap(), 1);
    transaction.replace_contents(&second, &new, Some(&sealed_key(9))).await.unwrap();
    transaction.commit().await.unwrap();
    let expected = Certificate { uploaded_on: first.uploaded_on, ..second.clone() };
    let stored = store.whole_certificate(&account, &first.id).await.unwrap().unwrap();
    assert_eq!((stored.certificate, stored.text.as_str()), (expected, "second"));
    assert_eq!(store.sealed_key(&account, &first.id, 2).await.unwrap(), Some(sealed_key(9)));
    assert_eq!(store.sealed_key(&account, &first.id, 1).await.unwrap(), Some(sealed_key(7)), "it is kept");

    let kept = store.earlier_contents(&account, &first.id, at(1_006)).await.unwrap();
    let [current, earlier] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!((&current.contents, current.replaced_on), (&new, None));
    assert_eq!(earlier.contents, contents(&first));
    assert_eq!((earlier.replaced_on, earlier.replaced_by.as_str()), (Some(second.changed_at), "Person 7"));
    assert_eq!(store.earlier_contents(&account, &first.id, at(1_007)).await.unwrap().len(), 1, "too long ago");
    assert_eq!(store.earlier_contents(&account_id(2), &first.id, at(0)).await.unwrap(), [], "of another account");

    // The other one's contents would be there twice.
    let taken = Certificate { fingerprint_sha256: other.fingerprint_sha256.clone(), ..with_contents(&second, 8, 3) };
    let more = Contents { content_version: 3, ..contents(&taken) };
    let mut transaction = store.begin().await.unwrap();
    let refused = transaction.replace_contents(&taken, &more, None).await;
    assert!(matches!(refused, Err(Error::Taken { constraint: "certificates_fingerprint_key" })), "{refused:?}");
    drop(transaction);

    let back = Certificate { content_version: 1, version: 3, changed_at: at(2_000), ..first.clone() };
    let mut transaction = store.begin().await.unwrap();
    transaction.bring_back_contents(&back).await.unwrap();
    assert_eq!(transaction.newest_contents(&first.id).await.unwrap(), 2);
    transaction.commit().await.unwrap();
    let stored = store.whole_certificate(&account, &first.id).await.unwrap().unwrap();
    assert_eq!((stored.certificate, stored.text), (back.clone(), contents(&first).text));
    let mut transaction = store.begin().await.unwrap();
    let again = Certificate { version: 4, ..back };
    let refused = transaction.bring_back_contents(&again).await;
    assert!(matches!(refused, Err(Error::Stale { .. })), "they are in use: {refused:?}");
    drop(transaction);

    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.destroy_contents_replaced_before(at(2_000)).await.unwrap(), [], "not before");
    let destroyed = DestroyedContents {
        account_id: account.clone(),
        certificate_id: first.id.clone(),
        content_version: 2,
        name: first.name.clone(),
    };
    assert_eq!(transaction.destroy_contents_replaced_before(at(2_001)).await.unwrap(), [destroyed]);
    transaction.commit().await.unwrap();
    assert_eq!(store.sealed_key(&account, &first.id, 2).await.unwrap(), None);
    assert_eq!(store.sealed_key(&account, &first.id, 1).await.unwrap(), Some(sealed_key(7)), "it is in use");
    assert_eq!(store.earlier_contents(&account, &first.id, at(0)).await.unwrap().len(), 1);
    store.close().await;
    database.remove().await;
}

async fn users_are_moved_and_released(database: TestDatabase) {
    let store = database.connect().await;
    store_certificates(&*store, &[certificate(1, 30), certificate(2, 30)]).await;
    let (account, from, to) = (account_id(1), uuid(1), uuid(2));
    let mut transaction = store.begin().await.unwrap();
    for (number, name, is_active) in [(1, "b", true), (1, "a", true), (1, "c", false), (1, "d", true), (2, "d", true)] {
        transaction.insert_api_node(&node(name, Some(uuid(number)), is_active)).await.unwrap();
    }
    transaction.insert_api_node(&node("e", None, true)).await.unwrap();
    transaction.insert_api_node(&node("f", None, false)).await.unwrap();
    transaction.commit().await.unwrap();
    let names = async |id: &str| {
        let users = store.users_of(&account, id).await.unwrap();
        let said = |CertificateUser { name, is_active, follows_primary, .. }| {
            format!(
                "{name}{}{}",
                if is_active { "" } else { " (off)" },
                if follows_primary { " (follows)" } else { "" }
            )
        };
        users.into_iter().map(said).collect::<Vec<_>>()
    };
    let used_by = async |id: &str| store.whole_certificate(&account, id).await.unwrap().unwrap().used_by;
    assert_eq!(names(&from).await, ["a", "b", "c (off)", "d"]);
    assert_eq!(used_by(&from).await, 3);

    // A primary is used by those that follow it too.
    let mut transaction = store.begin().await.unwrap();
    let mut primary = transaction.lock_certificate(&account, &from).await.unwrap().unwrap();
    (primary.primary, primary.version) = (true, 2);
    transaction.update_certificate(&primary).await.unwrap();
    assert_eq!(transaction.users_of_certificate(&account, &from).await.unwrap().len(), 5);
    transaction.commit().await.unwrap();
    assert_eq!(names(&from).await, ["a", "b", "c (off)", "d", "e (follows)"]);
    assert_eq!((used_by(&from).await, used_by(&to).await), (4, 1));

    let mut transaction = store.begin().await.unwrap();
    transaction.move_users(&account, &from, Some(&to), ("Ana", at(7))).await.unwrap();
    assert_eq!(transaction.release_inactive_users(&account, &from, ("Ana", at(7))).await.unwrap(), ["c"]);
    transaction.commit().await.unwrap();
    assert_eq!(names(&from).await, ["e (follows)"]);
    assert_eq!(names(&to).await, ["a", "b", "d", "d"]);
    assert_eq!(used_by(&to).await, 4);
    let filter = NodeFilter::default();
    let nodes = store.api_nodes(&account, &filter, 0, 10).await.unwrap();
    let versions: Vec<_> = nodes.iter().map(|listed| (listed.node.name.as_str(), listed.node.version)).collect();
    assert_eq!(versions, [("a", 2), ("b", 2), ("c", 2), ("d", 2), ("d", 1), ("e", 1), ("f", 1)]);
    assert_eq!(nodes[0].node.changed_by, "Ana");
    store.close().await;
    database.remove().await;
}

/// A node of account 1.
fn node(name: &str, certificate_id: Option<String>, mtls_enabled: bool) -> ApiNode {
    static NUMBER: AtomicU32 = AtomicU32::new(100);
    ApiNode {
        id: uuid(NUMBER.fetch_add(1, Ordering::Relaxed)),
        account_id: account_id(1),
        name: name.to_owned(),
        method: "GET".to_owned(),
        url: "https://api.bank.example/".to_owned(),
        headers: Vec::new(),
        body: String::new(),
        timeout_ms: 30_000,
        follow_redirects: false,
        server_ca: None,
        mtls_enabled,
        certificate_id,
        created_at: at(0),
        changed_at: at(0),
        changed_by: String::new(),
        version: 1,
    }
}
