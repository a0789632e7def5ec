//! What must hold for whatever is uploaded, and the key that the fuzzer plants.

use app::certificate::{Facts, Finding, Kind, PrivateKey, Report, Severity, Upload, Verdict, report_text, validate};
use app::timestamp::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A client certificate for [`planted_key`], valid from 2026 to 2028. Its issuer's key is gone.
pub const CERTIFICATE: &[u8] = include_bytes!("../certificate.pem");

/// 2026-11-21 10:42 UTC, the day of most cases in the table.
pub const NOW: Timestamp = Timestamp::from_seconds(1_795_257_720);

/// The scalar of a key on P-256.
const SCALAR: &[u8; 32] = b"nobody's key, for fuzzing alone.";
/// What stands before it in PKCS#8 (RFC 5958, RFC 5915).
const BEFORE_SCALAR: &[u8; 35] =
    b"\x30\x41\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\
                                   \x04\x27\x30\x25\x02\x01\x01\x04\x20";
/// So many characters of a key in a row are a leak.
const WINDOW: usize = 24;

/// A private key in DER.
#[must_use]
pub fn planted_key() -> Vec<u8> {
    [&BEFORE_SCALAR[..], SCALAR].concat()
}

/// The Base64 of [`planted_key`].
#[must_use]
pub fn planted_text() -> String {
    STANDARD.encode(planted_key())
}

/// A PEM block in one long line.
#[must_use]
pub fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der)).into_bytes()
}

/// Judges an upload, and panics if what must hold for every report does not.
pub fn judge(upload: &Upload<'_>, now: Timestamp) -> Verdict {
    let verdict = validate(upload, now);
    let report = &verdict.report;
    assert_eq!(report.is_valid(), verdict.material.is_some(), "material comes with a valid report: {report:?}");
    assert!(verdict.material.is_some() || !report.findings.is_empty(), "an empty answer");
    check_order(&report.findings);
    for finding in &report.findings {
        check_texts([&finding.message, &finding.hint]);
        assert!(finding.message.chars().count() <= 401 && !finding.message.is_empty(), "{finding:?}");
    }
    if let Some(facts) = &report.certificate {
        check_facts(facts);
    }
    check_writing(report);
    if let Some(material) = &verdict.material {
        assert_eq!(material.private_key.is_some(), upload.kind == Kind::Leaf, "{report:?}");
        assert!(!material.chain.is_empty(), "{report:?}");
    }
    verdict
}

/// Errors first, then in the order of the input.
fn check_order(findings: &[Finding]) {
    let places = findings.iter().map(|finding| {
        (finding.severity() != Severity::Error, finding.pointer, finding.line, finding.certificate, finding.rule)
    });
    assert!(places.is_sorted(), "{findings:?}");
}

/// Whatever a certificate says of itself, it is shown in one line.
fn check_texts<'a>(texts: impl IntoIterator<Item = &'a String>) {
    for text in texts {
        assert!(!text.chars().any(char::is_control), "{text:?}");
    }
}

fn check_facts(facts: &Facts) {
    let Facts { subject, issuer, key_type, serial_number, suggested_name, names, usages, chain, .. } = facts;
    check_texts([subject, issuer, key_type, serial_number, suggested_name]);
    check_texts(facts.subject_common_name.iter().chain(&facts.issuer_common_name));
    check_texts(names.iter().chain(usages).chain(chain));
    assert!(!suggested_name.is_empty(), "{facts:?}");
}

/// A report survives the way to the page and back, and has a text for the command line.
fn check_writing(report: &Report) {
    let json = written(report);
    let read: Report = serde_json::from_str(&json).expect("a report can be read back");
    assert_eq!(&read, report, "{json}");
    assert!(report_text(report).ends_with(".\n"), "{json}");
}

/// Judged again, the answer is the same.
pub fn check_again(verdict: &Verdict, upload: &Upload<'_>, now: Timestamp) {
    assert_eq!(validate(upload, now).report, verdict.report, "another answer to the same question");
}

/// What is kept of a valid upload is valid itself, and stands for the same chain.
pub fn check_kept(verdict: &Verdict, kind: Kind, now: Timestamp) {
    let Some(material) = &verdict.material else { return };
    let key = material.private_key.as_ref().map(PrivateKey::expose_pem);
    let kept = Upload {
        kind,
        certificates: material.text.as_bytes(),
        private_key: key.as_ref().map(|key| key.as_bytes()),
        name: None,
    };
    let again = validate(&kept, now);
    let chain = again.material.as_ref().map(|material| &material.chain);
    assert_eq!(chain, Some(&material.chain), "{:?} became {:?}", verdict.report, again.report);
}

/// No part of the planted key is in the report.
pub fn check_secrecy(report: &Report) {
    let json = written(report);
    let text = planted_text();
    let hex = SCALAR.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    // Up to the scalar all keys are the same.
    let secrets = [&text[BEFORE_SCALAR.len() * 4 / 3 + 1..], &hex];
    for secret in secrets {
        for start in 0..=secret.len() - WINDOW {
            assert!(!json.contains(&secret[start..start + WINDOW]), "a part of the key: {json}");
        }
    }
}

fn written(report: &Report) -> String {
    serde_json::to_string(report).expect("a report can be written")
}
