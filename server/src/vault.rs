//! The vault: the only place where private keys are sealed and opened.
//!
//! Each private key is sealed with a data key of its own, and the data key is wrapped with the active version of the master key.
//! Both are bound to the account, the certificate, its fingerprint and the version of its contents: a row that is copied elsewhere
//! does not open. The master key lies in a file and never in the database; the database holds a check value for each version that
//! was ever active, by which a wrong file is noticed at the start and not when it is too late.

mod master_key_file;
mod sealing;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::certificate::PrivateKey;
use zeroize::Zeroizing;

pub use self::master_key_file::Error as MasterKeyFileError;
use self::master_key_file::{Created, MasterKeys};
use self::sealing::{Bound, SealingError, SealingKey};
use crate::clock::{NoRandomness, Randomness};
use crate::store::{self, MasterKeyCheck, SealedKey, Store};

/// What a check value says when it is opened.
const CHECK: &[u8] = b"signet master key";

/// Seals and opens private keys. Cheap to clone: all clones are one vault.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    keys: MasterKeys,
    active: i64,
    randomness: Arc<dyn Randomness>,
}

impl Vault {
    /// Opens the vault with the master key file at `path`.
    ///
    /// While the database holds no check value a missing file is created. Of several servers that start at once with a file of
    /// their own, one comes first and the others are refused.
    pub async fn open(path: &Path, store: &dyn Store, randomness: Arc<dyn Randomness>) -> Result<Self, Error> {
        let (keys, active) = match store.master_key_checks().await? {
            checks if checks.is_empty() => start_first(path, store, &*randomness).await?,
            checks => {
                let keys = master_key_file::read(path)?.ok_or_else(|| Error::Missing { path: path.to_owned() })?;
                let active = recognise(path, &keys, &checks)?;
                (keys, active)
            }
        };
        Ok(Self(Arc::new(Inner { keys, active, randomness })))
    }

    /// Seals a private key for one place, with a data key of its own.
    pub fn seal(&self, place: &Place<'_>, key: &PrivateKey) -> Result<SealedKey, Error> {
        self.seal_der(place, key.expose_der())
    }

    /// Opens a private key that was sealed for this place.
    pub fn open_key(&self, place: &Place<'_>, sealed: &SealedKey) -> Result<OpenedKey, Error> {
        let version = sealed.master_key_version;
        let master_key = self.0.keys.get(&version).ok_or(Error::LacksVersion { version })?;
        let data_key =
            master_key.open(&sealed.wrapped_data_key, &Bound::data_key(place, version)).ok_or(Error::DoesNotOpen)?;
        let data_key = SealingKey::from_bytes(&data_key).ok_or(Error::DoesNotOpen)?;
        let der = data_key.open(&sealed.sealed, &Bound::private_key(place)).ok_or(Error::DoesNotOpen)?;
        Ok(OpenedKey(der))
    }

    fn seal_der(&self, place: &Place<'_>, der: &[u8]) -> Result<SealedKey, Error> {
        let Inner { keys, active, randomness } = &*self.0;
        let master_key = keys.get(active).ok_or(Error::LacksVersion { version: *active })?;
        let data_key = SealingKey::random(&**randomness)?;
        Ok(SealedKey {
            master_key_version: *active,
            wrapped_data_key: master_key.seal(data_key.expose(), &Bound::data_key(place, *active), &**randomness)?,
            sealed: data_key.seal(der, &Bound::private_key(place), &**randomness)?,
        })
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
async fn start_first(path: &Path, store: &dyn Store, randomness: &dyn Randomness) -> Result<(MasterKeys, i64), Error> {
    let found = master_key_file::read(path)?;
    let created = if found.is_some() { Created::Already } else { master_key_file::create(path, randomness)? };
    let keys = match found {
        Some(keys) => keys,
        None => master_key_file::read(path)?.ok_or_else(|| Error::Missing { path: path.to_owned() })?,
    };
    insert_checks(&keys, store, randomness).await?;
    // Whoever came first, the database now says which file it is.
    match recognise(path, &keys, &store.master_key_checks().await?) {
        Ok(active) => Ok((keys, active)),
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

/// Whether these keys are the database's, and which version is active: the newest one that has a check value.
fn recognise(path: &Path, keys: &MasterKeys, checks: &[MasterKeyCheck]) -> Result<i64, Error> {
    let active = checks.iter().map(|check| check.version).max().unwrap_or_default();
    for MasterKeyCheck { version, sealed } in checks {
        match keys.get(version).map(|key| key.open(sealed, &Bound::check_value(*version))) {
            Some(Some(text)) if text.as_slice() == CHECK => {}
            Some(_) => return Err(Error::WrongKey { path: path.to_owned(), version: *version }),
            None if *version == active => return Err(Error::LacksVersion { version: active }),
            // It may have been taken out when nothing needed it any more.
            None => tracing::warn!(version, "the master key file lacks an older key"),
        }
    }
    Ok(active)
}

#[cfg(test)]
mod tests;
