//! Gives the program the hash of the sources that browser and server share and of the versions of what they use, by which they know whether they
//! write and read the same.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{fs, io};

const VERSIONS: &str = "../Cargo.lock";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed={VERSIONS}");
    let mut files = BTreeMap::from([(PathBuf::from(VERSIONS), fs::read(VERSIONS)?)]);
    read(Path::new("src"), &mut files)?;
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    println!("cargo::rustc-env=SIGNET_SOURCES={:016x}", hasher.finish());
    Ok(())
}

fn read(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.insert(path.clone(), fs::read(&path)?);
        }
    }
    Ok(())
}
