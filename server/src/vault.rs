//! The vault: the only place where private keys are sealed and opened.
//!
//! Each private key is sealed with a data key of its own, and the data key is wrapped with the active version of the master key.
//! Both are bound to the account, the certificate, its fingerprint and the version of its contents: a row that is copied elsewhere
//! does not open. The master key lies in a file and never in the database; the database holds a check value for each version that
//! was ever active, by which a wrong file is noticed at the start and not when it is too late. The newest of them is the active one:
//! it is asked for in the transaction that stores a key, so that all servers seal with the same one, also while it is rotated.

mod key_ring;
mod master_key_file;
mod sealing;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::certificate::PrivateKey;
use zeroize::Zeroizing;

use self::key_ring::KeyRing;
pub use self::master_key_file::Error as MasterKeyFileError;
use self::master_key_file::{Created, MasterKeys};
use self::sealing::{Bound, SealingError, SealingKey};
use crate::clock::{NoRandomness, Randomness};
use crate::store::{self, MasterKeyCheck, SealedKey, Store, Transaction};

/// What a check value says when it is opened.
const CHECK: &[u8] = b"signet master key";

/// Seals and opens private keys. Cheap to clone: all clones are one vault.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    keys: KeyRing,
    randomness: Arc<dyn Randomness>,
}

impl Vault {
    /// Opens the vault with the master key file at `path`.
    ///
    /// While the database holds no check value a missing file is created. Of several servers that start at once with a file of
    /// their own, one comes first and the others are refused.
    pub async fn open(path: &Path, store: &dyn Store, randomness: Arc<dyn Randomness>) -> Result<Self, Error> {
        let keys = match store.master_key_checks().await? {
            checks if checks.is_empty() => start_first(path, store, &*randomness).await?,
            checks => {
                let keys = master_key_file::read(path)?.ok_or_else(|| Error::Missing { path: path.to_owned() })?;
                recognise(path, &keys, &checks)?;
                keys
            }
        };
        Ok(Self(Arc::new(Inner { keys: KeyRing::new(path, keys), randomness })))
    }

    /// Whether every version of the master key that the database needs is there; the file is read again for those that are not.
    ///
    /// # Errors
    /// What [`Vault::seal`] and [`Vault::open_key`] would fail with.
    pub async fn ready(&self, store: &dyn Store) -> Result<(), Error> {
        let checks = store.master_key_checks().await?;
        let active = checks.last().map(|check| check.version);
        for check in &checks {
            match self.0.keys.with(check.version, |key| self.recognise(key, check)) {
                // It may have been taken out when nothing needed it any more.
                Err(Error::LacksVersion { version })
                    if active != Some(version) && !store.needs_master_key(version).await? => {}
                other => other?,
            }
        }
        Ok(())
    }

    /// Seals a private key for one place, with a data key of its own and the active version of the master key. No rotation comes
    /// between this and the end of the transaction, in which the key is to be stored.
    pub async fn seal(
        &self,
        transaction: &mut dyn Transaction,
        place: &Place<'_>,
        key: &PrivateKey,
    ) -> Result<SealedKey, Error> {
        let check = transaction.hold_master_key().await?.ok_or(Error::NoCheck)?;
        self.seal_bytes(&check, place, key.expose_der())
    }

    /// Seals a secret header's value for one place, as [`Vault::seal`] does a key.
    pub async fn seal_header(
        &self,
        transaction: &mut dyn Transaction,
        place: &HeaderPlace<'_>,
        value: &str,
    ) -> Result<SealedKey, Error> {
        let check = transaction.hold_master_key().await?.ok_or(Error::NoCheck)?;
        self.seal_bytes(&check, place, value.as_bytes())
    }

    /// Opens a private key that was sealed for this place.
    pub fn open_key(&self, place: &Place<'_>, sealed: &SealedKey) -> Result<OpenedKey, Error> {
        Ok(OpenedKey(self.open_bytes(place, sealed)?))
    }

    /// Opens a secret header's value that was sealed for this place.
    pub fn open_header(&self, place: &HeaderPlace<'_>, sealed: &SealedKey) -> Result<OpenedHeader, Error> {
        Ok(OpenedHeader(self.open_bytes(place, sealed)?))
    }

    /// The same sealed key or header value with its data key wrapped by another version of the master key, the one of this check value.
    /// What is sealed stays so.
    pub fn rewrap<S: Seat>(&self, place: &S, sealed: SealedKey, check: &MasterKeyCheck) -> Result<SealedKey, Error> {
        let data_key = self.unwrap(place, &sealed)?;
        let wrapped_data_key = self.wrap(place, &data_key, check)?;
        Ok(SealedKey { master_key_version: check.version, wrapped_data_key, ..sealed })
    }

    /// The versions of the master key that the file has at this moment, oldest first.
    pub fn versions_in_file(&self) -> Result<Vec<i64>, Error> {
        self.0.keys.versions_in_file()
    }

    /// A check value for a version of the file, with which it is made the active one.
    pub fn new_check(&self, version: i64) -> Result<MasterKeyCheck, Error> {
        self.0.keys.with(version, |key| {
            let sealed = key.seal(CHECK, &Bound::check_value(version), &*self.0.randomness)?;
            Ok(MasterKeyCheck { version, sealed })
        })
    }

    /// Appends a new version of the master key to the file, and answers with its number. It is used for nothing until it is made
    /// the active one.
    pub fn add_version(&self) -> Result<i64, Error> {
        Ok(master_key_file::append(self.0.keys.path(), &*self.0.randomness)?)
    }

    fn open_bytes<S: Seat>(&self, place: &S, sealed: &SealedKey) -> Result<Zeroizing<Vec<u8>>, Error> {
        let data_key = self.unwrap(place, sealed)?;
        data_key.open(&sealed.sealed, &Bound::contents(place)).ok_or(Error::DoesNotOpen)
    }

    fn seal_bytes<S: Seat>(&self, check: &MasterKeyCheck, place: &S, plain: &[u8]) -> Result<SealedKey, Error> {
        let data_key = SealingKey::random(&*self.0.randomness)?;
        Ok(SealedKey {
            master_key_version: check.version,
            wrapped_data_key: self.wrap(place, &data_key, check)?,
            sealed: data_key.seal(plain, &Bound::contents(place), &*self.0.randomness)?,
        })
    }

    /// Wraps a data key, with the master key that the check value proves to be the database's.
    fn wrap<S: Seat>(&self, place: &S, data_key: &SealingKey, check: &MasterKeyCheck) -> Result<Vec<u8>, Error> {
        let bound = Bound::data_key(place, check.version);
        self.0.keys.with(check.version, |key| {
            self.recognise(key, check)?;
            Ok(key.seal(data_key.expose(), &bound, &*self.0.randomness)?)
        })
    }

    fn unwrap<S: Seat>(&self, place: &S, sealed: &SealedKey) -> Result<SealingKey, Error> {
        let version = sealed.master_key_version;
        let bound = Bound::data_key(place, version);
        self.0.keys.with(version, |key| {
            let data_key = key.open(&sealed.wrapped_data_key, &bound).ok_or(Error::DoesNotOpen)?;
            SealingKey::from_bytes(&data_key).ok_or(Error::DoesNotOpen)
        })
    }

    fn recognise(&self, key: &SealingKey, check: &MasterKeyCheck) -> Result<(), Error> {
        let path = || self.0.keys.path().to_owned();
        if opens(key, check) { Ok(()) } else { Err(Error::WrongKey { path: path(), version: check.version }) }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Vault(…)")
    }
}

/// Where a sealed key belongs. It opens nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The account's id.
    pub account_id: &'a str,
    /// The certificate's id.
    pub certificate_id: &'a str,
    /// SHA-256 of the leaf's DER, 64 lower-case hex digits.
    pub fingerprint_sha256: &'a str,
    /// Version of the certificate's contents.
    pub content_version: i64,
}

/// Where a secret header's value belongs. It opens nowhere else; the header may change its place among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderPlace<'a> {
    /// The account's id.
    pub account_id: &'a str,
    /// The API node's id.
    pub node_id: &'a str,
    /// The header's name; it is compared in lower case (RFC 9110 section 5.1).
    pub header: &'a str,
}

/// Where something sealed belongs: [`Place`] or [`HeaderPlace`].
#[expect(private_interfaces, reason = "only the vault's own places have it")]
pub trait Seat {
    /// What is sealed, in words that are bound to it.
    const CONTENTS: &'static str;
    /// The same of its data key.
    const DATA_KEY: &'static str;
    /// Binds the place.
    fn bind(&self, bound: Bound) -> Bound;
}

#[expect(private_interfaces, reason = "as above")]
impl Seat for Place<'_> {
    const CONTENTS: &'static str = "signet private key";
    const DATA_KEY: &'static str = "signet data key";

    fn bind(&self, bound: Bound) -> Bound {
        bound
            .and(self.account_id.as_bytes())
            .and(self.certificate_id.as_bytes())
            .and(self.fingerprint_sha256.as_bytes())
            .and(&self.content_version.to_be_bytes())
    }
}

#[expect(private_interfaces, reason = "as above")]
impl Seat for HeaderPlace<'_> {
    const CONTENTS: &'static str = "signet header value";
    const DATA_KEY: &'static str = "signet header data key";

    fn bind(&self, bound: Bound) -> Bound {
        bound
            .and(self.account_id.as_bytes())
            .and(self.node_id.as_bytes())
            .and(self.header.to_ascii_lowercase().as_bytes())
    }
}

/// A secret header's value that was opened. Wiped from memory when dropped; `Debug` is blank, and there is no `Serialize`.
pub struct OpenedHeader(Zeroizing<Vec<u8>>);

impl OpenedHeader {
    /// The value; empty if it is no text, which is never sealed.
    pub fn expose(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for OpenedHeader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OpenedHeader(…)")
    }
}

/// A private key that was opened: DER of a PKCS#8 `PrivateKeyInfo`, not encrypted.
///
/// Wiped from memory when dropped; `Debug` is blank, and there is no `Serialize`.
pub struct OpenedKey(Zeroizing<Vec<u8>>);

impl OpenedKey {
    /// The DER bytes.
    pub fn expose_der(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for OpenedKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OpenedKey(…)")
    }
}

/// Why the vault did not do it. No variant holds anything secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The master key file cannot be taken: the message says what to do with it.
    #[error(transparent)]
    MasterKeyFile(#[from] MasterKeyFileError),
    /// The database holds keys that were sealed with a master key, and the file with it is not there: put it there.
    #[error("the master key file {} is missing, and this database belongs to one: put the file there", path.display())]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The file's key of this version is not the one that the database belongs to: put the right file there.
    #[error("the master key file {} does not belong to this database: its key number {version} is another one", path.display())]
    WrongKey {
        /// The file.
        path: PathBuf,
        /// Version of the master key.
        version: i64,
    },
    /// Another server that started at the same time came first: copy its master key file here.
    #[error("another server made the master key of this database: copy its master key file to {}", path.display())]
    NotFirst {
        /// Where the file should be.
        path: PathBuf,
    },
    /// The file lacks a version of the master key: copy the newest file here.
    #[error("the master key file lacks the key number {version}")]
    LacksVersion {
        /// Version of the master key.
        version: i64,
    },
    /// The database has no check value any more, with which the active version could be told: restore it from a backup.
    #[error("the database has no check value of a master key")]
    NoCheck,
    /// A sealed key was changed in the database, or copied to where it does not belong: restore it from a backup.
    #[error("a sealed key does not open in its place")]
    DoesNotOpen,
    /// The key is longer than what can be sealed: a mistake in Signet.
    #[error("a key is too long to be sealed")]
    TooLong,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The operating system gave no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl From<SealingError> for Error {
    fn from(error: SealingError) -> Self {
        match error {
            SealingError::NoRandomness(error) => error.into(),
            SealingError::TooLong => Self::TooLong,
        }
    }
}

/// The very first start: takes the file that is there, else creates one, and stores the check values.
async fn start_first(path: &Path, store: &dyn Store, randomness: &dyn Randomness) -> Result<MasterKeys, Error> {
    let found = master_key_file::read(path)?;
    let created = if found.is_some() { Created::Already } else { master_key_file::create(path, randomness)? };
    let keys = match found {
        Some(keys) => keys,
        None => master_key_file::read(path)?.ok_or_else(|| Error::Missing { path: path.to_owned() })?,
    };
    insert_checks(&keys, store, randomness).await?;
    // Whoever came first, the database now says which file it is.
    match recognise(path, &keys, &store.master_key_checks().await?) {
        Ok(()) => Ok(keys),
        Err(_another_key) => {
            if created == Created::New {
                // Nothing was sealed with it, and it would only be mistaken for the right one.
                std::fs::remove_file(path)
                    .map_err(|source| MasterKeyFileError::Io { path: path.to_owned(), source })?;
            }
            Err(Error::NotFirst { path: path.to_owned() })
        }
    }
}

/// Stores the check values of all versions of a new database's file, or none if another server was quicker.
async fn insert_checks(keys: &MasterKeys, store: &dyn Store, randomness: &dyn Randomness) -> Result<(), Error> {
    let mut transaction = store.begin().await?;
    for (version, key) in keys {
        let sealed = key.seal(CHECK, &Bound::check_value(*version), randomness)?;
        match transaction.insert_master_key_check(&MasterKeyCheck { version: *version, sealed }).await {
            Ok(()) => {}
            Err(store::Error::Taken { .. }) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(transaction.commit().await?)
}

/// Whether these keys are the database's. The newest version that has a check value is the active one, and has to be there.
fn recognise(path: &Path, keys: &MasterKeys, checks: &[MasterKeyCheck]) -> Result<(), Error> {
    let active = checks.iter().map(|check| check.version).max().unwrap_or_default();
    for check in checks {
        let version = check.version;
        match keys.get(&version).map(|key| opens(key, check)) {
            Some(true) => {}
            Some(false) => return Err(Error::WrongKey { path: path.to_owned(), version }),
            None if version == active => return Err(Error::LacksVersion { version }),
            // It may have been taken out when nothing needed it any more.
            None => tracing::warn!(version, "the master key file lacks an older key"),
        }
    }
    Ok(())
}

fn opens(key: &SealingKey, check: &MasterKeyCheck) -> bool {
    key.open(&check.sealed, &Bound::check_value(check.version)).is_some_and(|text| text.as_slice() == CHECK)
}

#[cfg(test)]
mod tests;
