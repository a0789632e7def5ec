//! Certificates and keys one by one: are they read, and what is read in them?

use std::sync::{LazyLock, Mutex};
use std::thread;

use app::certificate::Facts;
use x509_parser::num_bigint::BigInt;

use crate::collection::{ITEMS, Item};
use crate::disagreements::{Aspect, Disagreement, check};
use crate::openssl;
use crate::signet::{self, KeyVerdict};

/// 2016-03-17 10:42:13 UTC: about half of what was fetched had expired by then.
pub const NOW: i64 = 1_458_211_333;

/// What OpenSSL says of an item.
#[derive(Default)]
pub struct Reference {
    pub certificate: Option<openssl::Certificate>,
    pub key: Option<openssl::Key>,
}

/// What OpenSSL says of each item, in their order.
pub static REFERENCES: LazyLock<Vec<Reference>> = LazyLock::new(|| {
    in_parallel(&ITEMS, |item| {
        let certificate = item.may_be_certificate().then(|| openssl::certificate(item, NOW)).flatten();
        let may_be_key = item.may_be_key() && (certificate.is_none() || item.blocks > 1);
        Reference { certificate, key: may_be_key.then(|| openssl::key(item)).flatten() }
    })
});

/// Each item with what OpenSSL says of it.
pub fn references() -> impl Iterator<Item = (&'static Item, &'static Reference)> {
    ITEMS.iter().zip(&*REFERENCES)
}

/// `work` on every item, on as many threads as there are cores.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = Mutex::new(0..items.len());
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let worker = || {
            let mut done = Vec::new();
            loop {
                let Some(number) = next.lock().unwrap().next() else { return done };
                done.push((number, work(&items[number])));
            }
        };
        let workers: Vec<_> = (0..cores()).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

#[test]
fn certificates_are_read_as_openssl_reads_them() {
    let items: Vec<_> = references().filter(|(item, _)| item.may_be_certificate()).collect();
    let found = in_parallel(&items, |(item, reference)| compare_certificate(item, reference));
    let read = items.iter().filter_map(|(_, reference)| reference.certificate.as_ref());
    let expired = read.clone().filter(|certificate| certificate.expired).count();
    println!("{} asked about, {} certificates read, {expired} of them expired", items.len(), read.clone().count());
    assert!(expired > 50 && read.count() - expired > 50, "{expired} have expired");
    check(Aspect::OF_CERTIFICATES, found.into_iter().flatten());
}

#[test]
fn keys_are_read_as_openssl_reads_them() {
    let items: Vec<_> = references().filter(|(item, _)| item.may_be_key()).collect();
    let found = in_parallel(&items, |(item, reference)| compare_key(item, reference));
    let read = items.iter().filter(|(_, reference)| reference.key.is_some()).count();
    println!("{} asked about, {read} keys read", items.len());
    check(Aspect::OF_KEYS, found.into_iter().flatten());
}

fn compare_certificate(item: &Item, reference: &Reference) -> Vec<Disagreement> {
    let (facts, findings) = signet::certificate(item, NOW);
    let rules: Vec<&str> = findings.iter().map(|finding| finding.rule.id()).collect();
    let rules = rules.join(" ");
    match (&reference.certificate, facts) {
        // Of several certificates OpenSSL takes the first, the validator the leaf.
        (Some(_), Some(_)) if item.blocks > 1 => Vec::new(),
        (Some(certificate), Some(facts)) => {
            let expired = findings.iter().any(|finding| finding.rule.id() == "crt.expired");
            compare_facts(item, certificate, &facts, expired)
        }
        (None, None) => Vec::new(),
        (Some(_), None) => vec![item.disagreement(Aspect::CertificateRead, format!("OpenSSL reads it; {rules}"))],
        (None, Some(_)) => vec![item.disagreement(Aspect::CertificateRead, format!("OpenSSL does not; {rules}"))],
    }
}

fn compare_facts(item: &Item, certificate: &openssl::Certificate, facts: &Facts, expired: bool) -> Vec<Disagreement> {
    let serial = BigInt::parse_bytes(certificate.serial.as_bytes(), 16).unwrap().to_string();
    let date = |text: &str| text.replace(' ', "T");
    let key = certificate.key.as_ref();
    let key_hash = key.map(|key| sha256(&key.spki));
    let mut compared = vec![
        (Aspect::Serial, serial, facts.serial_number.clone()),
        (Aspect::Fingerprint, certificate.fingerprint.clone(), facts.fingerprint_sha256.clone()),
        (Aspect::NotBefore, date(&certificate.not_before), facts.not_before.rfc3339()),
        (Aspect::NotAfter, date(&certificate.not_after), facts.not_after.rfc3339()),
        (Aspect::Subject, certificate.subject.clone(), with_identifiers(&facts.subject)),
        (Aspect::Issuer, certificate.issuer.clone(), with_identifiers(&facts.issuer)),
        (Aspect::Expired, certificate.expired.to_string(), expired.to_string()),
    ];
    if let (Some(key), Some(hash)) = (key, key_hash) {
        compared.push((Aspect::PublicKey, hash, facts.public_key_sha256.clone()));
        if key.is_named() {
            compared.push((Aspect::KeyKind, key.kind.clone(), facts.key_type.clone()));
        }
    }
    compared
        .into_iter()
        .filter(|(_, openssl, signet)| openssl != signet)
        .map(|(aspect, openssl, signet)| item.disagreement(aspect, format!("OpenSSL: {openssl}; {signet}")))
        .collect()
}

fn compare_key(item: &Item, reference: &Reference) -> Option<Disagreement> {
    let certificate = reference.key.as_ref().map_or_else(|| SPARE.clone(), |key| signet::certificate_for(&key.public));
    let verdict = signet::key(item, &certificate, NOW);
    let disagreement = |aspect, text: &str| Some(item.disagreement(aspect, format!("{text}; {verdict:?}")));
    let Some(key) = &reference.key else {
        // What is refused for its kind has not been read; what contradicts itself need not be readable.
        let is_refused = matches!(verdict, KeyVerdict::Unreadable | KeyVerdict::Refused | KeyVerdict::Unsound);
        return if is_refused { None } else { disagreement(Aspect::KeyRead, "OpenSSL cannot read it") };
    };
    match verdict {
        KeyVerdict::Unreadable => disagreement(Aspect::KeyRead, "OpenSSL reads it"),
        KeyVerdict::Refused if is_usable(&key.public.kind) => disagreement(Aspect::KeyUsable, &key.public.kind),
        KeyVerdict::Unsound if key.sound => disagreement(Aspect::KeySound, "OpenSSL finds it sound"),
        KeyVerdict::Belongs if !key.sound => disagreement(Aspect::KeySound, "OpenSSL finds it unsound"),
        KeyVerdict::Mismatch => disagreement(Aspect::Match, "the certificate is its own"),
        _ => None,
    }
}

/// The kinds of keys that a client certificate may have.
fn is_usable(kind: &str) -> bool {
    kind.starts_with("RSA ") || ["EC P-256", "EC P-384", "EC P-521", "Ed25519"].contains(&kind)
}

/// A certificate for where there is none: its key is nobody's.
static SPARE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let ed25519 = [&[0x30, 0x2A, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 3, 0x21, 0][..], &[7; 32]].concat();
    signet::certificate_for(&openssl::PublicKey { spki: ed25519, kind: "Ed25519".to_owned() })
});

/// The validator's text of a name, with the dotted types that OpenSSL was asked for.
fn with_identifiers(name: &str) -> String {
    let mut text = String::new();
    for (separator, part) in split_name(name) {
        let (kind, value) = part.split_once('=').unwrap();
        let identifier = TYPES.iter().find(|(known, _)| *known == kind).map_or(kind, |(_, identifier)| identifier);
        text.extend([separator.as_str(), identifier, "=", value]);
    }
    text
}

/// The parts of a name with what stands before each: nothing, `, ` or `+`.
fn split_name(name: &str) -> Vec<(String, String)> {
    let mut parts = vec![(String::new(), String::new())];
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        let part = &mut parts.last_mut().unwrap().1;
        match character {
            '\\' => part.extend(std::iter::once(character).chain(characters.next())),
            ',' => {
                characters.next_if_eq(&' ');
                parts.push((", ".to_owned(), String::new()));
            }
            '+' => parts.push((" + ".to_owned(), String::new())),
            _ => part.push(character),
        }
    }
    parts.retain(|(_, part)| !part.is_empty());
    parts
}

/// The names that the validator gives to types of attributes.
const TYPES: &[(&str, &str)] = &[
    ("CN", "2.5.4.3"),
    ("SN", "2.5.4.4"),
    ("serialNumber", "2.5.4.5"),
    ("C", "2.5.4.6"),
    ("L", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("STREET", "2.5.4.9"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("title", "2.5.4.12"),
    ("postalCode", "2.5.4.17"),
    ("GN", "2.5.4.42"),
    ("organizationIdentifier", "2.5.4.97"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("emailAddress", "1.2.840.113549.1.9.1"),
];

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    hex(&sha2::Sha256::digest(bytes))
}

/// Lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xF)]).collect()
}
