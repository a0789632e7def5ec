//! Storing an upload.

use std::collections::HashSet;
use std::fs;

use app::certificate::{Finding, Rule};
use app::service::{Certificates, Error, Known, KnownQuery, ListQuery, NewCertificate, NotPrimaryBecause};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use server::services::Door;
use server::vault::Place;
use sqlx::Row;

use crate::files::Files;
use crate::house::{House, START, account_id, secret, stored, upload};

#[tokio::test]
async fn an_upload_is_in_the_list_with_what_people_look_for() {
    let (house, ana) = House::with_ana().await;
    let files = Files::leaf("api.meridian.example");
    let row = ana.upload(upload(&files, "  Bank prod ")).await.unwrap().certificate;
    assert_eq!(row.name, "Bank prod");
    assert_eq!((row.ca, row.primary, row.version, row.deleted_on), (false, false, 1, None));
    assert_eq!(row.issued_to, "api.meridian.example");
    assert_eq!(row.issuer, "Meridian Issuing CA");
    assert_eq!(row.not_before.rfc3339(), "2026-01-01T00:00:00Z");
    assert_eq!(row.not_after.rfc3339(), "2027-01-01T00:00:00Z");
    assert_eq!(row.uploaded_on, START);

    let list = ana.list(ListQuery::default()).await.unwrap();
    assert_eq!(list.rows, std::slice::from_ref(&row));
    assert_eq!(
        (list.now, list.total.number, list.query.page, list.counts.deleted.number, list.primary),
        (START, 1, 1, 0, None)
    );

    let kept = house.services.store.contents(account_id(&ana), &row.id).await.unwrap().unwrap();
    assert_eq!(kept.text.trim(), files.certificates.trim());
    assert_eq!(kept.chain.len(), 1, "the root is kept in the text and not sent in handshakes");
    let certificate = house.services.store.certificate(account_id(&ana), &row.id).await.unwrap().unwrap();
    assert_eq!(certificate.changed_by, "Ana Ruiz");
    assert_eq!(certificate.key_type, "EC P-256");
}

#[tokio::test]
async fn a_name_that_is_not_given_is_taken_from_the_certificate() {
    let (_house, ana) = House::with_ana().await;
    assert_eq!(
        ana.upload(upload(&Files::leaf("api.meridian.example"), " ")).await.unwrap().certificate.name,
        "api.meridian.example"
    );
}

#[tokio::test]
async fn no_piece_of_the_key_is_in_the_database() {
    let (house, ana) = House::with_ana().await;
    let files = Files::leaf("Bank prod");
    // In a file of its own, and in one file with the certificate and a text that shows it.
    ana.upload(upload(&files, "Bank prod")).await.unwrap();
    let other = Files::leaf("Bank test");
    let mut together = upload(&other, "Bank test");
    together.certificates = secret(&format!("{}{}", other.private_key, other.certificates));
    together.private_key = None;
    ana.upload(together).await.unwrap();

    let mut pieces = HashSet::new();
    for files in [&files, &other] {
        let base64: String = files.private_key.lines().filter(|line| !line.starts_with('-')).collect();
        let der = files.private_key_der.clone();
        // The public key is a part of the private one, and of the certificate too.
        let public = [files.certificates.clone().into_bytes(), certificate_ders(&files.certificates)];
        for secret in [der.clone(), base64.into_bytes(), STANDARD.encode(der).into_bytes()] {
            let secret = secret.windows(24).filter(|piece| !public.iter().any(|public| contains(public, piece)));
            pieces.extend(secret.map(<[u8]>::to_vec));
        }
    }
    assert!(pieces.len() > 200, "there is something to be searched for");

    let mut searched = 0;
    for file in fs::read_dir(house.folder.path()).unwrap() {
        let file = file.unwrap();
        let bytes = fs::read(file.path()).unwrap();
        searched += bytes.len();
        let found = bytes.windows(24).any(|piece| pieces.contains(piece));
        assert!(!found, "{:?} holds a piece of a key", file.file_name());
    }
    assert!(searched > 10_000, "the database was searched");
    let log = house.file().with_extension("db-wal");
    assert!(fs::metadata(log).unwrap().len() > 0, "what was written last was searched too");
}

#[tokio::test]
async fn a_sealed_key_opens_in_its_place_and_nowhere_else() {
    let (house, ana) = House::with_ana().await;
    let files = Files::leaf("Bank prod");
    let row = ana.upload(upload(&files, "Bank prod")).await.unwrap().certificate;
    let other = stored(&ana, "Bank test").await;
    let store = &house.services.store;
    let account = account_id(&ana);
    let sealed = store.sealed_key(account, &row.id, 1).await.unwrap().unwrap();
    let certificate = store.certificate(account, &row.id).await.unwrap().unwrap();
    let place = |certificate: &'_ server::store::Certificate, id| Place {
        account_id: account,
        certificate_id: id,
        fingerprint_sha256: Box::leak(certificate.fingerprint_sha256.clone().into_boxed_str()),
        content_version: 1,
    };
    let opened = house.services.vault.open_key(&place(&certificate, &row.id), &sealed).unwrap();
    assert_eq!(opened.expose_der(), files.private_key_der);

    // A row that is copied in SQL.
    let copy = "update sealed_keys set (wrapped_data_key, sealed) = \
                  (select wrapped_data_key, sealed from sealed_keys where certificate_id = ?1) where certificate_id = ?2";
    sqlx::query(copy).bind(&row.id).bind(&other.id).execute(&mut house.database().await).await.unwrap();
    let copied = store.sealed_key(account, &other.id, 1).await.unwrap().unwrap();
    assert_eq!(copied, sealed);
    let there = store.certificate(account, &other.id).await.unwrap().unwrap();
    assert!(house.services.vault.open_key(&place(&there, &other.id), &copied).is_err());
}

#[tokio::test]
async fn a_ca_certificate_is_stored_without_a_key() {
    let (house, ana) = House::with_ana().await;
    let files = Files::authority("Meridian Root CA");
    let row = ana.upload(authority(&files, "Root")).await.unwrap().certificate;
    assert!(row.ca);
    let keys = sqlx::query("select count(*) from sealed_keys").fetch_one(&mut house.database().await).await.unwrap();
    assert_eq!(keys.get::<i64, _>(0), 0);
}

#[tokio::test]
async fn what_the_validator_refuses_is_not_stored() {
    let (_house, ana) = House::with_ana().await;
    let (one, other) = (Files::leaf("Bank prod"), Files::leaf("Bank test"));
    let mut mismatch = upload(&one, "Bank prod");
    mismatch.private_key = Some(secret(&other.private_key));
    assert_eq!(rules_of(ana.upload(mismatch).await.unwrap_err())[0], Rule::KeyMismatch);

    let expired = Files::leaf_of_year("Old bank portal", 2024);
    assert_eq!(rules_of(ana.upload(upload(&expired, "Old")).await.unwrap_err())[0], Rule::CrtExpired);

    let mut nothing = upload(&one, "Bank prod");
    nothing.certificates = secret("");
    nothing.private_key = None;
    assert!(rules_of(ana.upload(nothing).await.unwrap_err()).contains(&Rule::InEmpty));

    let unseen = ana.upload(upload(&one, "Bank\u{202E}dorp")).await.unwrap_err();
    assert_eq!(rules_of(unseen)[0], Rule::NameBidi);
    assert_eq!(ana.list(ListQuery::default()).await.unwrap().total.number, 0);
}

#[tokio::test]
async fn the_same_certificate_is_stored_once_in_a_company() {
    let (house, ana) = House::with_ana().await;
    let files = Files::leaf("Bank prod");
    let row = ana.upload(upload(&files, "Bank prod")).await.unwrap().certificate;
    let Error::Refused { findings } = ana.upload(upload(&files, "Again")).await.unwrap_err() else { panic!() };
    let duplicate: Vec<&Finding> = findings.iter().filter(|finding| finding.rule == Rule::CrtDuplicate).collect();
    assert_eq!(duplicate.len(), 1);
    assert_eq!(duplicate[0].message, "Already uploaded as “Bank prod” on 1 Jun 2026.");
    assert_eq!(findings[0].rule, Rule::CrtDuplicate, "errors first");

    assert!(
        house.other_company().await.upload(upload(&files, "Ours")).await.is_ok(),
        "another company may have it too"
    );
    ana.delete(row.id, row.version).await.unwrap();
    assert!(ana.upload(upload(&files, "Bank prod")).await.is_ok(), "and what is deleted can be uploaded again");
}

#[tokio::test]
async fn a_key_and_a_name_that_are_there_already_are_said_and_stored() {
    let (house, ana) = House::with_ana().await;
    let [first, renewal] = Files::two_of_one_key("Bank prod");
    ana.upload(upload(&first, "Bank prod")).await.unwrap();
    let ask = KnownQuery {
        public_key_sha256: public_key_of(&ana, &house, &first).await,
        name: "bank PROD".to_owned(),
        ..KnownQuery::default()
    };
    let known = ana.known(ask.clone()).await.unwrap();
    assert_eq!(rules(&known.findings), [Rule::KeyReused, Rule::NameDuplicate]);
    assert_eq!(known.findings[0].message, "This key is already used by “Bank prod”.");
    assert_eq!(house.other_company().await.known(ask).await.unwrap(), Known::default());

    let stored = ana.upload(upload(&renewal, "BANK prod")).await.unwrap();
    assert_eq!(rules(&stored.findings), [Rule::KeyReused, Rule::NameDuplicate]);

    let other = ana.upload(upload(&Files::leaf("Other"), "Other")).await.unwrap();
    assert_eq!(rules(&other.findings), [], "another key and another name");
    let renamed = ana.rename(other.certificate.id.clone(), 1, "Bank Prod".to_owned()).await.unwrap();
    assert_eq!(rules(&renamed.findings), [Rule::NameDuplicate]);
    let renamed = ana.rename(other.certificate.id, 2, "OTHER".to_owned()).await.unwrap();
    assert_eq!(rules(&renamed.findings), [], "its own name is no other's");

    ana.delete(stored.certificate.id, 1).await.unwrap();
    let known = ana.known(KnownQuery { name: "Bank prod".to_owned(), ..KnownQuery::default() }).await.unwrap();
    assert_eq!(rules(&known.findings), [Rule::NameDuplicate], "the first one is still there");
}

#[tokio::test]
async fn a_key_that_the_tls_library_would_not_take_is_refused() {
    let (_house, ana) = House::with_ana().await;
    let files = Files::of_openssl(&["-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_pubexp:1099511627777"]);
    let mut request = upload(&files, "Odd");
    request.confirmed = vec![Rule::CrtCaAsLeafSelfSigned, Rule::CrtNotYet];
    assert_eq!(rules_of(ana.upload(request).await.unwrap_err())[0], Rule::CrtRsaExponent);
    let files = Files::of_openssl(&["-pkeyopt", "rsa_keygen_bits:2048"]);
    let mut request = upload(&files, "Usual");
    request.confirmed = vec![Rule::CrtCaAsLeafSelfSigned, Rule::CrtNotYet];
    assert!(ana.upload(request).await.is_ok());
}

fn rules(findings: &[Finding]) -> Vec<Rule> {
    findings.iter().map(|finding| finding.rule).filter(|rule| *rule != Rule::ChainRootIncluded).collect()
}

async fn public_key_of(ana: &Door, house: &House, files: &Files) -> String {
    let stored = ana.list(ListQuery::default()).await.unwrap().rows.swap_remove(0);
    assert!(files.certificates.contains("BEGIN CERTIFICATE"));
    let store = &house.services.store;
    store.certificate(account_id(ana), &stored.id).await.unwrap().unwrap().public_key_sha256
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_uploads_at_once_one_is_stored() {
    let (_house, ana) = House::with_ana().await;
    let files = Files::leaf("Bank prod");
    let uploads: Vec<_> = (0..4)
        .map(|number| {
            let (ana, upload) = (ana.clone(), upload(&files, &format!("Bank {number}")));
            tokio::spawn(async move { ana.upload(upload).await })
        })
        .collect();
    let mut done = 0;
    for upload in uploads {
        match upload.await.unwrap() {
            Ok(_) => done += 1,
            Err(refusal) => assert!(rules_of(refusal).contains(&Rule::CrtDuplicate)),
        }
    }
    assert_eq!(done, 1);
}

#[tokio::test]
async fn a_strong_warning_is_stored_once_it_is_confirmed() {
    let (_house, ana) = House::with_ana().await;
    let files = Files::leaf_of_year("Bank next year", 2027);
    let mut request = upload(&files, "Bank next year");
    let Error::Unconfirmed { findings } = ana.upload(request.clone()).await.unwrap_err() else { panic!() };
    assert!(findings.iter().any(|finding| finding.rule == Rule::CrtNotYet), "{findings:?}");
    request.confirmed = vec![Rule::InEmpty];
    assert!(matches!(ana.upload(request.clone()).await, Err(Error::Unconfirmed { .. })), "another one was confirmed");
    request.confirmed = vec![Rule::CrtNotYet];
    assert!(ana.upload(request).await.is_ok());
}

#[tokio::test]
async fn an_upload_can_become_the_primary_in_the_same_step() {
    let (_house, ana) = House::with_ana().await;
    let primary = |files: &Files, name: &str| NewCertificate { primary: true, ..upload(files, name) };
    let first = ana.upload(primary(&Files::leaf("First"), "First")).await.unwrap().certificate;
    let second = ana.upload(primary(&Files::leaf("Second"), "Second")).await.unwrap().certificate;
    assert!(first.primary && second.primary);
    let list = ana.list(ListQuery::default()).await.unwrap();
    assert_eq!(list.primary.as_deref(), Some("Second"));
    let former = list.rows.iter().find(|row| row.id == first.id).unwrap();
    assert_eq!((former.primary, former.version), (false, 2));

    let root = NewCertificate { primary: true, ..authority(&Files::authority("Root"), "Root") };
    let refused = |reason| Err(Error::CannotBePrimary { reason });
    assert_eq!(ana.upload(root).await, refused(NotPrimaryBecause::CertificateAuthority));
    let mut not_yet = primary(&Files::leaf_of_year("Next", 2027), "Next");
    not_yet.confirmed = vec![Rule::CrtNotYet];
    assert_eq!(ana.upload(not_yet).await, refused(NotPrimaryBecause::NotYetValid));
    assert_eq!(ana.list(ListQuery::default()).await.unwrap().total.number, 2);
}

/// An upload of a CA certificate.
pub fn authority(files: &Files, name: &str) -> NewCertificate {
    NewCertificate { ca: true, private_key: None, ..upload(files, name) }
}

fn rules_of(refusal: Error) -> Vec<Rule> {
    match refusal {
        Error::Refused { findings } => findings.into_iter().map(|finding| finding.rule).collect(),
        other => panic!("{other}"),
    }
}

fn certificate_ders(text: &str) -> Vec<u8> {
    let mut ders = Vec::new();
    for block in text.split("-----BEGIN CERTIFICATE-----").skip(1) {
        let base64: String = block.lines().take_while(|line| !line.starts_with('-')).collect();
        ders.extend(STANDARD.decode(base64).unwrap());
    }
    ders
}

fn contains(bytes: &[u8], piece: &[u8]) -> bool {
    bytes.windows(piece.len()).any(|window| window == piece)
}
