//! Private keys as they lie in both databases: bound to their place, and wrapped anew while others store more.

use std::sync::Arc;
use std::time::Duration;

use app::certificate::{Kind, PrivateKey, Upload, validate};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use server::clock::{SystemClock, SystemRandomness};
use server::services::{CookieRules, Problem, Services, WhichKey};
use server::store::{Certificate, Contents};
use server::vault::{Place, Vault};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use tempfile::TempDir;

use crate::database::TestDatabase;
use crate::records::{account, account_id, at, certificate, uuid};

#[tokio::test]
async fn sqlite_rows_open_nowhere_else() {
    rows_open_nowhere_else(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn postgres_rows_open_nowhere_else() {
    rows_open_nowhere_else(TestDatabase::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_rotates_beside_others() {
    rotates_beside_others(TestDatabase::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_rotates_beside_others() {
    rotates_beside_others(TestDatabase::postgres().await).await;
}

#[tokio::test]
async fn sqlite_another_certificates_key_is_found() {
    another_certificates_key_is_found(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn postgres_another_certificates_key_is_found() {
    another_certificates_key_is_found(TestDatabase::postgres().await).await;
}

/// Sealed for a certificate to which it does not belong: it opens there, and is told apart all the same.
async fn another_certificates_key_is_found(database: TestDatabase) {
    let mut house = House::open(&database).await;
    house.accounts().await;
    house.store(1).await;
    house.key = key_of(&KeyPair::generate().unwrap());
    house.store(2).await;
    let all = house.services.verify_keys().await.unwrap();
    let bad: Vec<_> = all.bad.iter().map(|(key, problem)| (&key.id, *problem)).collect();
    assert_eq!((all.good, bad), (1, vec![(&uuid(2), Problem::OtherCertificates)]));
    house.services.store.close().await;
    database.remove().await;
}

/// Whoever can write to the database still cannot make a key open where it does not belong.
async fn rows_open_nowhere_else(database: TestDatabase) {
    let house = House::open(&database).await;
    house.accounts().await;
    for number in 1..=8 {
        house.store(number).await;
    }
    let all = house.services.verify_keys().await.unwrap();
    assert_eq!((all.good, all.bad), (8, Vec::new()));

    let (one, two, three, four) = (uuid(1), uuid(2), uuid(3), uuid(4));
    let column = |name: &str, from: &str| {
        format!("{name} = (select {name} from sealed_keys where certificate_id = '{from}' and content_version = 1)")
    };
    let all_of = |from: &str| ["wrapped_data_key", "sealed"].map(|name| column(name, from)).join(", ");
    let changes = [
        // A whole row, one half of it, and a whole certificate in another company.
        format!("update sealed_keys set {} where certificate_id = '{two}'", all_of(&one)),
        format!("update sealed_keys set {} where certificate_id = '{three}'", column("sealed", &one)),
        format!("update sealed_keys set {} where certificate_id = '{four}'", column("wrapped_data_key", &one)),
        format!("delete from certificate_search where certificate_id = '{}'", uuid(5)),
        format!("update certificates set account_id = '{}' where id = '{}'", account_id(2), uuid(5)),
        // A certificate that somebody else has the key of, in the place of the one that the key belongs to.
        format!(
            "update certificate_chains set der = (select der from certificate_chains where certificate_id = '{one}') \
             where certificate_id = '{}'",
            uuid(6)
        ),
        format!("delete from sealed_keys where certificate_id = '{}'", uuid(7)),
    ];
    for change in changes {
        execute(&database.url, &change).await;
    }
    let all = house.services.verify_keys().await.unwrap();
    let bad: Vec<_> = all.bad.iter().map(|(WhichKey { id, .. }, problem)| (id, *problem)).collect();
    let expected = [
        (&two, Problem::DoesNotOpen),
        (&three, Problem::DoesNotOpen),
        (&four, Problem::DoesNotOpen),
        (&uuid(5), Problem::DoesNotOpen),
        (&uuid(6), Problem::NoCertificate),
        (&uuid(7), Problem::Missing),
    ];
    assert_eq!((all.good, bad.as_slice()), (2, expected.as_slice()));

    // Even if the list is changed to say that it is this certificate, the key opens only for the one it was sealed for.
    let other = house.services.store.certificate(&account_id(1), &one).await.unwrap().unwrap().fingerprint_sha256;
    let place =
        Place { account_id: &account_id(1), certificate_id: &uuid(6), fingerprint_sha256: &other, content_version: 1 };
    let sealed = house.services.store.sealed_key(&account_id(1), &uuid(6), 1).await.unwrap().unwrap();
    assert!(house.services.vault.open_key(&place, &sealed).is_err());

    each_opening_is_recorded(&house).await;
    // A rotation leaves alone what does not open, and says so.
    house.services.add_master_key().await.unwrap();
    let rotation = house.services.rotate_master_key().await.unwrap();
    assert_eq!((rotation.active, rotation.rewrapped), (2, 3));
    assert_eq!((rotation.needed, rotation.unneeded), (vec![1], Vec::new()));
    assert_eq!(rotation.damaged.len(), 4);
    house.services.store.close().await;
    database.remove().await;
}

async fn each_opening_is_recorded(house: &House) {
    for account_id in [account_id(1), account_id(2)] {
        let entries = house.services.store.audit_entries(Some(&account_id), 0, 1000).await.unwrap();
        let openings: Vec<_> = entries.iter().filter(|entry| entry.action == "key.open").collect();
        let refused = openings.iter().filter(|entry| entry.result == "refused").count();
        // Eight the first time. Then six: two that open, and four that do not, one of them in the other company. One was not even
        // tried, since its certificate was another one, and one key was not there.
        let expected = if account_id == self::account_id(1) { (13, 3) } else { (1, 1) };
        assert_eq!((openings.len(), refused), expected, "{account_id}");
        assert!(openings.iter().all(|entry| entry.detail.starts_with("for signet keys verify")));
        server::services::audit::verify(&*house.services.store, Some(&account_id)).await.unwrap();
    }
}

/// Nothing that is stored while the master key is rotated is left with the older version.
async fn rotates_beside_others(database: TestDatabase) {
    let house = Arc::new(House::open(&database).await);
    house.accounts().await;
    for number in 1..=150 {
        house.store(number).await;
    }
    house.services.add_master_key().await.unwrap();
    assert_eq!(house.services.store.master_key_checks().await.unwrap().len(), 1, "a new version is not active yet");

    // Somebody has sealed a key and has not committed it yet: the rotation waits, and finds it.
    let mut transaction = house.services.store.begin().await.unwrap();
    let (certificate, contents) = house.certificate(151);
    let sealed = house.services.vault.seal(&mut *transaction, &place(&certificate), &house.key).await.unwrap();
    assert_eq!(sealed.master_key_version, 1);
    let rotating = {
        let house = Arc::clone(&house);
        tokio::spawn(async move { house.services.rotate_master_key().await.unwrap() })
    };
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!rotating.is_finished());
    transaction.insert_certificate(&certificate, &contents, Some(&sealed)).await.unwrap();
    transaction.commit().await.unwrap();
    let mut number = 152;
    while !rotating.is_finished() {
        house.store(number).await;
        number += 1;
    }
    let rotation = rotating.await.unwrap();
    assert!(rotation.rewrapped >= 151, "{rotation:?}");
    assert_eq!((rotation.active, rotation.unneeded.as_slice(), rotation.damaged.len()), (2, [1].as_slice(), 0));
    assert!(!house.services.store.needs_master_key(1).await.unwrap());

    seals_with_the_version_that_came_while_it_waited(&house, number).await;
    let again = house.services.rotate_master_key().await.unwrap();
    assert_eq!((again.active, again.rewrapped), (3, u64::from(number) - 1));
    let all = house.services.verify_keys().await.unwrap();
    assert_eq!((all.good, all.bad), (u64::from(number), Vec::new()));
    house.services.store.close().await;
    Arc::into_inner(house).unwrap();
    database.remove().await;
}

/// Somebody makes another version the active one, and somebody else seals before that is committed.
async fn seals_with_the_version_that_came_while_it_waited(house: &Arc<House>, number: u32) {
    house.services.add_master_key().await.unwrap();
    let mut transaction = house.services.store.begin().await.unwrap();
    assert_eq!(transaction.lock_master_key().await.unwrap().unwrap().version, 2);
    let sealing = {
        let house = Arc::clone(house);
        tokio::spawn(async move { house.store(number).await })
    };
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!sealing.is_finished(), "waits for the rotation");
    transaction.insert_master_key_check(&house.services.vault.new_check(3).unwrap()).await.unwrap();
    transaction.commit().await.unwrap();
    sealing.await.unwrap();
    let sealed = house.services.store.sealed_key(&account_id(1), &uuid(number), 1).await.unwrap().unwrap();
    assert_eq!(sealed.master_key_version, 3);
}

/// Services on a database, and certificates that all have one key.
struct House {
    services: Services,
    pair: KeyPair,
    key: PrivateKey,
    _folder: TempDir,
}

impl House {
    async fn open(database: &TestDatabase) -> Self {
        let folder = TempDir::new().unwrap();
        let store = database.connect().await;
        let vault = Vault::open(&folder.path().join("master.key"), &*store, Arc::new(SystemRandomness)).await.unwrap();
        let cookies = CookieRules { secure: true };
        let services = Services::new(store, vault, Arc::new(SystemClock), Arc::new(SystemRandomness), cookies);
        let pair = KeyPair::generate().unwrap();
        let key = key_of(&pair);
        Self { services, pair, key, _folder: folder }
    }

    async fn accounts(&self) {
        let mut transaction = self.services.store.begin().await.unwrap();
        transaction.insert_account(&account(1, "Example")).await.unwrap();
        transaction.insert_account(&account(2, "Another")).await.unwrap();
        transaction.commit().await.unwrap();
    }

    fn certificate(&self, number: u32) -> (Certificate, Contents) {
        let leaf = parameters(number).self_signed(&self.pair).unwrap().der().to_vec();
        let certificate = Certificate { fingerprint_sha256: fingerprint(&leaf), ..certificate(number, 30) };
        let contents = Contents {
            certificate_id: certificate.id.clone(),
            content_version: 1,
            text: String::new(),
            chain: vec![leaf],
            stored_at: at(0),
        };
        (certificate, contents)
    }

    async fn store(&self, number: u32) {
        let (certificate, contents) = self.certificate(number);
        let mut transaction = self.services.store.begin().await.unwrap();
        let sealed = self.services.vault.seal(&mut *transaction, &place(&certificate), &self.key).await.unwrap();
        transaction.insert_certificate(&certificate, &contents, Some(&sealed)).await.unwrap();
        transaction.commit().await.unwrap();
    }
}

fn key_of(pair: &KeyPair) -> PrivateKey {
    let pem = parameters(0).self_signed(pair).unwrap().pem() + &pair.serialize_pem();
    let upload = Upload { kind: Kind::Leaf, certificates: pem.as_bytes(), private_key: None, name: None };
    validate(&upload, at(0)).material.unwrap().private_key.unwrap()
}

fn parameters(number: u32) -> CertificateParams {
    let mut parameters = CertificateParams::new([format!("client-{number}.example")]).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, format!("client-{number}.example"));
    parameters.serial_number = Some(u64::from(number + 1).into());
    parameters.not_before = rcgen::date_time_ymd(2026, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(2028, 1, 1);
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    parameters
}

fn fingerprint(der: &[u8]) -> String {
    hex::encode(Sha256::digest(der))
}

fn place(certificate: &Certificate) -> Place<'_> {
    Place {
        account_id: &certificate.account_id,
        certificate_id: &certificate.id,
        fingerprint_sha256: &certificate.fingerprint_sha256,
        content_version: certificate.content_version,
    }
}

/// What somebody does who has the database's password.
async fn execute(url: &str, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        connection.execute(sql).await.unwrap();
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        connection.execute(sql).await.unwrap();
    }
}
