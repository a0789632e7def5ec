//! The validator, asked in OpenSSL's terms.

use std::panic::{AssertUnwindSafe, catch_unwind};

use app::certificate::{Facts, Finding, Kind, Pointer, Report, Severity, Upload, validate};
use app::timestamp::Timestamp;

use crate::collection::Item;
use crate::openssl::PublicKey;

/// Findings that say that there is no private key that can be read, in the key's file.
const UNREADABLE_KEY: &[&str] = &["key.parse", "key.encrypted_pkcs8", "key.encrypted_legacy", "key.public_only"];
/// Findings that say that a key is what it is, but not which: it was not looked at further.
const REFUSED_KEY: &[&str] = &["key.alg", "key.provider", "key.ec_explicit"];
/// Findings that say that the parts of a key contradict each other.
const UNSOUND_KEY: &[&str] = &["key.rsa_inconsistent", "key.ec_curve_conflict"];
/// Findings that say that a key and a certificate do not belong together.
const MISMATCH: &[&str] = &["key.mismatch", "key.mismatch_type"];

/// What the validator makes of a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyVerdict {
    /// There is none, it cannot be read, or it needs a passphrase.
    Unreadable,
    /// A kind that cannot be used.
    Refused,
    /// Its parts contradict each other.
    Unsound,
    /// A key that could be used, but for another certificate.
    Mismatch,
    /// The certificate's.
    Belongs,
}

/// The report on an upload; the same one when asked again, and never one that says nothing.
pub fn report(kind: Kind, certificates: &[u8], private_key: Option<&[u8]>, now: i64) -> Report {
    let upload = Upload { kind, certificates, private_key, name: None };
    let judge = || validate(&upload, Timestamp::from_seconds(now));
    let verdict = judge();
    assert_eq!(verdict.report, judge().report, "another report the second time");
    assert_eq!(verdict.report.is_valid(), verdict.material.is_some());
    assert!(verdict.material.is_some() || !verdict.report.findings.is_empty(), "an empty report");
    verdict.report
}

/// The facts of the first certificate, if it can be read.
pub fn certificate(item: &Item, now: i64) -> (Option<Facts>, Vec<Finding>) {
    let report = named(item, || report(Kind::Leaf, &item.bytes, None, now));
    (report.certificate, report.findings)
}

/// What becomes of a private key beside a certificate.
pub fn key(item: &Item, certificate: &[u8], now: i64) -> KeyVerdict {
    let report = named(item, || report(Kind::Leaf, certificate, Some(&item.bytes), now));
    let has = |rules: &[&str]| report.findings.iter().any(|finding| rules.contains(&finding.rule.id()));
    let belongs = report.certificate.as_ref().is_some_and(|facts| facts.key_belongs);
    if belongs {
        assert!(!has(MISMATCH), "{}: belongs and does not", item.name);
        KeyVerdict::Belongs
    } else if has(MISMATCH) {
        KeyVerdict::Mismatch
    } else if has(UNSOUND_KEY) {
        KeyVerdict::Unsound
    } else if readable_keys(&report, item.blocks) == 0 {
        KeyVerdict::Unreadable
    } else if has(REFUSED_KEY) {
        KeyVerdict::Refused
    } else {
        KeyVerdict::Mismatch
    }
}

/// A certificate for this public key. Nothing in it is signed; its issuer is not there, so nobody asks.
pub fn certificate_for(key: &PublicKey) -> Vec<u8> {
    let sequence = |parts: &[&[u8]]| element(0x30, &parts.concat());
    let name = |value: &[u8]| {
        let attribute = sequence(&[&[6, 3, 0x55, 4, 3], &element(0x0C, value)]);
        sequence(&[&element(0x31, &attribute)])
    };
    let algorithm = sequence(&[&[6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2]]);
    let validity = sequence(&[&element(0x17, b"000101000000Z"), &element(0x17, b"491231235959Z")]);
    let version = element(0xA0, &[2, 1, 2]);
    let signed =
        sequence(&[&version, &[2, 1, 7], &algorithm, &name(b"Issuer"), &validity, &name(b"Subject"), &key.spki]);
    sequence(&[&signed, &algorithm, &element(3, &[0; 9])])
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let head = if content.len() < 128 { vec![tag, length[1]] } else { vec![tag, 0x82, length[0], length[1]] };
    [head.as_slice(), content].concat()
}

/// How many private keys can be read. Of a file with several blocks nobody can say whose form is broken.
fn readable_keys(report: &Report, blocks: usize) -> usize {
    let of_the_key = || report.findings.iter().filter(|finding| finding.pointer == Pointer::PrivateKey);
    let is_form = |finding: &Finding| ["in.", "pem."].iter().any(|section| finding.rule.id().starts_with(section));
    if blocks <= 1 && of_the_key().any(|finding| finding.severity() == Severity::Error && is_form(finding)) {
        return 0;
    }
    let keys: u32 =
        report.contents.iter().filter(|file| file.pointer == Pointer::PrivateKey).map(|file| file.private_keys).sum();
    let unreadable = of_the_key().filter(|finding| UNREADABLE_KEY.contains(&finding.rule.id())).count();
    usize::try_from(keys).unwrap().saturating_sub(unreadable)
}

/// A panic says where.
pub fn named<T>(item: &Item, ask: impl FnOnce() -> T) -> T {
    let answer = catch_unwind(AssertUnwindSafe(ask));
    assert!(answer.is_ok(), "the validator fell over {}", item.name);
    answer.unwrap()
}
