//! Many sealed keys, put into the database without the binary: more than one would upload.

use std::sync::Arc;

use app::certificate::{Kind, PrivateKey, Upload, validate};
use app::timestamp::Timestamp;
use server::clock::{Clock as _, SystemClock, SystemRandomness};
use server::store::{self, Account, Certificate, Contents, Store};
use server::vault::{Place as KeyPlace, Vault};
use sha2::{Digest as _, Sha256};

use crate::material::Pair;
use crate::signet::Place;

const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";
const LONG_AGO: Timestamp = Timestamp::from_seconds(1_700_000_000);

/// Stores so many certificates, each with the same key and a leaf that is none.
pub fn fill(place: &Place, count: u32) {
    on_database(place, async |store, vault| {
        let key = private_key();
        let mut transaction = store.begin().await.unwrap();
        let account = Account { id: ACCOUNT.to_owned(), name: "Many".to_owned(), created_at: LONG_AGO };
        transaction.insert_account(&account).await.unwrap();
        for number in 0..count {
            let (certificate, contents) = certificate(number);
            let sealed = vault.seal(&mut *transaction, &key_place(&certificate), &key).await.unwrap();
            transaction.insert_certificate(&certificate, &contents, Some(&sealed)).await.unwrap();
        }
        transaction.commit().await.unwrap();
    });
}

/// Each of them opens.
pub fn all_open(place: &Place, count: u32) {
    on_database(place, async |store, vault| {
        for number in 0..count {
            let (certificate, _contents) = certificate(number);
            let sealed = store.sealed_key(ACCOUNT, &certificate.id, 1).await.unwrap().unwrap();
            assert!(vault.open_key(&key_place(&certificate), &sealed).is_ok(), "{number}");
        }
    });
}

fn on_database(place: &Place, work: impl AsyncFnOnce(&dyn Store, &Vault)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let data = place.path().join("data");
        let store = store::connect(&format!("sqlite:{}", data.join("signet.db").display())).await.unwrap();
        let vault = Vault::open(&data.join("master.key"), &*store, Arc::new(SystemRandomness)).await.unwrap();
        work(&*store, &vault).await;
        store.close().await;
    });
}

fn private_key() -> PrivateKey {
    let pair = Pair::client("many.example");
    let text = pair.certificate + &pair.key;
    let upload = Upload { kind: Kind::Leaf, certificates: text.as_bytes(), private_key: None, name: None };
    validate(&upload, SystemClock.now()).material.unwrap().private_key.unwrap()
}

fn certificate(number: u32) -> (Certificate, Contents) {
    let leaf = number.to_be_bytes().to_vec();
    let id = format!("{number:08x}-0000-4000-8000-000000000000");
    let certificate = Certificate {
        id: id.clone(),
        account_id: ACCOUNT.to_owned(),
        name: format!("Number {number}"),
        ca: false,
        primary: false,
        content_version: 1,
        fingerprint_sha256: hex::encode(Sha256::digest(&leaf)),
        public_key_sha256: "0".repeat(64),
        subject: String::new(),
        issued_to: String::new(),
        issuer: String::new(),
        issuer_name: String::new(),
        api_issuer: String::new(),
        signature: "ECDSAWithSHA256".to_owned(),
        serial_number: "1".to_owned(),
        key_type: "EC P-256".to_owned(),
        not_before: LONG_AGO,
        not_after: LONG_AGO,
        uploaded_on: LONG_AGO,
        changed_at: LONG_AGO,
        changed_by: String::new(),
        deleted_on: None,
        allowed_hosts: Vec::new(),
        version: 1,
    };
    let contents = Contents {
        certificate_id: id,
        content_version: 1,
        text: String::new(),
        chain: vec![leaf],
        stored_at: LONG_AGO,
    };
    (certificate, contents)
}

fn key_place(certificate: &Certificate) -> KeyPlace<'_> {
    KeyPlace {
        account_id: &certificate.account_id,
        certificate_id: &certificate.id,
        fingerprint_sha256: &certificate.fingerprint_sha256,
        content_version: certificate.content_version,
    }
}
