//! The master key file: one line `NUMBER:BASE64` of 32 random bytes for each version of the master key.
//!
//! Nothing in here says what stands in the file: an error names the file and the line.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::sealing::{KEY, SealingKey};
use crate::clock::{NoRandomness, Randomness};

/// A file of more bytes is no master key file.
const LARGEST: u64 = 64 * 1024;

/// The versions of the master key that the file holds; at least one.
pub(super) type MasterKeys = BTreeMap<i64, SealingKey>;

/// Reads the file. `None` if there is none.
pub(super) fn read(path: &Path) -> Result<Option<MasterKeys>, Error> {
    let Some((text, _file)) = read_text(path)? else { return Ok(None) };
    parse(path, &text).map(Some)
}

/// Appends a new random version, and answers with its number: one more than the highest.
///
/// The file is complete at any moment: the new one is written beside it, made durable, and takes its place, with its owner. Of two
/// who do this at once one waits for the other.
pub(super) fn append(path: &Path, randomness: &dyn Randomness) -> Result<i64, Error> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    // What is a link stays one.
    let path = &fs::canonicalize(path).map_err(failed)?;
    let (text, file) = lock(path)?;
    let version = parse(path, &text)?.into_keys().max().and_then(|newest| newest.checked_add(1));
    let version = version.ok_or_else(|| Error::TooLarge { path: path.clone() })?;
    let key = SealingKey::random(randomness)?;
    let beside = beside(path, randomness)?;
    let owner = file.metadata().map_err(failed)?;
    let written = write(&beside, &[&text, &line(version, &key)], Some(&owner))
        .map_err(failed)
        .and_then(|()| check(path, &fs::metadata(&beside).map_err(failed)?))
        .and_then(|()| fs::rename(&beside, path).map_err(failed));
    if written.is_err() {
        let _left_over = fs::remove_file(&beside);
    }
    written?;
    sync_folder(path).map_err(failed)?;
    Ok(version)
}

/// The file's text, while nobody else appends to it.
fn lock(path: &Path) -> Result<(Zeroizing<Vec<u8>>, File), Error> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    loop {
        let (_text, file) = read_text(path)?.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
        file.lock().map_err(failed)?;
        // Whoever held the lock before has put another file in its place.
        let (text, now) = read_text(path)?.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
        let identity = |file: &File| file.metadata().map(|metadata| (metadata.dev(), metadata.ino())).map_err(failed);
        if identity(&file)? == identity(&now)? {
            return Ok((text, file));
        }
    }
}

/// What a master key file holds, and the open file.
type OpenText = (Zeroizing<Vec<u8>>, File);

fn read_text(path: &Path) -> Result<Option<OpenText>, Error> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    // Looked at before it is opened, since opening a pipe would wait for ever; a link to nothing is there and cannot be followed.
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
        Ok(_) => {}
    }
    check(path, &fs::metadata(path).map_err(failed)?)?;
    let file = File::open(path).map_err(failed)?;
    // And again what was opened: it could be another one by now.
    let metadata = file.metadata().map_err(failed)?;
    check(path, &metadata)?;
    // With room for all of it, so that nothing is moved and left behind.
    let mut text = Zeroizing::new(Vec::with_capacity(usize::try_from(LARGEST).unwrap_or(usize::MAX)));
    (&file).take(LARGEST).read_to_end(&mut text).map_err(failed)?;
    Ok(Some((text, file)))
}

/// Writes a file with version 1. If somebody else was quicker, theirs stays.
///
/// The file is complete whenever it is there: it is written beside its place, made durable, and linked into it, which fails if
/// something is there already. The name beside it ends in random digits.
pub(super) fn create(path: &Path, randomness: &dyn Randomness) -> Result<Created, Error> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    let beside = beside(path, randomness)?;
    let key = SealingKey::random(randomness)?;
    let written = write(&beside, &[&line(1, &key)], None).and_then(|()| fs::hard_link(&beside, path));
    let removed = fs::remove_file(&beside);
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(Created::Already),
        Err(error) => return Err(failed(error)),
        Ok(()) => {}
    }
    removed.map_err(failed)?;
    sync_folder(path).map_err(failed)?;
    Ok(Created::New)
}

/// Who wrote the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Created {
    /// This call.
    New,
    /// Somebody else, at the same time.
    Already,
}

/// A new name in the same folder, that ends in random digits.
fn beside(path: &Path, randomness: &dyn Randomness) -> Result<PathBuf, Error> {
    let mut digits = [0; 8];
    randomness.fill(&mut digits)?;
    Ok(folder(path).join(format!(".master-key-{}", hex::encode(digits))))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// What was created or renamed in the file's folder survives a power failure.
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder(path))?.sync_all()
}

/// `NUMBER:BASE64`, with a line's end.
fn line(version: i64, key: &SealingKey) -> Zeroizing<Vec<u8>> {
    let encoded = Zeroizing::new(STANDARD.encode(key.expose()));
    let number = format!("{version}:");
    // With room for all of it, so that nothing is moved and left behind.
    let mut line = Zeroizing::new(Vec::with_capacity(number.len() + encoded.len() + 1));
    line.extend_from_slice(number.as_bytes());
    line.extend_from_slice(encoded.as_bytes());
    line.push(b'\n');
    line
}

/// Writes a new file, each piece on lines of its own, that belongs to the same owner as `like`.
fn write(path: &Path, pieces: &[&[u8]], like: Option<&fs::Metadata>) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let written = file.metadata()?;
    if let Some(like) = like.filter(|like| (like.uid(), like.gid()) != (written.uid(), written.gid())) {
        fchown(&file, Some(like.uid()), Some(like.gid()))?;
    }
    for piece in pieces {
        file.write_all(piece)?;
        if !piece.ends_with(b"\n") {
            file.write_all(b"\n")?;
        }
    }
    file.sync_all()
}

fn check(path: &Path, metadata: &fs::Metadata) -> Result<(), Error> {
    if !metadata.is_file() {
        return Err(Error::NotAFile { path: path.to_owned() });
    }
    let mode = metadata.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(Error::OpenToOthers { path: path.to_owned(), mode });
    }
    if metadata.len() > LARGEST {
        return Err(Error::TooLarge { path: path.to_owned() });
    }
    Ok(())
}

fn parse(path: &Path, text: &[u8]) -> Result<MasterKeys, Error> {
    let mut keys = MasterKeys::new();
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let at_fault = |problem| Error::Line { path: path.to_owned(), line: index + 1, problem };
        let (version, key) = parse_line(line).map_err(at_fault)?;
        if keys.insert(version, key).is_some() {
            return Err(at_fault("this number stands in an earlier line already"));
        }
    }
    if keys.is_empty() {
        return Err(Error::Empty { path: path.to_owned() });
    }
    Ok(keys)
}

fn parse_line(line: &[u8]) -> Result<(i64, SealingKey), &'static str> {
    const SHAPE: &str = "expected NUMBER:BASE64, a number from 1 and 32 random bytes in base64";
    let colon = line.iter().position(|byte| *byte == b':').ok_or(SHAPE)?;
    let (number, rest) = line.split_at_checked(colon).ok_or(SHAPE)?;
    let encoded = rest.get(1..).ok_or(SHAPE)?;
    if !number.iter().all(u8::is_ascii_digit) || number.first().is_none_or(|digit| *digit == b'0') {
        return Err(SHAPE);
    }
    let version = str::from_utf8(number).ok().and_then(|number| number.parse().ok()).ok_or(SHAPE)?;
    // A little more than a key, so that a longer one is called too long and not unreadable.
    let mut bytes = Zeroizing::new([0; 2 * KEY]);
    let length = match STANDARD.decode_slice(encoded, &mut *bytes) {
        Ok(length) => length,
        Err(base64::DecodeSliceError::OutputSliceTooSmall) => return Err("the key has more than 32 bytes"),
        Err(base64::DecodeSliceError::DecodeError(_)) => {
            return Err("the key is not base64 (standard alphabet, with padding)");
        }
    };
    let key = bytes.get(..length).and_then(SealingKey::from_bytes).ok_or("the key has not exactly 32 bytes")?;
    Ok((version, key))
}

/// Why a master key file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be read or written: see the operating system's reason.
    #[error("the master key file {} cannot be used: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is a folder, a pipe or a device: name the file itself.
    #[error("the master key file {} is not a file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// Others than its owner can read or change it: close it, and if somebody untrusted could have read it, rotate the key.
    #[error("the master key file {} is open to group or others (mode {mode:04o}): chmod 600 {}", path.display(), path.display())]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It has more than 64 KiB: name the right file.
    #[error("{} is too large for a master key file", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// It holds no key: put the right file there.
    #[error("the master key file {} is empty", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A line is not what it must be: take the file from a backup.
    #[error("the master key file {}, line {line}: {problem}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong, without what stands there.
        problem: &'static str,
    },
    /// The operating system gave no random bytes for a new key.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

#[cfg(test)]
mod tests;
