//! Where the validator says something else than OpenSSL, and why.

use crate::collection::{FILES, Item};

/// What they were compared in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// Whether there is a certificate that can be read.
    CertificateRead,
    Serial,
    Fingerprint,
    NotBefore,
    NotAfter,
    Subject,
    Issuer,
    /// Whether it has expired.
    Expired,
    /// The SHA-256 of the public key.
    PublicKey,
    /// The kind of public key.
    KeyKind,
    /// Whether there is a private key that can be read.
    KeyRead,
    /// Whether keys of its kind can be used.
    KeyUsable,
    /// Whether its parts fit together.
    KeySound,
    /// Whether a key belongs to a certificate.
    Match,
    /// Whether a CA certificate can be stored.
    Authority,
    /// What else a file is.
    Other,
}

impl Aspect {
    pub const OF_CERTIFICATES: &[Self] = &[
        Self::CertificateRead,
        Self::Serial,
        Self::Fingerprint,
        Self::NotBefore,
        Self::NotAfter,
        Self::Subject,
        Self::Issuer,
        Self::Expired,
        Self::PublicKey,
        Self::KeyKind,
    ];
    pub const OF_KEYS: &[Self] = &[Self::KeyRead, Self::KeyUsable, Self::KeySound];
}

/// The name of a file or block, what was compared, and why the answers differ.
const DISAGREEMENTS: &[(&str, Aspect, &str)] = &[
    (
        "asn1crypto-tests/asn1crypto_tests/fixtures/invalid_email_tag.pem",
        Aspect::PublicKey,
        "OpenSSL writes the key anew, with the NULL that this certificate leaves out; the validator hashes what is there",
    ),
    (
        "cms/tests/examples/apple_mdm_signature_der.bin",
        Aspect::Other,
        "it says that it is PKCS#7 signed data, and is damaged inside, where the validator does not look",
    ),
    (
        "pkcs1/tests/examples/rsa2048-priv-3prime.der",
        Aspect::KeySound,
        "three primes: sound, but TLS libraries do not take such keys (key.rsa_inconsistent)",
    ),
    (
        "pkcs1/tests/examples/rsa2048-priv-3prime.pem",
        Aspect::KeySound,
        "three primes: sound, but TLS libraries do not take such keys (key.rsa_inconsistent)",
    ),
    (
        "rustls-pemfile/tests/data/mixed-line-endings.crt#2",
        Aspect::CertificateRead,
        "a lone CR ends some of its lines, as old Macs wrote them; the validator takes that (in.line_ends), OpenSSL does not",
    ),
    (
        "rustls-webpki/tests/wpt/ca.der",
        Aspect::CertificateRead,
        "larger than 16 KiB, which the validator does not look into (pem.block_too_large)",
    ),
];

/// The same where it depends on OpenSSL's version: newer ones may agree.
const OF_SOME_VERSIONS: &[(&str, Aspect, &str)] = &[
    (
        "asn1crypto-tests/asn1crypto_tests/fixtures/9999-years-rsa-cert.pem",
        Aspect::NotBefore,
        "OpenSSL 3.0 writes the year 0 as TTT0",
    ),
    (
        "ed25519/tests/examples/pkcs8-v2.der",
        Aspect::KeyRead,
        "OpenSSL 3.0 does not know version 2 of PKCS#8, with the public key in it (RFC 5958); the validator checks it",
    ),
    (
        "pkcs8/tests/examples/ed25519-priv-pkcs8v2.pem",
        Aspect::KeyRead,
        "OpenSSL 3.0 does not know version 2 of PKCS#8, with the public key in it (RFC 5958); the validator checks it",
    ),
];

/// One that was met.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Disagreement {
    pub name: String,
    pub aspect: Aspect,
    /// What both say.
    pub said: String,
}

impl Item {
    pub fn disagreement(&self, aspect: Aspect, said: String) -> Disagreement {
        Disagreement { name: self.name.clone(), aspect, said }
    }
}

/// The table has exactly the disagreements that were met, as far as these aspects go.
pub fn check(aspects: &[Aspect], met: impl Iterator<Item = Disagreement>) {
    let mut met: Vec<Disagreement> = met.collect();
    met.sort();
    let unlisted = met.iter().filter(|disagreement| {
        !listed().any(|(name, aspect, _)| (*name, *aspect) == (&*disagreement.name, disagreement.aspect))
    });
    let unlisted: Vec<String> = unlisted.map(|met| format!("{:?} {}: {}", met.aspect, met.name, met.said)).collect();
    let gone: Vec<String> = DISAGREEMENTS
        .iter()
        .filter(|(name, aspect, _)| {
            aspects.contains(aspect) && !met.iter().any(|met| (&*met.name, met.aspect) == (*name, *aspect))
        })
        .map(|(name, aspect, _)| format!("{aspect:?} {name}"))
        .collect();
    assert!(unlisted.is_empty(), "these are not in the table:\n{}", unlisted.join("\n"));
    assert!(gone.is_empty(), "these are in the table, but agree or are not there:\n{}", gone.join("\n"));
}

fn listed() -> impl Iterator<Item = &'static (&'static str, Aspect, &'static str)> {
    DISAGREEMENTS.iter().chain(OF_SOME_VERSIONS)
}

#[test]
fn every_disagreement_is_listed_once_with_its_reason() {
    let mut seen = std::collections::HashSet::new();
    for (name, aspect, reason) in listed() {
        assert!(seen.insert((name, *aspect as u8)), "{name} {aspect:?} is there twice");
        assert!(reason.len() > 10, "{name} has no reason");
        let file = name.split('#').next().unwrap();
        assert!(FILES.iter().any(|known| known.name == file), "there is no {file}");
    }
}
