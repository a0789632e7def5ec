//! The files, and the certificates and keys in them.

use std::collections::HashSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The collections, and how many certificates and keys each has at least.
const COLLECTIONS: &[(&str, usize)] = &[
    ("asn1crypto-tests", 100),
    ("ca-certificates", 100),
    ("cms", 10),
    ("ed25519", 4),
    ("oscrypto-tests", 40),
    ("pkcs1", 6),
    ("pkcs12", 5),
    ("pkcs8", 20),
    ("rustls-pemfile", 10),
    ("rustls-webpki", 200),
    ("sec1", 2),
    ("webpki", 35),
    ("x509-cert", 30),
    ("x509-parser", 15),
];

/// Text in which certificates and keys stand as examples, between quotation marks.
const SOURCES: &[&str] = &["rs", "py", "md", "toml", "orig", "lock", "json", "rst"];

/// A file as it was fetched.
pub struct File {
    /// Its path from the folder of all collections.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// What OpenSSL and the validator are both asked about: a file, or one block of a file that has several.
pub struct Item {
    /// The file's name, and `#2` for its second block.
    pub name: String,
    pub bytes: Vec<u8>,
    /// The label of its first PEM block; none for DER.
    pub label: Option<String>,
    /// How many PEM blocks it has.
    pub blocks: usize,
}

impl Item {
    pub fn collection(&self) -> &str {
        self.name.split('/').next().unwrap()
    }

    /// Whether it could hold a private key, by its label. DER could.
    pub fn may_be_key(&self) -> bool {
        self.may_be("PRIVATE KEY")
    }

    /// Whether it could hold a certificate, by its label. DER could.
    pub fn may_be_certificate(&self) -> bool {
        self.may_be("CERTIFICATE")
    }

    /// A PKCS#12 file is locked, whether its passphrase is empty or not.
    fn may_be(&self, what: &str) -> bool {
        let is_locked = [".p12", ".pfx"].iter().any(|extension| self.name.ends_with(extension));
        !is_locked && self.label.as_ref().is_none_or(|label| self.blocks > 1 || label.ends_with(what))
    }
}

/// Every file of every collection.
pub static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let folder = folder();
    let mut paths = Vec::new();
    walk(&folder, &mut paths);
    paths.sort();
    let read = |path: PathBuf| File {
        name: path.strip_prefix(&folder).unwrap().to_str().expect("names are UTF-8").to_owned(),
        bytes: fs::read(&path).unwrap(),
    };
    paths.into_iter().map(read).collect()
});

/// What is in the files, each content once.
pub static ITEMS: LazyLock<Vec<Item>> = LazyLock::new(|| {
    let mut seen = HashSet::new();
    FILES
        .iter()
        .filter(|file| !is_source(&file.name))
        .flat_map(items_of)
        .filter(|item| seen.insert(item.bytes.clone()))
        .collect()
});

#[test]
fn every_collection_is_there() {
    let lacking: Vec<String> = COLLECTIONS
        .iter()
        .map(|(collection, least)| {
            let items = ITEMS.iter().filter(|item| item.collection() == *collection);
            (collection, least, items.filter(|item| item.may_be_certificate() || item.may_be_key()).count())
        })
        .inspect(|(collection, _, count)| println!("{collection}: {count}"))
        .filter(|(_, least, count)| count < least)
        .map(|(collection, least, count)| format!("{collection}: {count} instead of {least} or more"))
        .collect();
    assert!(lacking.is_empty(), "files are missing, run tools/setup test: {}", lacking.join(", "));
    for item in &*ITEMS {
        let collection = item.collection();
        assert!(COLLECTIONS.iter().any(|(known, _)| *known == collection), "{collection} is not in the list");
    }
}

fn folder() -> PathBuf {
    let folder = std::env::var_os("SIGNET_FOREIGN_FILES").expect(
        "SIGNET_FOREIGN_FILES does not name the folder of foreign files: run tools/setup test, then tools/test rust",
    );
    let folder = PathBuf::from(folder);
    assert!(folder.is_dir(), "there are no foreign files in {}: run tools/setup test", folder.display());
    folder
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, paths);
        } else {
            paths.push(path);
        }
    }
}

fn is_source(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| SOURCES.contains(&extension))
}

/// The file, and its PEM blocks where there are several. What is neither PEM nor begins like DER holds nothing by anybody's rules,
/// and what is larger than 128 KiB is not looked into.
fn items_of(file: &File) -> Vec<Item> {
    let blocks = blocks(&file.bytes);
    let label = blocks.first().map(|(_, label)| label.clone());
    let begins_as_der = file.bytes.first() == Some(&0x30);
    if file.bytes.len() > 128 * 1024 || (label.is_none() && !begins_as_der) {
        return Vec::new();
    }
    let whole = Item { name: file.name.clone(), bytes: file.bytes.clone(), label, blocks: blocks.len() };
    let parts = (1..).zip(&blocks).filter(|_| blocks.len() > 1).map(|(number, (range, label))| Item {
        name: format!("{}#{number}", file.name),
        bytes: file.bytes[range.clone()].to_vec(),
        label: Some(label.clone()),
        blocks: 1,
    });
    std::iter::once(whole).chain(parts).collect()
}

/// The PEM blocks of a text, from BEGIN to END.
fn blocks(text: &[u8]) -> Vec<(Range<usize>, String)> {
    let find = |part: &[u8], from: usize| {
        text[from..].windows(part.len()).position(|window| window == part).map(|at| from + at)
    };
    let mut blocks = Vec::new();
    let mut from = 0;
    while let Some(begin) = find(b"-----BEGIN ", from) {
        let Some(label_end) = find(b"-----", begin + 11) else { break };
        let Some(end) = find(b"-----END ", label_end) else { break };
        let after = find(b"-----", end + 9).map_or(text.len(), |end| end + 5);
        let line_end = text[after..].iter().position(|byte| b"\r\n".contains(byte)).map_or(text.len(), |at| after + at);
        blocks.push((begin..line_end, String::from_utf8_lossy(&text[begin + 11..label_end]).into_owned()));
        from = line_end;
    }
    blocks
}
