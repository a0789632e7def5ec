//! Restoring a backup.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Error;
use super::files::{Unfinished, failed, with_suffix};
use crate::clock::{Clock, Randomness};
use crate::configuration::prepare_data_directory;
use crate::services::{after_restore, audit};
use crate::store::{self, Store};
use crate::vault::{self, Vault};

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    /// Whether the master key file is there already, and is the right one.
    pub has_master_key: bool,
}

/// Where a backup is restored to.
#[derive(Debug)]
pub struct Destination<'a> {
    /// The data directory; it may hold the master key file and nothing else.
    pub data_directory: &'a Path,
    /// The database's address.
    pub database_url: &'a str,
    /// The master key file.
    pub master_key_file: &'a Path,
}

/// Puts a backup where a server finds it, if it is whole and its audit log is what was written. Everybody is signed out in it.
///
/// # Errors
/// See [`Error`]. Nothing is left behind then.
pub async fn restore(
    from: &Path,
    to: Destination<'_>,
    clock: &dyn Clock,
    randomness: Arc<dyn Randomness>,
) -> Result<Restored, Error> {
    let database = store::sqlite_file(to.database_url).ok_or(Error::Server("restore it with pg_restore or psql"))?;
    let source = open(from)?;
    prepare_data_directory(to.data_directory)?;
    check_empty(to.data_directory, to.master_key_file, &database)?;

    let copy = Unfinished::create(&database, &*randomness)?;
    fill(&copy, from, source)?;
    store::inspect_copy(copy.path()).await.map_err(|error| unusable(from, &error))?;
    let store = store::connect(&format!("sqlite:{}", copy.path().display())).await;
    let store = store.map_err(|error| unusable(from, &error))?;
    let prepared = prepare(from, &*store, to.master_key_file, clock, randomness).await;
    store.close().await;
    let restored = prepared?;
    copy.finish()?;
    Ok(restored)
}

fn open(from: &Path) -> Result<File, Error> {
    // Looked at first, since opening a pipe would wait for ever.
    let metadata = fs::metadata(from).map_err(|cause| failed(from, cause))?;
    if !metadata.is_file() {
        return Err(failed(from, io::Error::other("it is not a file")));
    }
    File::open(from).map_err(|cause| failed(from, cause))
}

/// Nothing but the master key file, and nothing in the database's place, not even a piece of one.
fn check_empty(data_directory: &Path, master_key_file: &Path, database: &Path) -> Result<(), Error> {
    let entries = fs::read_dir(data_directory).map_err(|cause| failed(data_directory, cause))?;
    let entries = entries.map(|entry| entry.map(|entry| entry.path()).map_err(|cause| failed(data_directory, cause)));
    let found: Vec<PathBuf> = entries.collect::<Result<_, _>>()?;
    let pieces = ["", "-wal", "-shm", "-journal"].map(|suffix| with_suffix(database, suffix));
    let in_the_way = pieces.into_iter().filter(|piece| fs::symlink_metadata(piece).is_ok());
    let master_key = fs::canonicalize(master_key_file).ok();
    let is_master_key = |path: &PathBuf| master_key.is_some() && fs::canonicalize(path).ok() == master_key;
    match in_the_way.chain(found).find(|path| !is_master_key(path)) {
        Some(path) => Err(Error::NotEmpty { path }),
        None => Ok(()),
    }
}

fn fill(copy: &Unfinished, from: &Path, mut source: File) -> Result<(), Error> {
    let mut file = OpenOptions::new().write(true).open(copy.path()).map_err(|cause| failed(copy.path(), cause))?;
    io::copy(&mut source, &mut file).map(drop).map_err(|cause| failed(from, cause))
}

/// What is looked at and changed in the copy before it is anybody's database.
async fn prepare(
    from: &Path,
    store: &dyn Store,
    master_key_file: &Path,
    clock: &dyn Clock,
    randomness: Arc<dyn Randomness>,
) -> Result<Restored, Error> {
    for account_id in store.audit_chains().await? {
        let verified = audit::verify(store, account_id.as_deref()).await;
        verified.map_err(|broken| Error::Audit { path: from.to_owned(), broken })?;
    }
    let has_master_key = match Vault::open(master_key_file, store, randomness).await {
        Ok(_vault) => true,
        Err(vault::Error::Missing { .. }) => false,
        Err(error) => return Err(error.into()),
    };
    after_restore(store, clock.now()).await?;
    Ok(Restored { has_master_key })
}

fn unusable(from: &Path, error: &store::Error) -> Error {
    Error::Unusable { path: from.to_owned(), problem: error.to_string() }
}
