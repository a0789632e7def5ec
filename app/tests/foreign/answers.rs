//! What holds for every file, whatever it is.

use app::certificate::Kind;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::collection::{FILES, ITEMS, Item};
use crate::compared::{NOW, hex, in_parallel, references};
use crate::disagreements::{Aspect, Disagreement, check};
use crate::{openssl, signet};

/// So many characters in a row would be a leak.
const WINDOW: usize = 24;

#[test]
fn every_file_gets_an_answer() {
    println!("{} files", FILES.len());
    in_parallel(&FILES, |file| {
        signet::report(Kind::Leaf, &file.bytes, Some(&file.bytes), NOW);
        signet::report(Kind::CertificateAuthority, &file.bytes, None, NOW);
    });
}

#[test]
fn no_report_holds_a_part_of_a_key() {
    let keys: Vec<&Item> = references()
        .filter(|(item, reference)| {
            reference.key.is_some() || item.label.as_ref().is_some_and(|label| label.contains("PRIVATE"))
        })
        .map(|(item, _)| item)
        .collect();
    let searched: usize = in_parallel(&keys, |item| search(item)).into_iter().sum();
    assert!(searched > 50_000, "{searched} characters were searched");
}

/// How much was searched.
fn search(item: &Item) -> usize {
    let report = signet::report(Kind::Leaf, &item.bytes, Some(&item.bytes), NOW);
    let output = serde_json::to_string(&report).unwrap();
    let hex = hex(&item.bytes);
    let written = match item.label {
        Some(_) => String::from_utf8_lossy(&item.bytes).lines().map(str::trim).filter(|line| is_base64(line)).collect(),
        None => STANDARD.encode(&item.bytes),
    };
    let is_leak = |part: &[u8]| str::from_utf8(part).is_ok_and(|part| written.contains(part) || hex.contains(part));
    let leak = output.as_bytes().windows(WINDOW).find(|part| is_leak(part)).map(String::from_utf8_lossy);
    assert_eq!(leak, None, "{}: the report holds a part of the key", item.name);
    output.len()
}

fn is_base64(line: &str) -> bool {
    line.chars().all(|character| character.is_ascii_alphanumeric() || "+/=".contains(character))
}

/// What a finding says a binary file is, how its message begins, and whether OpenSSL reads such a file.
type Recognised = (&'static str, &'static str, fn(&Item) -> bool);

const RECOGNISED: &[Recognised] = &[
    ("in.p7b", "", |item| openssl::reads(item, &["pkcs7"]) || openssl::reads(item, &["cms", "-cmsout"])),
    ("in.pfx", "", openssl::is_pkcs12),
    ("pem.unsupported_label", "This is a signing request", |item| openssl::reads(item, &["req"])),
    ("pem.crl_ignored", "", |item| openssl::reads(item, &["crl"])),
    ("key.public_only", "", |item| {
        openssl::reads(item, &["pkey", "-pubin"]) || openssl::reads(item, &["rsa", "-RSAPublicKey_in"])
    }),
];

#[test]
fn what_else_a_file_is_is_recognised() {
    let binary: Vec<&Item> = ITEMS.iter().filter(|item| item.label.is_none()).collect();
    let found = in_parallel(&binary, |item| recognise(item));
    check(&[Aspect::Other], found.into_iter().flatten());
}

/// Where the validator names the kind of a file OpenSSL reads it as such, and where it knows none, neither does OpenSSL.
fn recognise(item: &Item) -> Option<Disagreement> {
    let report = signet::report(Kind::Leaf, &item.bytes, None, NOW);
    let says = |rule: &str, begin: &str| {
        report.findings.iter().any(|finding| finding.rule.id() == rule && finding.message.starts_with(begin))
    };
    if let Some((rule, _, reads)) = RECOGNISED.iter().find(|(rule, begin, _)| says(rule, begin)) {
        return (!reads(item)).then(|| item.disagreement(Aspect::Other, format!("OpenSSL does not read it; {rule}")));
    }
    let (rule, ..) = RECOGNISED.iter().filter(|_| says("in.der_unknown", "")).find(|(.., reads)| reads(item))?;
    Some(item.disagreement(Aspect::Other, format!("OpenSSL reads it as {rule}; in.der_unknown")))
}
