//! The one way in.

use std::fmt;

use zeroize::Zeroizing;

use super::chain::Path;
use super::checks::{self, Role};
use super::key::{Key, PublicKey};
use super::name::CertificateName;
use super::parsed::Parsed;
use super::pem::{self, Block, Scan};
use super::report::{self, Contents, Facts, Finding, Pointer, Report};
use super::signature::Checker;
use super::{chain, input, set};
use crate::timestamp::Timestamp;

/// What is uploaded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A client certificate, with its private key.
    Leaf,
    /// A CA certificate, kept without a key.
    CertificateAuthority,
}

/// An upload as it came in.
#[derive(Clone, Copy)]
pub struct Upload<'a> {
    /// What it is said to be.
    pub kind: Kind,
    /// The file with the certificates, and perhaps the private key: PEM or DER, in any encoding of text.
    pub certificates: &'a [u8],
    /// The file with the private key, if there is one. For a CA an empty one is none.
    pub private_key: Option<&'a [u8]>,
    /// The name, if one was given; `None` (not an empty one) for [`Facts::suggested_name`].
    pub name: Option<&'a str>,
}

/// The report, and what can be stored if it has no error.
#[derive(Debug)]
pub struct Verdict {
    /// What was found.
    pub report: Report,
    /// What to store; present exactly if the report has no error.
    pub material: Option<Material>,
}

/// What a valid upload comes to. Only [`validate`] makes one.
#[derive(Debug)]
pub struct Material {
    /// The public fields of the leaf (of the first certificate for a CA upload).
    pub facts: Facts,
    /// The text to keep: nothing but CERTIFICATE blocks (contract, section 4.1).
    pub text: String,
    /// DER certificates in handshake order, leaf first.
    pub chain: Vec<Vec<u8>>,
    /// The root at the end of the chain, in DER, if it came with the upload. It is not sent.
    pub root: Option<Vec<u8>>,
    /// The leaf's public key: DER of a `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7), a point on a curve uncompressed. Empty if it
    /// is of a kind that is not read (a CA's may be).
    pub public_key: Vec<u8>,
    /// The private key; always present for a leaf, never for a CA.
    pub private_key: Option<PrivateKey>,
}

/// A private key: DER of a PKCS#8 `PrivateKeyInfo` (RFC 5958), not encrypted.
///
/// Wiped from memory when dropped; `Debug` is blank, and there is no `Serialize`.
pub struct PrivateKey(Zeroizing<Vec<u8>>);

impl PrivateKey {
    /// Only the key reader makes one, of PKCS#8 version 1 that it has written itself.
    pub(super) const fn from_pkcs8(der: Zeroizing<Vec<u8>>) -> Self {
        Self(der)
    }

    /// The DER bytes.
    pub fn expose_der(&self) -> &[u8] {
        &self.0
    }

    /// The same as a PEM block `PRIVATE KEY`: what the browser sends when the file was not text.
    pub fn expose_pem(&self) -> Zeroizing<String> {
        pem::encode("PRIVATE KEY", &self.0)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PrivateKey(…)")
    }
}

/// Reads and judges an upload as of `now`. Always a report, never a panic.
pub fn validate(upload: &Upload<'_>, now: Timestamp) -> Verdict {
    let kind = upload.kind;
    let mut findings = Vec::new();

    let files = read_files(upload, &mut findings);
    let blocks: Vec<&Block> = files.iter().flat_map(|file| &file.scan.blocks).collect();
    set::check(kind, &blocks, &mut findings);

    let mut keys = set::read_keys(kind, &blocks, &mut findings);
    let mut certificates = read_certificates(&blocks, &mut findings);
    let has_unread = set::has_unread_certificates(&blocks, &certificates, &findings);
    chain::drop_duplicates(&mut certificates, &mut findings);

    let judged = judge(kind, &mut certificates, &keys, has_unread, now, &mut findings);
    if let Some(name) = upload.name {
        findings.extend(CertificateName::parse(name).map_or_else(|errors| errors, |name| name.warnings()));
    }
    report::put_in_order(&mut findings);

    let facts = judged.as_ref().map(|judged| judged.facts.clone());
    let contents = files.iter().map(File::contents).collect();
    let report = Report { findings, certificate: facts, contents };
    let private_key = if kind == Kind::Leaf { keys.pop().map(|key| key.private) } else { None };
    let can_be_stored =
        |judged: &Judged| report.is_valid() && (kind == Kind::CertificateAuthority || judged.facts.key_belongs);
    let material = judged.filter(can_be_stored).map(|Judged { facts, chain, root, public_key }| Material {
        facts,
        text: text_to_keep(&files),
        chain,
        root,
        public_key,
        private_key,
    });
    Verdict { report, material }
}

/// One of the upload's files.
struct File {
    pointer: Pointer,
    size: usize,
    scan: Scan,
}

impl File {
    fn read(bytes: &[u8], pointer: Pointer, findings: &mut Vec<Finding>) -> Self {
        let scan = match input::read(bytes, pointer, findings) {
            Some(content) => pem::scan(&content, pointer, findings),
            None => Scan { blocks: Vec::new(), only_certificates: None },
        };
        Self { pointer, size: bytes.len(), scan }
    }

    fn contents(&self) -> Contents {
        let count = |what: fn(&Block) -> bool| {
            let number = self.scan.blocks.iter().filter(|block| what(block)).count();
            u32::try_from(number).unwrap_or(u32::MAX)
        };
        Contents {
            pointer: self.pointer,
            certificates: count(|block| block.label.is_certificate()),
            private_keys: count(|block| block.label.is_private_key()),
            size: u32::try_from(self.size).unwrap_or(u32::MAX),
        }
    }

    /// The DER of its certificates, in order.
    fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        let certificates = self.scan.blocks.iter().filter(|block| block.label.is_certificate());
        certificates.filter_map(|block| block.der.as_deref().map(Vec::as_slice))
    }
}

fn read_files(upload: &Upload<'_>, findings: &mut Vec<Finding>) -> Vec<File> {
    let is_none = |bytes: &&[u8]| upload.kind == Kind::CertificateAuthority && bytes.trim_ascii().is_empty();
    let private_key = upload.private_key.filter(|bytes| !is_none(bytes));
    let mut files = vec![File::read(upload.certificates, Pointer::Certificates, findings)];
    files.extend(private_key.map(|bytes| File::read(bytes, Pointer::PrivateKey, findings)));
    files
}

/// Reads every certificate; they are numbered as they stand, unreadable ones counted.
fn read_certificates<'a>(blocks: &[&'a Block], findings: &mut Vec<Finding>) -> Vec<Parsed<'a>> {
    let certificates = blocks.iter().filter(|block| block.label.is_certificate());
    let numbered = (1..).zip(certificates);
    numbered
        .filter_map(|(number, block)| {
            let place = report::Place { certificate: Some(number), ..block.place };
            Parsed::read(block.der.as_ref()?, place, findings)
        })
        .collect()
}

/// What the certificates come to; see [`Material`].
struct Judged {
    facts: Facts,
    chain: Vec<Vec<u8>>,
    root: Option<Vec<u8>>,
    public_key: Vec<u8>,
}

/// Judges the certificates: the one that the upload is about, and its chain. `has_unread` says that there may be more of them, which
/// could not be read: then the first one may be missing, and links of the chain.
fn judge(
    kind: Kind,
    certificates: &mut [Parsed<'_>],
    keys: &[Key],
    has_unread: bool,
    now: Timestamp,
    findings: &mut Vec<Finding>,
) -> Option<Judged> {
    let first = match kind {
        Kind::Leaf => set::leaf_of(certificates, keys, has_unread),
        Kind::CertificateAuthority => certificates.first(),
    };
    let first = first.map(Parsed::number);
    for certificate in certificates.iter_mut().filter(|certificate| Some(certificate.number()) != first) {
        certificate.called = format!("Certificate {}", certificate.number());
    }
    let mut checker = Checker::default();
    chain::check_own_signatures(certificates, &mut checker);
    let certificates = &*certificates;
    let leaf = certificates.iter().find(|certificate| Some(certificate.number()) == first);
    if let Some(leaf) = leaf {
        set::check_match(kind, leaf, certificates, keys, has_unread, findings);
    }
    for certificate in certificates {
        let role = match (kind, Some(certificate.number()) == first) {
            (Kind::Leaf, true) => Role::Leaf,
            (Kind::Leaf, false) => Role::Issuer,
            (Kind::CertificateAuthority, true) => Role::Authority,
            (Kind::CertificateAuthority, false) => Role::OtherAuthority,
        };
        checks::check(certificate, role, now, findings);
    }
    let leaf = leaf?;
    let (chain, root) = match kind {
        Kind::Leaf => {
            let path = Path::from(leaf, certificates, &mut checker);
            chain::check(&path, certificates, has_unread, &mut checker, findings);
            checks::check_path(&path.certificates, findings);
            path.sent_and_root()
        }
        Kind::CertificateAuthority => (certificates.iter().collect(), None),
    };
    chain::check_work(&checker, findings);
    let key_belongs = keys.iter().any(|key| set::belongs(key, leaf));
    let facts = Facts::of(leaf, &chain, key_belongs);
    let der = |certificate: &Parsed<'_>| certificate.der.to_vec();
    Some(Judged {
        facts,
        chain: chain.iter().map(|certificate| der(certificate)).collect(),
        root: root.map(der),
        public_key: leaf.public_key.as_ref().map(PublicKey::encode).unwrap_or_default(),
    })
}

/// What is kept as text: the file as it came if it is nothing but certificates, else its certificates encoded anew. Text between
/// blocks is never kept, it can hold the key.
fn text_to_keep(files: &[File]) -> String {
    let holders: Vec<&File> = files.iter().filter(|file| file.certificates().next().is_some()).collect();
    if let [File { scan: Scan { only_certificates: Some(text), .. }, .. }] = holders.as_slice() {
        return text.clone();
    }
    let mut certificates: Vec<&[u8]> = Vec::new();
    for file in &holders {
        let new: Vec<_> = file.certificates().filter(|der| !certificates.contains(der)).collect();
        certificates.extend(new);
    }
    pem::encode_certificates(certificates.into_iter()).trim_end().to_owned()
}
