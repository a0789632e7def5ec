//! Certificates as the page lists them: what is searched, filtered and sorted by the database against the same done here.

use app::certificate::{Status, folded, search_term};
use app::service::{Count, Due, ListFilter, ListSort, SortBy};
use server::store::{ApiNode, Certificate, Contents, Found, Listing, Moment, Store, UploadedFilter};

use crate::database::TestDatabase;
use crate::records::{account, account_id, at, certificate, contents, counts, uuid};

const DAY: i64 = 86_400;

#[tokio::test]
async fn few_are_listed_on_sqlite() {
    few_are_listed(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn few_are_listed_on_postgres() {
    few_are_listed(TestDatabase::postgres().await).await;
}

#[tokio::test]
async fn many_are_listed_on_sqlite() {
    many_are_listed(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn many_are_listed_on_postgres() {
    many_are_listed(TestDatabase::postgres().await).await;
}

#[tokio::test]
async fn what_is_searched_follows_changes_on_sqlite() {
    what_is_searched_follows_changes(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn what_is_searched_follows_changes_on_postgres() {
    what_is_searched_follows_changes(TestDatabase::postgres().await).await;
}

/// A certificate for these names, DER.
fn leaf(names: &[&str]) -> Vec<u8> {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut parameters =
        rcgen::CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, "Łódź Subject");
    parameters.serial_number = Some(rcgen::SerialNumber::from_slice(&[0x5a, 0xbc, 0xde, 0xf0]));
    parameters.self_signed(&key).unwrap().der().to_vec()
}

/// Stores certificates whose leaf is this one.
async fn store_all(store: &dyn Store, all: &[Certificate], leaf: &[u8]) {
    let mut transaction = store.begin().await.unwrap();
    transaction.insert_account(&account(1, "Example")).await.unwrap();
    for certificate in all {
        let contents = Contents { chain: vec![leaf.to_vec()], ..contents(certificate) };
        transaction.insert_certificate(certificate, &contents, None).await.unwrap();
    }
    transaction.commit().await.unwrap();
}

/// Nodes that follow the primary.
const FOLLOWERS: u32 = 4;

/// How many nodes use one of those that are there.
fn users_of(certificate: &Certificate) -> u32 {
    if certificate.deleted_on.is_some() {
        return 0;
    }
    let number = u32::from_str_radix(&certificate.id[..8], 16).unwrap();
    let pinned = if number.is_multiple_of(11) { number / 11 % 3 + 1 } else { 0 };
    pinned + if certificate.primary { FOLLOWERS } else { 0 }
}

/// A node of account 1.
fn node(number: u32) -> ApiNode {
    ApiNode {
        id: uuid(number),
        account_id: account_id(1),
        name: format!("Node {number}"),
        method: "GET".to_owned(),
        url: "https://api.example/".to_owned(),
        headers: Vec::new(),
        body: String::new(),
        timeout_ms: 1000,
        follow_redirects: false,
        server_ca: None,
        mtls_enabled: true,
        certificate_id: None,
        created_at: at(0),
        changed_at: at(0),
        changed_by: "Person 1".to_owned(),
        version: 1,
    }
}

/// Stores nodes so that each certificate has as many users as [`users_of`] says: client certificates are pinned, CA certificates trusted.
async fn store_users(store: &dyn Store, all: &[Certificate]) {
    let mut transaction = store.begin().await.unwrap();
    let mut numbers = 1_000_000..;
    for certificate in all {
        let followers = if certificate.primary { FOLLOWERS } else { 0 };
        for _ in followers..users_of(certificate) {
            let id = Some(certificate.id.clone());
            let node = node(numbers.next().unwrap());
            let node = if certificate.ca {
                ApiNode { mtls_enabled: false, server_ca: id, ..node }
            } else {
                ApiNode { certificate_id: id, ..node }
            };
            transaction.insert_api_node(&node).await.unwrap();
        }
    }
    for _ in 0..FOLLOWERS {
        transaction.insert_api_node(&node(numbers.next().unwrap())).await.unwrap();
    }
    // Those whose mTLS is off are no users.
    let id = all.iter().find(|one| !one.ca).map(|one| one.id.clone());
    let idle = ApiNode { mtls_enabled: false, certificate_id: id, ..node(numbers.next().unwrap()) };
    transaction.insert_api_node(&idle).await.unwrap();
    transaction.commit().await.unwrap();
}

/// Every so many days one that ends, from long ago to far ahead; names and issuers in no order, and some more than once.
fn some(number: u32) -> Vec<Certificate> {
    let one = |number: u32| {
        let days = i64::from(number) * 3 - 60;
        let mixed = number * 7919 % 101;
        Certificate {
            name: format!("{} node {mixed}", ["Bank", "bänk", "ZEBRA", "50% off_\\o/"][number as usize % 4]),
            issued_to: format!("Client {}", mixed % 13),
            issuer_name: ["Alpha CA", "beta CA", "Gamma CA"][number as usize % 3].to_owned(),
            ca: number.is_multiple_of(5),
            primary: number == 21,
            not_before: at((days - 300) * DAY),
            not_after: at(days * DAY),
            ..certificate(number, 1)
        }
    };
    (1..=number).map(one).collect()
}

fn listing(filter: ListFilter, term: &str, sort: ListSort) -> Listing {
    Listing { moment: Moment { now: at(0), restorable_after: at(-30 * DAY) }, filter, term: search_term(term), sort }
}

/// What the database has to answer.
fn expected(all: &[Certificate], listing: &Listing) -> Vec<String> {
    let Moment { now, restorable_after } = listing.moment;
    let is_listed = |one: &&Certificate| match listing.filter {
        ListFilter::Deleted => one.deleted_on.is_some_and(|on| on > restorable_after),
        _ if one.deleted_on.is_some() => false,
        ListFilter::All => true,
        ListFilter::Expired => Status::at(now, one.not_before, one.not_after) == Status::Expired,
        ListFilter::Expiring => {
            matches!(Status::at(now, one.not_before, one.not_after), Status::Expiring | Status::Urgent)
        }
        ListFilter::Unused => users_of(one) == 0,
        ListFilter::Primary => one.primary,
        ListFilter::Authorities => one.ca,
    };
    let is_found = |one: &&Certificate| match listing.term.chars().count() {
        0 => true,
        1 | 2 => folded(&one.name).starts_with(&listing.term),
        _ => folded(&one.name).contains(&listing.term),
    };
    let mut found: Vec<&Certificate> = all.iter().filter(is_listed).filter(is_found).collect();
    let key = |one: &Certificate| match listing.sort.by {
        _ if listing.filter == ListFilter::Deleted => {
            format!("{:020}", i64::MAX - one.deleted_on.unwrap().microseconds())
        }
        SortBy::Expiry => format!("{:020}", one.not_after.microseconds() + (1 << 60)),
        SortBy::Name => folded(&one.name),
        SortBy::IssuedTo => folded(&one.issued_to),
        SortBy::Issuer => folded(&one.issuer_name),
        SortBy::UsedBy => format!("{:05}", users_of(one)),
    };
    found.sort_by_key(|one| (key(one), one.id.clone()));
    if listing.sort.descending && listing.filter != ListFilter::Deleted {
        found.reverse();
    }
    found.into_iter().map(|one| one.id.clone()).collect()
}

/// All pages of so many rows, one after the other; each is read with the row after it, as the service does to see whether one follows.
async fn listed(store: &dyn Store, listing: &Listing, found: &Found, limit: u32) -> Vec<String> {
    let mut ids = Vec::new();
    loop {
        let offset = u64::try_from(ids.len()).unwrap();
        let mut page = store.certificates_listed(&account_id(1), listing, found, offset, limit + 1).await.unwrap();
        if page.is_empty() {
            return ids;
        }
        page.truncate(usize::try_from(limit).unwrap());
        for one in &page {
            assert_eq!(one.used_by, u64::from(users_of(&one.certificate)), "{}", one.certificate.id);
        }
        ids.extend(page.into_iter().map(|one| one.certificate.id));
    }
}

const TERMS: [&str; 16] = [
    "",
    "b",
    "BÄ",
    "bank",
    "node 1",
    "50% off_\\",
    "client",
    "zebra node 3",
    "no such thing",
    // What means something to an index of texts, and means nothing here.
    "ban*",
    "bank\" OR \"node",
    "bank AND node",
    "\"\"\"",
    "text:bank",
    "bank\0",
    "bank_node",
];
const ORDERS: [SortBy; 5] = [SortBy::Expiry, SortBy::Name, SortBy::IssuedTo, SortBy::Issuer, SortBy::UsedBy];

async fn check_all(store: &dyn Store, all: &[Certificate], limit: u32, terms: &[&str]) {
    for filter in ListFilter::ALL {
        for by in ORDERS {
            for descending in [false, true] {
                for term in terms {
                    let listing = listing(filter, term, ListSort { by, descending });
                    let ids = expected(all, &listing);
                    let found = store.count_listed(&account_id(1), &listing).await.unwrap();
                    let number = u64::try_from(ids.len()).unwrap();
                    // Those of which no table keeps the number are counted up to 999, those that a text is found in up to 199.
                    let counted = if term.chars().count() > 2 { 199 } else { 999 };
                    let count = found.count;
                    if count.more {
                        assert!(count.number == counted && number > counted, "{listing:?}: {count:?} of {number}");
                    } else {
                        assert_eq!(count.number, number, "{listing:?}");
                    }
                    assert_eq!(listed(store, &listing, &found, limit).await, ids, "{listing:?}");
                }
            }
        }
    }
}

async fn few_are_listed(database: TestDatabase) {
    let store = database.connect().await;
    let mut all = some(60);
    store_all(&*store, &all, &leaf(&["one.example", "two.example"])).await;
    store_users(&*store, &all).await;
    let mut transaction = store.begin().await.unwrap();
    for number in [7, 8, 30] {
        let one = &mut all[number];
        (one.deleted_on, one.version) = (Some(at(-i64::try_from(number).unwrap() * 1000)), 2);
        transaction.update_certificate(one).await.unwrap();
    }
    transaction.commit().await.unwrap();
    check_all(&*store, &all, 7, &TERMS).await;

    let moment = Moment { now: at(0), restorable_after: at(-30 * DAY) };
    let counts = store.certificate_counts(&account_id(1), moment).await.unwrap();
    for (filter, count) in [
        (ListFilter::All, counts.all),
        (ListFilter::Expired, counts.expired),
        (ListFilter::Expiring, counts.expiring),
        (ListFilter::Authorities, counts.authorities),
        (ListFilter::Deleted, counts.deleted),
        (ListFilter::Unused, counts.unused),
    ] {
        let number = expected(&all, &listing(filter, "", ListSort::default())).len();
        assert_eq!(count, Count { number: u64::try_from(number).unwrap(), more: false }, "{filter:?}");
    }
    assert_eq!(self::counts(&*store, &account_id(2), at(0)).await, (0, 0));

    let urgent = |one: &&Certificate| {
        let status = Status::at(at(0), one.not_before, one.not_after);
        one.deleted_on.is_none() && status == Status::Urgent && users_of(one) > 0
    };
    let urgent: Vec<_> = all.iter().filter(urgent).collect();
    let nodes = urgent.iter().map(|one| u64::from(users_of(one))).sum();
    assert!(!urgent.is_empty());
    let due = Due { certificates: u64::try_from(urgent.len()).unwrap(), nodes };
    assert_eq!(store.due(&account_id(1), at(0)).await.unwrap(), due);
    assert_eq!(store.due(&account_id(2), at(0)).await.unwrap(), Due::default());
    database.remove().await;
}

#[tokio::test]
async fn uses_follow_nodes_and_the_primary_on_sqlite() {
    uses_follow_nodes_and_the_primary(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn uses_follow_nodes_and_the_primary_on_postgres() {
    uses_follow_nodes_and_the_primary(TestDatabase::postgres().await).await;
}

/// How many nodes use the certificates 1, 2, 3, and the CA certificate 4, as the list has it and as everybody else counts it.
async fn uses(store: &dyn Store) -> [u64; 4] {
    let listing = listing(ListFilter::All, "", ListSort { by: SortBy::Name, descending: false });
    let found = store.count_listed(&account_id(1), &listing).await.unwrap();
    let page = store.certificates_listed(&account_id(1), &listing, &found, 0, 10).await.unwrap();
    let uploaded = store.certificates_by_upload(&account_id(1), &UploadedFilter::default(), 0, 10).await.unwrap();
    let mut uses = [0; 4];
    for (number, used_by) in (1_u32..).zip(&mut uses) {
        if let Some(found) = page.iter().find(|one| one.certificate.id == uuid(number)) {
            *used_by = found.used_by;
            let whole = store.whole_certificate(&account_id(1), &uuid(number)).await.unwrap().unwrap();
            assert_eq!(whole.used_by, found.used_by, "certificate {number}");
            let uploaded = uploaded.rows.iter().find(|one| one.id == uuid(number)).unwrap();
            assert_eq!(uploaded.used_by, found.used_by, "certificate {number}");
        }
    }
    uses
}

async fn uses_follow_nodes_and_the_primary(database: TestDatabase) {
    let store = database.connect().await;
    let mut all = [certificate(1, 30), certificate(2, 60), certificate(3, 90), certificate(4, 120)];
    all[0].primary = true;
    all[3].ca = true;
    store_all(&*store, &all, &leaf(&["one.example"])).await;
    let mut nodes = [10, 11, 12, 13].map(node);
    nodes[1].certificate_id = Some(uuid(2));
    nodes[2].server_ca = Some(uuid(4));
    (nodes[3].certificate_id, nodes[3].mtls_enabled) = (Some(uuid(2)), false);
    let mut transaction = store.begin().await.unwrap();
    for node in &nodes {
        transaction.insert_api_node(node).await.unwrap();
    }
    transaction.commit().await.unwrap();
    assert_eq!(uses(&*store).await, [2, 1, 0, 1]);

    // A node goes over to another certificate, and another one begins to follow the primary.
    let mut transaction = store.begin().await.unwrap();
    (nodes[1].certificate_id, nodes[1].server_ca, nodes[1].version) = (Some(uuid(3)), Some(uuid(4)), 2);
    transaction.update_api_node(&nodes[1]).await.unwrap();
    (nodes[3].certificate_id, nodes[3].mtls_enabled, nodes[3].version) = (None, true, 2);
    transaction.update_api_node(&nodes[3]).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(uses(&*store).await, [3, 0, 1, 2]);

    // Another primary.
    let mut transaction = store.begin().await.unwrap();
    (all[0].primary, all[0].version) = (false, 2);
    transaction.update_certificate(&all[0]).await.unwrap();
    (all[1].primary, all[1].version) = (true, 2);
    transaction.update_certificate(&all[1]).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(uses(&*store).await, [0, 3, 1, 2]);

    // Moved to another certificate, and to the primary.
    let mut transaction = store.begin().await.unwrap();
    transaction.move_users(&account_id(1), &uuid(3), Some(&uuid(1)), ("Person 1", at(1))).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(uses(&*store).await, [1, 3, 0, 2]);
    let mut transaction = store.begin().await.unwrap();
    transaction.move_users(&account_id(1), &uuid(1), None, ("Person 1", at(2))).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(uses(&*store).await, [0, 4, 0, 2]);

    // Nodes go, and the primary.
    let mut transaction = store.begin().await.unwrap();
    transaction.delete_api_node(&nodes[2].id).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(uses(&*store).await, [0, 3, 0, 1]);
    let mut transaction = store.begin().await.unwrap();
    (all[1].primary, all[1].version) = (false, 3);
    transaction.update_certificate(&all[1]).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(uses(&*store).await, [0, 0, 0, 1]);
    let mut transaction = store.begin().await.unwrap();
    let primary = Certificate { primary: true, ..certificate(5, 30) };
    transaction.insert_certificate(&primary, &contents(&primary), None).await.unwrap();
    transaction.commit().await.unwrap();
    let whole = store.whole_certificate(&account_id(1), &uuid(5)).await.unwrap().unwrap();
    assert_eq!(whole.used_by, 3);
    let listing = listing(ListFilter::Primary, "", ListSort::default());
    let found = store.count_listed(&account_id(1), &listing).await.unwrap();
    let page = store.certificates_listed(&account_id(1), &listing, &found, 0, 10).await.unwrap();
    assert_eq!(page[0].used_by, 3);
    database.remove().await;
}

async fn many_are_listed(database: TestDatabase) {
    let store = database.connect().await;
    let mut all: Vec<Certificate> = some(1300)
        .into_iter()
        .map(|one| {
            // Most of them have expired, or contain the same.
            let days = i64::from(u8::try_from(one.serial_number.len()).unwrap());
            let is_old = one.not_after > at(2000 * DAY);
            let not_after = if is_old { at(-days * DAY) } else { one.not_after };
            Certificate { not_before: at(-400 * DAY), not_after, ..one }
        })
        .collect();
    store_all(&*store, &all, &leaf(&["one.example"])).await;
    store_users(&*store, &all).await;
    check_all(&*store, &all, 200, &["", "bank node 1", "node", "b"]).await;

    // One is replaced, and ends as the last of all.
    let one = &mut all[1];
    (one.content_version, one.version, one.not_after) = (2, 2, at(9000 * DAY));
    let contents = Contents { chain: vec![leaf(&["two.example"])], ..contents(one) };
    let mut transaction = store.begin().await.unwrap();
    transaction.replace_contents(one, &contents, None).await.unwrap();
    transaction.commit().await.unwrap();
    check_all(&*store, &all, 200, &["node"]).await;
    database.remove().await;
}

#[tokio::test]
async fn those_that_end_together_are_each_on_one_page_on_sqlite() {
    those_that_end_together_are_each_on_one_page(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn those_that_end_together_are_each_on_one_page_on_postgres() {
    those_that_end_together_are_each_on_one_page(TestDatabase::postgres().await).await;
}

async fn those_that_end_together_are_each_on_one_page(database: TestDatabase) {
    let store = database.connect().await;
    // Stored in another order than that of their ids.
    let all: Vec<Certificate> = (0..450).map(|number| certificate(number * 7919 % 450 + 1, 30)).collect();
    store_all(&*store, &all, &leaf(&["one.example"])).await;
    store_users(&*store, &all).await;
    let mut expected: Vec<String> = all.iter().map(|one| one.id.clone()).collect();
    expected.sort();
    for descending in [false, true] {
        for term in ["", "zertifikat"] {
            let listing = listing(ListFilter::All, term, ListSort { by: SortBy::Expiry, descending });
            let found = store.count_listed(&account_id(1), &listing).await.unwrap();
            let mut ids = listed(&*store, &listing, &found, 50).await;
            ids.sort();
            assert_eq!(ids, expected, "{listing:?}");
        }
    }
    database.remove().await;
}

async fn finds(store: &dyn Store, term: &str) -> Vec<String> {
    let listing = listing(ListFilter::All, term, ListSort::default());
    let found = store.count_listed(&account_id(1), &listing).await.unwrap();
    listed(store, &listing, &found, 50).await
}

async fn what_is_searched_follows_changes(database: TestDatabase) {
    let store = database.connect().await;
    let first = certificate(1, 30);
    store_all(&*store, &[first.clone(), certificate(2, 60)], &leaf(&["one.example"])).await;
    let both = [uuid(1), uuid(2)];
    for term in ["one.example", "ŁÓDŹ subj", "5abcdef0", "5A:BC:DE:F0", "1522327280", "ONE.EXAMPLE"] {
        assert_eq!(finds(&*store, term).await, both, "{term}");
    }

    // Renamed.
    let mut transaction = store.begin().await.unwrap();
    let mut first = transaction.lock_certificate(&account_id(1), &first.id).await.unwrap().unwrap();
    (first.name, first.version) = ("Entirely other".to_owned(), 2);
    transaction.update_certificate(&first).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(finds(&*store, "entirely").await, [uuid(1)]);
    assert_eq!(finds(&*store, "zertifikat 1").await, [""; 0]);
    assert_eq!(finds(&*store, "one.example").await, both);

    // Other contents, and back.
    let mut transaction = store.begin().await.unwrap();
    let earlier_end = first.not_after;
    (first.content_version, first.version, first.not_after) = (2, 3, at(90 * DAY));
    let other = Contents { chain: vec![leaf(&["three.example"])], ..contents(&first) };
    transaction.replace_contents(&first, &other, None).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(finds(&*store, "three.example").await, [uuid(1)]);
    assert_eq!(finds(&*store, "one.example").await, [uuid(2)]);
    assert_eq!(finds(&*store, "łódź").await, [uuid(2), uuid(1)], "it ends later now");
    let mut transaction = store.begin().await.unwrap();
    (first.content_version, first.version, first.not_after) = (1, 4, earlier_end);
    transaction.bring_back_contents(&first).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(finds(&*store, "one.example").await, both);
    assert_eq!(finds(&*store, "three.example").await, [""; 0]);

    // Destroyed: nothing of it is left.
    let mut transaction = store.begin().await.unwrap();
    (first.deleted_on, first.version) = (Some(at(0)), 5);
    transaction.update_certificate(&first).await.unwrap();
    transaction.destroy_certificate(&first.id).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(finds(&*store, "one.example").await, [uuid(2)]);
    assert_eq!(store.unsearchable_certificates(10).await.unwrap(), []);
    database.remove().await;
}
