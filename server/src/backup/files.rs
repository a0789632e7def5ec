//! Files that are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::Error;
use crate::clock::Randomness;

/// An empty file for nobody else's eyes that takes its place when it is whole. Until then it has a name that ends in random digits,
/// in the same folder, and is removed when it is dropped.
pub(super) struct Unfinished {
    path: PathBuf,
    place: PathBuf,
}

impl Unfinished {
    /// # Errors
    /// [`Error::Exists`] if something is in its place already; [`Error::Io`].
    pub(super) fn create(place: &Path, randomness: &dyn Randomness) -> Result<Self, Error> {
        if fs::symlink_metadata(place).is_ok() {
            return Err(Error::Exists { path: place.to_owned() });
        }
        let mut digits = [0; 8];
        randomness.fill(&mut digits).map_err(|error| failed(place, io::Error::other(error)))?;
        let path = folder(place).join(format!(".signet-{}", hex::encode(digits)));
        let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        created.map_err(|cause| failed(place, cause))?;
        Ok(Self { path, place: place.to_owned() })
    }

    /// Where it is for now.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes it durable and puts it into its place. Something that has come there in the meantime stays.
    pub(super) fn finish(self) -> Result<(), Error> {
        let cause = |cause| failed(&self.place, cause);
        File::open(&self.path).and_then(|file| file.sync_all()).map_err(cause)?;
        match renameat_with(CWD, &self.path, CWD, &self.place, RenameFlags::NOREPLACE) {
            Err(Errno::EXIST) => return Err(Error::Exists { path: self.place.clone() }),
            // A file system that knows no such renaming, as those of memory sticks and network shares.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => fs::rename(&self.path, &self.place).map_err(cause)?,
            other => other.map_err(|error| cause(error.into()))?,
        }
        File::open(folder(&self.place)).and_then(|folder| folder.sync_all()).map_err(cause)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // SQLite's own files beside it, too, if it was open when something failed. There is nothing left where it was finished.
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let _not_there = fs::remove_file(with_suffix(&self.path, suffix));
        }
    }
}

/// The path with more letters at its end.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

pub(super) fn failed(path: &Path, cause: io::Error) -> Error {
    Error::Io { path: path.to_owned(), cause }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
