//! The data directory: for nobody else's eyes.

use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

const PRIVATE: u32 = 0o700;
const OTHERS: u32 = 0o077;

/// Why the data directory cannot be used. One line each.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be created, read or closed to others: mend the path or its owner.
    #[error("cannot use the data directory {path}: {cause}")]
    Unusable {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// Others can read it, and it holds other things than Signet's, so it is not Signet's to close: use another one.
    #[error(
        "the data directory {path} is open to other users and holds other files: close it (chmod 700) or choose one of Signet's own"
    )]
    Shared {
        /// Which.
        path: PathBuf,
    },
}

/// Creates the directory if it is missing, and sees to it that only the owner can enter it.
///
/// An open directory is closed if it is empty or has Signet's files in it; another one, the home directory say, is left alone.
pub fn prepare(path: &Path) -> Result<(), Error> {
    let unusable = |cause| Error::Unusable { path: path.to_owned(), cause };
    std::fs::DirBuilder::new().recursive(true).mode(PRIVATE).create(path).map_err(unusable)?;
    let mode = std::fs::metadata(path).map_err(unusable)?.permissions().mode();
    if mode & OTHERS == 0 {
        return Ok(());
    }
    if !is_ours(path).map_err(unusable)? {
        return Err(Error::Shared { path: path.to_owned() });
    }
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(PRIVATE)).map_err(unusable)
}

fn is_ours(path: &Path) -> io::Result<bool> {
    let mut empty = true;
    for entry in std::fs::read_dir(path)? {
        empty = false;
        let name = entry?.file_name();
        if name == "signet.db" || name == "master.key" {
            return Ok(true);
        }
    }
    Ok(empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn open(path: &Path) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn a_missing_one_is_created_closed() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a/b");
        prepare(&path).unwrap();
        assert_eq!(mode(&path), 0o700);
    }

    #[test]
    fn an_empty_one_and_our_own_are_closed() {
        let path = tempfile::tempdir().unwrap();
        open(path.path());
        prepare(path.path()).unwrap();
        assert_eq!(mode(path.path()), 0o700);

        std::fs::write(path.path().join("signet.db"), "").unwrap();
        open(path.path());
        prepare(path.path()).unwrap();
        assert_eq!(mode(path.path()), 0o700);
    }

    #[test]
    fn somebody_elses_is_left_alone() {
        let path = tempfile::tempdir().unwrap();
        std::fs::write(path.path().join("holiday.jpg"), "").unwrap();
        open(path.path());
        assert!(matches!(prepare(path.path()), Err(Error::Shared { .. })));
        assert_eq!(mode(path.path()), 0o755);
    }
}
