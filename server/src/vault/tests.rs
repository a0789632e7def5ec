use std::fs;
use std::os::unix::fs::PermissionsExt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;

use super::*;
use crate::clock::SystemRandomness;

const PLACE: Place<'_> = Place {
    account_id: "0123456789abcdef0123456789abcdef",
    certificate_id: "6b1f5a0e-6f53-4a36-9d8f-0d4b2ef5a111",
    fingerprint_sha256: "e5bf1f03",
    content_version: 1,
};
const KEY: &[u8] = b"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg";

#[tokio::test]
async fn opens_what_it_sealed_also_after_a_restart() {
    let house = House::new().await;
    let sealed = house.seal(&house.open().await.unwrap()).await.unwrap();
    assert_eq!(sealed.master_key_version, 1);
    let again = house.open().await.unwrap();
    assert_eq!(again.open_key(&PLACE, &sealed).unwrap().expose_der(), KEY);
}

#[tokio::test]
async fn each_key_has_a_data_key_of_its_own() {
    let house = House::new().await;
    let vault = house.open().await.unwrap();
    let (one, other) = (house.seal(&vault).await.unwrap(), house.seal(&vault).await.unwrap());
    assert_ne!(one.wrapped_data_key, other.wrapped_data_key);
    assert_ne!(one.sealed, other.sealed);
    let mixed = SealedKey { wrapped_data_key: other.wrapped_data_key, ..one };
    assert!(matches!(vault.open_key(&PLACE, &mixed), Err(Error::DoesNotOpen)));
}

#[tokio::test]
async fn nothing_changed_or_moved_opens() {
    let house = House::new().await;
    let vault = house.open().await.unwrap();
    let sealed = house.seal(&vault).await.unwrap();
    let places = [
        Place { account_id: "0123456789abcdef0123456789abcdee", ..PLACE },
        Place { certificate_id: "6b1f5a0e-6f53-4a36-9d8f-0d4b2ef5a112", ..PLACE },
        Place { fingerprint_sha256: "e5bf1f04", ..PLACE },
        Place { content_version: 2, ..PLACE },
    ];
    for place in places {
        assert!(matches!(vault.open_key(&place, &sealed), Err(Error::DoesNotOpen)), "{place:?}");
    }
    for byte in 0..sealed.wrapped_data_key.len() {
        let mut changed = sealed.clone();
        changed.wrapped_data_key[byte] ^= 1;
        assert!(matches!(vault.open_key(&PLACE, &changed), Err(Error::DoesNotOpen)), "byte {byte} of the data key");
    }
    for byte in 0..sealed.sealed.len() {
        let mut changed = sealed.clone();
        changed.sealed[byte] ^= 0x80;
        assert!(matches!(vault.open_key(&PLACE, &changed), Err(Error::DoesNotOpen)), "byte {byte} of the key");
    }
    let empty = SealedKey { wrapped_data_key: Vec::new(), ..sealed.clone() };
    assert!(matches!(vault.open_key(&PLACE, &empty), Err(Error::DoesNotOpen)));
}

#[tokio::test]
async fn each_version_of_the_master_key_opens_its_own() {
    let house = House::new().await;
    house.write("1:", 1);
    let vault = house.open().await.unwrap();
    let sealed = house.seal(&vault).await.unwrap();
    let of_another = SealedKey { master_key_version: 2, ..sealed.clone() };
    assert!(matches!(vault.open_key(&PLACE, &of_another), Err(Error::LacksVersion { version: 2 })));

    // A second version lies in the file; the first stays active until it is made so.
    house.append("2:", 2);
    let vault = house.open().await.unwrap();
    assert_eq!(house.seal(&vault).await.unwrap().master_key_version, 1);
    assert!(vault.open_key(&PLACE, &sealed).is_ok());
    assert!(
        matches!(vault.open_key(&PLACE, &of_another), Err(Error::DoesNotOpen)),
        "with a key that it was not sealed with"
    );
}

#[tokio::test]
async fn a_version_that_came_later_is_read_when_it_is_met() {
    let house = House::new().await;
    house.write("1:", 1);
    let (one, other) = (house.open().await.unwrap(), house.open().await.unwrap());
    let old = house.seal(&one).await.unwrap();
    assert_eq!(one.add_version().unwrap(), 2);
    house.activate(&one, 2).await;
    let new = house.seal(&one).await.unwrap();
    assert_eq!(new.master_key_version, 2);

    // The other one has read the file before there was a second version.
    assert!(other.open_key(&PLACE, &new).is_ok());
    assert_eq!(house.seal(&other).await.unwrap().master_key_version, 2);
    assert!(other.open_key(&PLACE, &old).is_ok(), "the first version is still there");
    assert!(one.ready(&*house.store).await.is_ok() && other.ready(&*house.store).await.is_ok());
}

#[tokio::test]
async fn without_the_new_version_nothing_is_sealed_until_the_file_is_there() {
    let house = House::new().await;
    house.write("1:", 1);
    let folder = TempDir::new().unwrap();
    let elsewhere = folder.path().join("master.key");
    write(&elsewhere, &line("1:", 1));
    house.open().await.unwrap();
    let other = Vault::open(&elsewhere, &*house.store, Arc::new(SystemRandomness)).await.unwrap();

    house.append("2:", 2);
    let vault = house.open().await.unwrap();
    house.activate(&vault, 2).await;
    let sealed = house.seal(&vault).await.unwrap();
    assert!(matches!(other.ready(&*house.store).await, Err(Error::LacksVersion { version: 2 })));
    assert!(matches!(other.open_key(&PLACE, &sealed), Err(Error::LacksVersion { version: 2 })));
    assert!(matches!(house.seal(&other).await, Err(Error::LacksVersion { version: 2 })));

    // Somebody has made a second version there as well, which is another key: nothing is sealed with it.
    write(&elsewhere, &(line("1:", 1) + &line("2:", 9)));
    assert!(matches!(other.ready(&*house.store).await, Err(Error::WrongKey { version: 2, .. })));
    assert!(matches!(house.seal(&other).await, Err(Error::WrongKey { version: 2, .. })));

    write(&elsewhere, &(line("1:", 1) + &line("2:", 2)));
    assert!(other.open_key(&PLACE, &sealed).is_ok());
    assert!(other.ready(&*house.store).await.is_ok());
    // A file that is damaged later does not take away what was read.
    write(&elsewhere, "");
    assert!(other.open_key(&PLACE, &sealed).is_ok());
    assert!(house.seal(&other).await.is_ok());
}

#[tokio::test]
async fn a_wrong_key_that_was_read_at_the_start_is_replaced_by_the_right_one() {
    let house = House::new().await;
    house.write("1:", 1);
    house.open().await.unwrap();
    let folder = TempDir::new().unwrap();
    let elsewhere = folder.path().join("master.key");
    write(&elsewhere, &(line("1:", 1) + &line("2:", 9)));
    // Nobody can know yet which key the second one will be.
    let other = Vault::open(&elsewhere, &*house.store, Arc::new(SystemRandomness)).await.unwrap();
    house.append("2:", 2);
    let vault = house.open().await.unwrap();
    house.activate(&vault, 2).await;
    let sealed = house.seal(&vault).await.unwrap();
    assert!(matches!(house.seal(&other).await, Err(Error::WrongKey { version: 2, .. })));
    assert!(matches!(other.open_key(&PLACE, &sealed), Err(Error::DoesNotOpen)));
    write(&elsewhere, &(line("1:", 1) + &line("2:", 2)));
    assert!(house.seal(&other).await.is_ok());
    assert!(other.open_key(&PLACE, &sealed).is_ok());
}

#[tokio::test]
async fn an_older_version_may_go_once_nothing_needs_it() {
    let house = House::new().await;
    house.write("1:", 1);
    house.append("2:", 2);
    house.open().await.unwrap();
    house.write("2:", 2);
    let vault = house.open().await.unwrap();
    assert!(vault.ready(&*house.store).await.is_ok());
    assert_eq!(vault.versions_in_file().unwrap(), [2]);
}

#[tokio::test]
async fn a_key_is_wrapped_anew_and_stays_sealed() {
    let house = House::new().await;
    house.write("1:", 1);
    let vault = house.open().await.unwrap();
    let old = house.seal(&vault).await.unwrap();
    house.append("2:", 2);
    house.activate(&vault, 2).await;
    let check = house.check().await;

    let new = vault.rewrap(&PLACE, old.clone(), &check).unwrap();
    assert_eq!((new.master_key_version, &new.sealed), (2, &old.sealed));
    assert_ne!(new.wrapped_data_key, old.wrapped_data_key);
    assert_eq!(vault.open_key(&PLACE, &new).unwrap().expose_der(), KEY);
    let elsewhere = Place { certificate_id: "other", ..PLACE };
    assert!(matches!(vault.rewrap(&elsewhere, old, &check), Err(Error::DoesNotOpen)));
}

#[tokio::test]
async fn a_new_database_takes_the_file_that_is_there() {
    let house = House::new().await;
    house.write("1:", 1);
    house.append("3:", 3);
    let before = fs::read(&house.file).unwrap();
    assert_eq!(house.seal(&house.open().await.unwrap()).await.unwrap().master_key_version, 3);
    assert_eq!(fs::read(&house.file).unwrap(), before);
}

#[tokio::test]
async fn a_database_that_belongs_to_a_master_key_gets_no_new_one() {
    let house = House::new().await;
    house.open().await.unwrap();
    fs::remove_file(&house.file).unwrap();
    let error = house.open().await.unwrap_err();
    assert!(matches!(error, Error::Missing { .. }), "{error}");
    assert!(!house.file.exists());
}

#[tokio::test]
async fn a_wrong_file_is_refused() {
    let house = House::new().await;
    house.write("1:", 1);
    house.open().await.unwrap();

    house.write("1:", 9);
    assert!(matches!(house.open().await, Err(Error::WrongKey { version: 1, .. })));
    house.write("2:", 1);
    assert!(matches!(house.open().await, Err(Error::LacksVersion { version: 1 })));
    house.write("1:", 1);
    fs::set_permissions(&house.file, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(house.open().await, Err(Error::MasterKeyFile(MasterKeyFileError::OpenToOthers { .. }))));
    fs::set_permissions(&house.file, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(house.open().await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_that_start_at_once_with_files_of_their_own_one_wins() {
    let house = House::new().await;
    let folders: Vec<_> = (0..6).map(|_| TempDir::new().unwrap()).collect();
    let starts = folders.iter().map(|folder| {
        let (store, file) = (Arc::clone(&house.store), folder.path().join("master.key"));
        tokio::spawn(async move { Vault::open(&file, &*store, Arc::new(SystemRandomness)).await })
    });
    let mut won = Vec::new();
    for (number, start) in starts.collect::<Vec<_>>().into_iter().enumerate() {
        let file = folders[number].path().join("master.key");
        match start.await.unwrap() {
            Ok(vault) => won.push((vault, file)),
            // Who finds the database taken before it has made a file is told that it is missing.
            Err(Error::NotFirst { .. } | Error::Missing { .. }) => assert!(!file.exists(), "no wrong file is left"),
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(won.len(), 1);
    let (vault, file) = &won[0];
    let sealed = house.seal(vault).await.unwrap();
    let again = Vault::open(file, &*house.store, Arc::new(SystemRandomness)).await.unwrap();
    assert!(again.open_key(&PLACE, &sealed).is_ok());
}

#[tokio::test]
async fn who_comes_second_with_another_file_is_refused_and_its_file_stays() {
    let house = House::new().await;
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("master.key");
    write(&file, &line("1:", 9));
    // Between the look at the database and the insertion somebody else was first.
    house.open().await.unwrap();
    let error = start_first(&file, &*house.store, &SystemRandomness).await.unwrap_err();
    assert!(matches!(error, Error::NotFirst { .. }), "{error}");
    assert!(file.exists(), "it was there before");
    assert!(matches!(Vault::open(&file, &*house.store, Arc::new(SystemRandomness)).await, Err(Error::WrongKey { .. })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_that_start_at_once_with_one_file_all_come_up() {
    let house = House::new().await;
    let starts: Vec<_> = (0..6)
        .map(|_| {
            let (store, file) = (Arc::clone(&house.store), house.file.clone());
            tokio::spawn(async move { Vault::open(&file, &*store, Arc::new(SystemRandomness)).await })
        })
        .collect();
    let mut vaults = Vec::new();
    for start in starts {
        vaults.push(start.await.unwrap().unwrap());
    }
    let sealed = house.seal(&vaults[0]).await.unwrap();
    assert!(vaults.iter().all(|vault| vault.open_key(&PLACE, &sealed).is_ok()));
}

#[tokio::test]
async fn says_nothing_secret() {
    let house = House::new().await;
    let vault = house.open().await.unwrap();
    let sealed = house.seal(&vault).await.unwrap();
    assert_eq!(format!("{vault:?}"), "Vault(…)");
    assert_eq!(format!("{:?}", vault.open_key(&PLACE, &sealed).unwrap()), "OpenedKey(…)");

    let file = fs::read_to_string(&house.file).unwrap();
    let key = file.trim().strip_prefix("1:").unwrap();
    house.write("1:", 9);
    let wrong = house.open().await.unwrap_err();
    fs::write(&house.file, format!("1:{}", &key[1..])).unwrap();
    let damaged = house.open().await.unwrap_err();
    for said in [format!("{wrong}{wrong:?}"), format!("{damaged}{damaged:?}")] {
        assert!(said.contains("master.key"), "{said}");
        assert!(!said.contains(&key[4..12]), "{said}");
    }
}

/// A database and a place for its master key file.
struct House {
    store: Arc<dyn Store>,
    file: PathBuf,
    _folder: TempDir,
}

impl House {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let store = store::connect(&format!("sqlite:{}", folder.path().join("signet.db").display())).await.unwrap();
        Self { store, file: folder.path().join("master.key"), _folder: folder }
    }

    async fn open(&self) -> Result<Vault, Error> {
        Vault::open(&self.file, &*self.store, Arc::new(SystemRandomness)).await
    }

    /// Seals the key with the active version.
    async fn seal(&self, vault: &Vault) -> Result<SealedKey, Error> {
        vault.seal_bytes(&self.check().await, &PLACE, KEY)
    }

    /// The active version's check value.
    async fn check(&self) -> MasterKeyCheck {
        self.store.master_key_checks().await.unwrap().pop().unwrap()
    }

    /// Makes a version the active one.
    async fn activate(&self, vault: &Vault, version: i64) {
        let mut transaction = self.store.begin().await.unwrap();
        transaction.insert_master_key_check(&vault.new_check(version).unwrap()).await.unwrap();
        transaction.commit().await.unwrap();
    }

    fn write(&self, number: &str, byte: u8) {
        write(&self.file, &line(number, byte));
    }

    fn append(&self, number: &str, byte: u8) {
        let before = fs::read_to_string(&self.file).unwrap();
        write(&self.file, &(before + &line(number, byte)));
    }
}

fn line(number: &str, byte: u8) -> String {
    format!("{number}{}\n", STANDARD.encode([byte; 32]))
}

fn write(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
}
