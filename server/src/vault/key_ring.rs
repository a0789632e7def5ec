//! The versions of the master key that this process holds, and the file in which it looks for others.

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use super::Error;
use super::master_key_file::{self, MasterKeys};
use super::sealing::SealingKey;

/// The keys that were read, and where from.
pub(super) struct KeyRing {
    path: PathBuf,
    keys: RwLock<MasterKeys>,
}

impl KeyRing {
    pub(super) fn new(path: &Path, keys: MasterKeys) -> Self {
        Self { path: path.to_owned(), keys: RwLock::new(keys) }
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Does something with one version. If it is not there, or it fails with the one that is, the file is read again: somebody may
    /// have put another one there. A key of the file is kept once something has worked with it.
    pub(super) fn with<T>(
        &self,
        version: i64,
        operation: impl Fn(&SealingKey) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let failed = match self.keys.read().unwrap_or_else(PoisonError::into_inner).get(&version).map(&operation) {
            Some(Ok(done)) => return Ok(done),
            Some(Err(error)) => Some(error),
            None => None,
        };
        match (self.with_file(version, operation), failed) {
            (Ok(done), _) => Ok(done),
            // The reason of the key that was there before says more.
            (Err(_), Some(error)) | (Err(error), None) => Err(error),
        }
    }

    /// All versions that the file has at this moment, oldest first.
    pub(super) fn versions_in_file(&self) -> Result<Vec<i64>, Error> {
        Ok(self.read_file()?.into_keys().collect())
    }

    fn with_file<T>(&self, version: i64, operation: impl Fn(&SealingKey) -> Result<T, Error>) -> Result<T, Error> {
        let mut read = self.read_file()?;
        let key = read.remove(&version).ok_or(Error::LacksVersion { version })?;
        let done = operation(&key)?;
        if self.keys.write().unwrap_or_else(PoisonError::into_inner).insert(version, key).is_none() {
            tracing::info!(version, "read a new key from the master key file");
        }
        Ok(done)
    }

    fn read_file(&self) -> Result<MasterKeys, Error> {
        master_key_file::read(&self.path)?.ok_or_else(|| Error::Missing { path: self.path.clone() })
    }
}
