//! Backups of the embedded database: one file, without the master key.

mod create;
mod files;
mod restore;

use std::io;
use std::path::PathBuf;

pub use self::create::create;
pub use self::restore::{Destination, Restored, restore};
use crate::configuration::DataDirectoryError;
use crate::services::audit;
use crate::{store, vault};

/// Why there is no backup, or nothing was restored. One line each.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database is on a server, which has tools of its own.
    #[error("the database is on a PostgreSQL server: {0}; keep the master key file too, in another place")]
    Server(&'static str),
    /// The file is there already: name another one.
    #[error("{} is there already, and is not overwritten", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be read or written: see the operating system's reason.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// There is something in the data directory: choose another one, or move away what is there.
    #[error("the data directory is not empty, {} is in it: a backup is restored into an empty one", path.display())]
    NotEmpty {
        /// The first thing that was found.
        path: PathBuf,
    },
    /// The file is not a backup that can be taken: take another one.
    #[error("{} cannot be restored: {problem}", path.display())]
    Unusable {
        /// The backup.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Its audit log is not what was written: somebody has changed the backup, or the database before.
    #[error("{} cannot be restored: {broken}", path.display())]
    Audit {
        /// The backup.
        path: PathBuf,
        /// What is broken.
        broken: audit::Broken,
    },
    /// The data directory cannot be used.
    #[error(transparent)]
    DataDirectory(#[from] DataDirectoryError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The master key file that is there does not do.
    #[error(transparent)]
    Vault(#[from] vault::Error),
}
