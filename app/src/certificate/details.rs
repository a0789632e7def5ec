//! Everything that there is to say about a stored certificate.

use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::api_fields::read;
use super::key::hex;
use super::parsed::Parsed;
use super::report::Facts;
use super::{distinguished_name, signature};
use crate::timestamp::Timestamp;

/// A stored certificate in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// Its public facts.
    pub facts: Facts,
    /// The serial number's octets, lower-case hex digits.
    pub serial_hex: String,
    /// The algorithm that it is signed with, `ECDSA with SHA-256`.
    pub signature: String,
    /// Key usages in words, `Digital signature`; empty if the certificate has no such extension.
    pub key_usages: Vec<String>,
    /// SHA-1 of the DER certificate, 40 lower-case hex digits: other programs still show it. Nothing is decided by it.
    pub fingerprint_sha1: String,
    /// The certificates that are sent, the leaf first, and the root that came with them, which is not.
    pub chain: Vec<Link>,
}

/// A certificate of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The common name, else the whole subject.
    pub name: String,
    /// What it is there for.
    pub role: Role,
    /// Begin of its validity.
    pub not_before: Timestamp,
    /// End of its validity.
    pub not_after: Timestamp,
    /// SHA-256 of its DER, 64 lower-case hex digits.
    pub fingerprint_sha256: String,
}

/// What a certificate does in a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// It is the one that the private key belongs to.
    Leaf,
    /// It issues others, and was issued by another one.
    Intermediate,
    /// It issues others, and itself.
    Root,
}

impl Details {
    /// Reads what is stored: DER in handshake order, and everything that came with it, from which the root is taken. None if a
    /// certificate of the chain cannot be read.
    pub fn read(chain: &[Vec<u8>], came: &[Vec<u8>]) -> Option<Self> {
        let sent = chain.iter().map(|der| read(der)).collect::<Option<Vec<_>>>()?;
        let leaf = sent.first()?;
        let last = sent.last()?;
        let root = came
            .iter()
            .filter(|der| !chain.contains(der))
            .filter_map(|der| read(der))
            .find(|other| other.is_self_issued() && last.names_as_issuer(other) && last.may_be_signed_by(other));
        Some(Self {
            facts: Facts::of(leaf, &sent.iter().collect::<Vec<_>>(), false),
            serial_hex: hex(leaf.x509.raw_serial()),
            signature: signature::name_of(leaf),
            key_usages: leaf.key_usages(),
            fingerprint_sha1: hex(&Sha1::digest(leaf.der)),
            chain: sent.iter().chain(&root).map(link).collect(),
        })
    }
}

fn link(certificate: &Parsed<'_>) -> Link {
    Link {
        name: distinguished_name::shown(certificate.x509.subject()),
        role: match (certificate.is_ca(), certificate.is_self_issued()) {
            (false, _) => Role::Leaf,
            (true, false) => Role::Intermediate,
            (true, true) => Role::Root,
        },
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        fingerprint_sha256: hex(&Sha256::digest(certificate.der)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_has_no_details() {
        assert_eq!(Details::read(&[], &[]), None);
        assert_eq!(Details::read(&[vec![0x30, 0]], &[]), None);
    }
}
