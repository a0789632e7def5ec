//! Which stored certificates an upload may renew, what it takes to replace one, and the way back.

use app::certificate::{Facts, Rule};
use app::service::{Alike, Certificates, Error, Known, KnownQuery, NewCertificate, Renewal};
use server::services::Door;

use crate::database::TestDatabase;
use crate::files::Files;
use crate::house::{DAY, House, account_id, stored, upload};

#[tokio::test]
async fn what_an_upload_may_renew_on_sqlite() {
    what_an_upload_may_renew(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn what_an_upload_may_renew_on_postgres() {
    what_an_upload_may_renew(TestDatabase::postgres().await).await;
}

#[tokio::test]
async fn there_and_back_on_sqlite() {
    there_and_back(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn there_and_back_on_postgres() {
    there_and_back(TestDatabase::postgres().await).await;
}

/// What the browser asks about these files.
async fn ask(door: &Door, files: &Files) -> KnownQuery {
    let inspected = door.inspect_upload(upload(files, "")).await.unwrap();
    let facts = inspected.report.certificate.unwrap();
    KnownQuery {
        issued_to: facts.issued_to().to_owned(),
        fingerprint_sha256: facts.fingerprint_sha256,
        public_key_sha256: facts.public_key_sha256,
        subject: facts.subject,
        issuer: facts.issuer,
        names: facts.names,
        ..KnownQuery::default()
    }
}

fn said(known: &Known) -> Vec<(&str, Alike)> {
    known.renewals.iter().map(|renewal| (renewal.certificate.name.as_str(), renewal.alike)).collect()
}

async fn what_an_upload_may_renew(database: TestDatabase) {
    let (house, ana) = House::with_ana_on(&database.url).await;
    let names = ["pay.example", "treasury.example"];
    let files = |common_name, names: &[&str], issuer| Files::leaf_with_names(common_name, names, issuer);
    let add = async |files: &Files, name: &str| ana.upload(upload(files, name)).await.unwrap().certificate;
    let new = files("pay.example", &names, "CA 3");
    let query = ask(&ana, &new).await;
    assert_eq!(ana.known(query.clone()).await.unwrap(), Known::default(), "nothing is stored");

    add(&files("pay.example", &["TREASURY.example", "pay.example"], "CA 2"), "Another issuer").await;
    add(&files("pay.example", &["pay.example"], "CA 3"), "Other names").await;
    let same = add(&files("pay.example", &names, "CA 3"), "Everything").await;
    add(&files("other.example", &names, "CA 3"), "Another subject").await;
    add(&files("other.example", &["other.example"], "CA 3"), "Nothing").await;
    add(&files("x.pay.example", &["x.pay.example"], "CA 3"), "Only looks like it").await;
    let authority = NewCertificate { ca: true, private_key: None, ..upload(&Files::authority("pay.example"), "CA") };
    ana.upload(authority).await.unwrap();

    let known = ana.known(query.clone()).await.unwrap();
    assert_eq!(
        said(&known),
        [
            ("Everything", Alike::All),
            ("Other names", Alike::SubjectAndIssuer),
            ("Another issuer", Alike::Names),
            ("Another subject", Alike::Names),
        ],
        "the likeliest first"
    );
    let Renewal { subject, issuer, names, key_type, nodes, .. } = known.renewals.first().unwrap();
    assert_eq!((subject.as_str(), issuer.as_str()), (query.subject.as_str(), query.issuer.as_str()));
    assert_eq!((names, key_type.as_str(), nodes.len()), (&query.names, "EC P-256", 0));
    assert_eq!(house.other_company().await.known(query.clone()).await.unwrap(), Known::default());

    ana.delete(same.id.clone(), 1).await.unwrap();
    assert_eq!(ana.known(query.clone()).await.unwrap().renewals.len(), 3, "a deleted one is renewed by nothing");
    ana.restore(same.id.clone()).await.unwrap();

    let chosen =
        |id: &str| KnownQuery { in_place_of: Some(id.to_owned()), name: "Everything".to_owned(), ..query.clone() };
    let known = ana.known(chosen(&same.id)).await.unwrap();
    assert_eq!(said(&known), [("Everything", Alike::All)], "that one alone");
    assert_eq!(known.findings, [], "and it keeps its name");
    assert_eq!(ana.known(chosen("nonsense")).await.unwrap().renewals, []);

    add(&new, "The same").await;
    let known = ana.known(query).await.unwrap();
    assert_eq!(
        (known.stored.unwrap().name.as_str(), known.renewals.len()),
        ("The same", 0),
        "it is no renewal of itself"
    );
    house.services.store.close().await;
    drop(house);
    database.remove().await;
}

async fn there_and_back(database: TestDatabase) {
    let (house, ana) = House::with_ana_on(&database.url).await;
    let id = stored(&ana, "Bank prod").await.id;
    ana.set_primary(id.clone(), 1).await.unwrap();
    let first = ana.detail(id.clone()).await.unwrap();
    assert_eq!((first.earlier.len(), first.content_version), (0, 1));

    let renewed = Files::leaf("Bank prod");
    let replaced = ana.replace(id.clone(), 2, upload(&renewed, "ignored")).await.unwrap();
    assert_eq!((replaced.certificate.name.as_str(), replaced.certificate.primary), ("Bank prod", true));
    assert_eq!((replaced.certificate.version, replaced.used_by), (3, 0));
    let again = ana.replace(id.clone(), 2, upload(&Files::leaf("x"), "")).await;
    assert!(matches!(again, Err(Error::Stale { .. })), "{again:?}");

    house.clock.pass(DAY);
    let second = ana.detail(id.clone()).await.unwrap();
    let [earlier] = &second.earlier[..] else { panic!("{:?}", second.earlier) };
    assert_eq!((earlier.version, earlier.replaced_by.as_str()), (1, "Ana Ruiz"));
    assert_eq!(earlier.until, earlier.replaced_on.plus_seconds(30 * DAY));
    assert_eq!((earlier.not_after, earlier.issuer.as_str()), (first.row.not_after, "Meridian Issuing CA"));

    let back = ana.restore_version(id.clone(), 3, 1).await.unwrap().certificate;
    assert_eq!((back.version, back.primary), (4, true), "name and primary stay");
    let stale = ana.restore_version(id.clone(), 3, 1).await;
    assert!(matches!(stale, Err(Error::Stale { .. })), "a second click comes too late: {stale:?}");
    let twice = ana.restore_version(id.clone(), 4, 1).await.unwrap().certificate;
    assert_eq!(twice.version, 4, "what is in use already is no change");
    let third = ana.detail(id.clone()).await.unwrap();
    assert_eq!(third.fingerprint_sha256, first.fingerprint_sha256);
    assert_eq!(third.earlier.iter().map(|one| one.version).collect::<Vec<_>>(), [2]);
    let account = account_id(&ana).to_owned();
    let said: Vec<_> = third.history.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(
        said.get(..2),
        Some(["certificate.restore_version", "certificate.restore_version"].as_slice()),
        "done once, and refused once: {said:?}"
    );
    assert_eq!(third.history.iter().filter(|entry| entry.refused).count(), 2, "both stale ones");

    house.clock.pass(30 * DAY);
    assert_eq!(ana.detail(id.clone()).await.unwrap().earlier, []);
    assert_eq!(ana.restore_version(id.clone(), 4, 2).await, Err(Error::NotFound), "its time is over");
    house.clock.pass(1);
    house.services.purge().await.unwrap();
    assert!(house.services.store.sealed_key(&account, &id, 2).await.unwrap().is_none(), "its key is gone");
    assert!(house.services.store.sealed_key(&account, &id, 1).await.unwrap().is_some());
    house.services.store.close().await;
    drop(house);
    database.remove().await;
}

#[tokio::test]
async fn an_expired_version_can_be_brought_back_by_whoever_was_told() {
    let (house, ana) = House::with_ana().await;
    let id = stored(&ana, "Bank prod").await.id;
    // The day before the first one ends.
    house.clock.pass(213 * DAY);
    let mut next = upload(&Files::leaf_of_year("Bank prod", 2027), "");
    assert!(matches!(ana.replace(id.clone(), 1, next.clone()).await, Err(Error::Unconfirmed { .. })), "not valid yet");
    next.confirmed = vec![Rule::CrtNotYet];
    ana.replace(id.clone(), 1, next).await.unwrap();
    house.clock.pass(2 * DAY);
    let detail = ana.detail(id.clone()).await.unwrap();
    assert!(detail.earlier[0].not_after < detail.now, "the page says so");
    let back = ana.restore_version(id.clone(), 2, 1).await.unwrap().certificate;
    assert!(back.not_after < detail.now);
    assert_eq!(ana.restore_version(id.clone(), 3, 2).await.unwrap().certificate.version, 4, "and back");
}

#[tokio::test]
async fn facts_say_whom_it_is_issued_to() {
    let (_house, ana) = House::with_ana().await;
    let issued_to = async |files: &Files| {
        let facts: Facts = ana.inspect_upload(upload(files, "")).await.unwrap().report.certificate.unwrap();
        facts.issued_to().to_owned()
    };
    assert_eq!(issued_to(&Files::leaf_with_names("a.example", &["b.example"], "CA")).await, "a.example");
    assert_eq!(issued_to(&Files::leaf_with_names("", &["b.example"], "CA")).await, "b.example");
}
