//! Made-up records for tests of the store.

use app::service::{ListFilter, ListSort};
use app::timestamp::Timestamp;
use server::store::{Account, AuditEntry, Certificate, Contents, Listing, Moment, SealedKey, Store, User};
use sha2::{Digest, Sha256};

/// So many seconds after the story begins.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000).plus_seconds(seconds)
}

/// An account's id.
pub fn account_id(number: u32) -> String {
    format!("{number:032x}")
}

/// A user's or certificate's id.
pub fn uuid(number: u32) -> String {
    format!("{number:08x}-0000-4000-8000-000000000000")
}

/// An account.
pub fn account(number: u32, name: &str) -> Account {
    Account { id: account_id(number), name: name.to_owned(), created_at: at(0) }
}

/// A user.
pub fn user(number: u32, email: &str) -> User {
    User {
        id: uuid(number),
        email: email.to_owned(),
        name: format!("Person {number}"),
        password_hash: "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA".to_owned(),
        created_at: at(0),
    }
}

/// A certificate of account 1 with a fingerprint of its own, valid for so many days.
pub fn certificate(number: u32, days: i64) -> Certificate {
    Certificate {
        id: uuid(number),
        account_id: account_id(1),
        name: format!("Zertifikat {number} – für Łódź"),
        ca: false,
        primary: false,
        content_version: 1,
        fingerprint_sha256: format!("{number:064x}"),
        public_key_sha256: format!("{:064x}", number + 1000),
        subject: format!("CN=client-{number},O=Example"),
        issued_to: format!("client-{number}"),
        issuer: "CN=Issuing CA,O=Example".to_owned(),
        issuer_name: "Issuing CA".to_owned(),
        api_issuer: "CN=Issuing CA,O=Example".to_owned(),
        signature: "ECDSAWithSHA384".to_owned(),
        serial_number: "340282366920938463463374607431768211455".to_owned(),
        key_type: "EC P-256".to_owned(),
        not_before: at(-86_400),
        not_after: at(86_400 * days),
        uploaded_on: at(i64::from(number)),
        changed_at: at(i64::from(number)),
        changed_by: "Person 1".to_owned(),
        deleted_on: None,
        allowed_hosts: vec!["api.example".to_owned(), "*.example".to_owned()],
        version: 1,
    }
}

/// A certificate's first contents.
pub fn contents(certificate: &Certificate) -> Contents {
    Contents {
        certificate_id: certificate.id.clone(),
        content_version: certificate.content_version,
        text: "-----BEGIN CERTIFICATE-----\r\n…\r\n".to_owned(),
        chain: vec![vec![0x30, 0x03, 0, 255, 1], vec![0x30, 0x01, 2], vec![0x30, 0x01, 1]],
        stored_at: certificate.uploaded_on,
    }
}

/// A sealed key whose bytes are all this one.
pub fn sealed_key(byte: u8) -> SealedKey {
    SealedKey { master_key_version: 1, wrapped_data_key: vec![byte; 72], sealed: vec![byte; 300] }
}

/// One page of an account's certificates, soonest expiry first; those that were deleted after this time instead, latest first.
pub async fn listed(
    store: &dyn Store,
    account_id: &str,
    deleted_after: Option<Timestamp>,
    offset: u64,
    limit: u32,
) -> Vec<Certificate> {
    let restorable_after = deleted_after.unwrap_or(at(0));
    let filter = if deleted_after.is_some() { ListFilter::Deleted } else { ListFilter::All };
    let moment = Moment { now: at(0), restorable_after };
    let listing = Listing { moment, filter, term: String::new(), sort: ListSort::default() };
    let found = store.count_listed(account_id, &listing).await.unwrap();
    let page = store.certificates_listed(account_id, &listing, &found, offset, limit).await.unwrap();
    page.into_iter().map(|listed| listed.certificate).collect()
}

/// How many certificates of an account are there, and how many were deleted after this time.
pub async fn counts(store: &dyn Store, account_id: &str, deleted_after: Timestamp) -> (u64, u64) {
    let moment = Moment { now: at(0), restorable_after: deleted_after };
    let counts = store.certificate_counts(account_id, moment).await.unwrap();
    (counts.all.number, counts.deleted.number)
}

/// Stores account 1 and, in it, these certificates with their contents and keys.
pub async fn store_certificates(store: &dyn Store, certificates: &[Certificate]) {
    let mut transaction = store.begin().await.unwrap();
    transaction.insert_account(&account(1, "Example")).await.unwrap();
    for certificate in certificates {
        transaction.insert_certificate(certificate, &contents(certificate), Some(&sealed_key(7))).await.unwrap();
    }
    transaction.commit().await.unwrap();
}

/// The entry that follows this end of a chain.
pub fn next_entry(account_id: Option<&str>, (sequence, hash): (i64, [u8; 32]), action: &str) -> AuditEntry {
    AuditEntry {
        account_id: account_id.map(str::to_owned),
        sequence: sequence + 1,
        at: at(sequence),
        actor_kind: "person".to_owned(),
        actor_id: Some(uuid(1)),
        actor_name: "Person 1".to_owned(),
        address: Some("2001:db8::1".to_owned()),
        action: action.to_owned(),
        object_id: None,
        object_name: String::new(),
        result: "done".to_owned(),
        detail: format!("entry {}", sequence + 1),
        previous_hash: hash,
        hash: Sha256::digest([hash.as_slice(), action.as_bytes()].concat()).into(),
    }
}

/// Appends an entry in a transaction of its own.
pub async fn append_audit(store: &dyn Store, account_id: Option<&str>, action: &str) -> AuditEntry {
    let mut transaction = store.begin().await.unwrap();
    let end = transaction.lock_audit_chain(account_id).await.unwrap();
    let entry = next_entry(account_id, end, action);
    transaction.append_audit(&entry).await.unwrap();
    transaction.commit().await.unwrap();
    entry
}
