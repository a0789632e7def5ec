//! The one way in.

use std::fmt;

use zeroize::Zeroizing;

use super::report::{Facts, Report};
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
    /// The file with the private key, if there is one.
    pub private_key: Option<&'a [u8]>,
    /// The name, if one was given.
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
    /// The private key; always present for a leaf, never for a CA.
    pub private_key: Option<PrivateKey>,
}

/// A private key: DER of a PKCS#8 `PrivateKeyInfo` (RFC 5958), not encrypted.
///
/// Wiped from memory when dropped; `Debug` is blank, and there is no `Serialize`.
pub struct PrivateKey(Zeroizing<Vec<u8>>);

impl PrivateKey {
    /// The DER bytes.
    pub fn expose_der(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PrivateKey(…)")
    }
}

/// Reads and judges an upload as of `now`. Always a report, never a panic.
pub fn validate(_upload: &Upload<'_>, _now: Timestamp) -> Verdict {
    Verdict { report: Report::default(), material: None }
}
