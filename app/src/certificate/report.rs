//! What the validator says: findings, and the public facts of the certificate.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::rules::Rule;
use crate::timestamp::Timestamp;

/// Everything that was found in one upload.
///
/// The same upload and the same `now` give the same report everywhere. No part of it can hold a private key or a line of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Errors first, then in the order of the input.
    pub findings: Vec<Finding>,
    /// The public fields of the leaf (of the first certificate for a CA upload), as far as they can be read.
    pub certificate: Option<Facts>,
    /// What each input holds, in the order certificates, private key.
    pub contents: Vec<Contents>,
}

impl Report {
    /// Whether nothing speaks against storing the upload (warnings do not).
    pub fn is_valid(&self) -> bool {
        !self.findings.iter().any(|finding| finding.severity() == Severity::Error)
    }

    /// The inputs that are locked, each once: [`unlock`](super::unlock()) opens them with their passphrase.
    pub fn locked(&self) -> Vec<Pointer> {
        let mut pointers: Vec<Pointer> = Vec::new();
        for finding in &self.findings {
            if Rule::OF_LOCKED_FILES.contains(&finding.rule) && !pointers.contains(&finding.pointer) {
                pointers.push(finding.pointer);
            }
        }
        pointers
    }

    /// Says why an input could not be opened, where the report has said that it is locked.
    #[must_use]
    pub fn not_opened(mut self, why: Finding) -> Self {
        self.findings
            .retain(|finding| finding.pointer != why.pointer || !Rule::OF_LOCKED_FILES.contains(&finding.rule));
        self.findings.push(why);
        put_in_order(&mut self.findings);
        self
    }

    /// The strong warnings, each once: a person must confirm them before the upload is stored.
    pub fn to_confirm(&self) -> Vec<Rule> {
        let mut rules: Vec<Rule> = Vec::new();
        for finding in &self.findings {
            if finding.severity() == Severity::StrongWarning && !rules.contains(&finding.rule) {
                rules.push(finding.rule);
            }
        }
        rules
    }
}

/// One thing that was found.
///
/// As JSON it has a `severity` too (`error`, `warning`, `information` is written `info`; a strong warning is a `warning` with
/// `"confirm": true`); when read back, the rule decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// What is wrong, with the values that matter.
    pub message: String,
    /// What to do next; where possible a command to copy. Empty if the message says it all.
    pub hint: String,
    /// Which input.
    pub pointer: Pointer,
    /// Line in that input, from 1.
    pub line: Option<u32>,
    /// Which certificate of the upload, from 1.
    pub certificate: Option<u32>,
}

impl Finding {
    /// What `rule` says about an input as a whole, without a hint.
    pub fn new(rule: Rule, pointer: Pointer, message: impl Into<String>) -> Self {
        Place::input(pointer).finds(rule, message)
    }

    /// The same, with what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// How much it matters; each rule has one severity.
    pub fn severity(&self) -> Severity {
        self.rule.severity()
    }
}

/// Where in an upload something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) pointer: Pointer,
    pub(super) line: Option<u32>,
    pub(super) certificate: Option<u32>,
}

impl Place {
    /// An input as a whole.
    pub(super) const fn input(pointer: Pointer) -> Self {
        Self { pointer, line: None, certificate: None }
    }

    /// A line of an input.
    pub(super) const fn line(pointer: Pointer, line: Option<u32>) -> Self {
        Self { pointer, line, certificate: None }
    }

    /// `Line 12: `, or nothing where lines have no number.
    pub(super) fn prefix(self) -> String {
        self.line.map(|line| format!("Line {line}: ")).unwrap_or_default()
    }

    /// What `rule` says about this place.
    pub(super) fn finds(self, rule: Rule, message: impl Into<String>) -> Finding {
        Finding {
            rule,
            message: shortened(message.into()),
            hint: String::new(),
            pointer: self.pointer,
            line: self.line,
            certificate: self.certificate,
        }
    }
}

/// The longest message, in characters: what a certificate says of itself (names, identifiers) can be as long as the certificate.
const LONGEST_MESSAGE: usize = 400;

fn shortened(mut message: String) -> String {
    if let Some((end, _)) = message.char_indices().nth(LONGEST_MESSAGE) {
        message.truncate(end);
        message.push('…');
    }
    message
}

/// How often one rule is said of one file: the tenth time says enough.
const MOST_OF_A_RULE: usize = 10;

/// Errors first, then in the order of the input; what stands at one place, in the order of the catalogue.
pub(super) fn put_in_order(findings: &mut Vec<Finding>) {
    findings.sort_by_key(|finding| {
        let kept = finding.severity() != Severity::Error;
        (kept, finding.pointer, finding.line, finding.certificate, finding.rule)
    });
    findings.dedup();
    let mut said: HashMap<(Rule, Pointer), usize> = HashMap::new();
    findings.retain(|finding| {
        let times = said.entry((finding.rule, finding.pointer)).or_default();
        *times += 1;
        *times <= MOST_OF_A_RULE
    });
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Never stored.
    Error,
    /// Stored after a person has confirmed it.
    StrongWarning,
    /// Stored, and said.
    Warning,
    /// Good to know.
    Information,
}

/// Which input a finding is about: a JSON pointer (RFC 6901) into the REST upload's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Pointer {
    /// The file with the certificates.
    #[serde(rename = "/certificates")]
    Certificates,
    /// The file with the private key.
    #[serde(rename = "/private_key")]
    PrivateKey,
    /// The name.
    #[serde(rename = "/name")]
    Name,
}

/// What one input holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Which input.
    pub pointer: Pointer,
    /// CERTIFICATE blocks.
    pub certificates: u32,
    /// Private key blocks of any kind, encrypted ones included.
    pub private_keys: u32,
    /// Bytes.
    pub size: u32,
}

/// The public fields of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The subject, `CN=api.meridian.example, O=Meridian Retail, C=ES`: RFC 4514 escaping, most specific part first, unsafe
    /// characters shown escaped.
    pub subject: String,
    /// The issuer, written in the same way.
    pub issuer: String,
    /// The subject's common name, if it has one.
    pub subject_common_name: Option<String>,
    /// The issuer's common name, if it has one.
    pub issuer_common_name: Option<String>,
    /// Subject alternative names in the certificate's order: DNS names, e-mail and IP addresses, URIs.
    pub names: Vec<String>,
    /// Begin of the validity.
    pub not_before: Timestamp,
    /// End of the validity.
    pub not_after: Timestamp,
    /// `RSA 2048`, `EC P-256`, `Ed25519`, or the algorithm's identifier in dots.
    pub key_type: String,
    /// Extended key usages in words, `Client authentication`; empty if the certificate has no such extension.
    pub usages: Vec<String>,
    /// Serial number in decimal.
    pub serial_number: String,
    /// SHA-256 of the DER certificate, 64 lower-case hex digits.
    pub fingerprint_sha256: String,
    /// SHA-256 of the DER `SubjectPublicKeyInfo`, 64 lower-case hex digits.
    pub public_key_sha256: String,
    /// Whether its basic constraints say CA.
    pub ca: bool,
    /// Whether subject and issuer are the same name.
    pub self_issued: bool,
    /// Common names (else whole subjects) from the leaf towards the root, in handshake order.
    pub chain: Vec<String>,
    /// Whether a private key was given and belongs to the certificate.
    pub key_belongs: bool,
    /// The name it gets when none is given: common name, else first SAN, else "Certificate" and eight digits of the fingerprint.
    pub suggested_name: String,
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            Written::from(self.clone()).serialize(serializer)
        } else {
            let Self { rule, message, hint, pointer, line, certificate } = self;
            (rule, message, hint, pointer, line, certificate).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Finding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Written::deserialize(deserializer).map(Self::from);
        }
        let (rule, message, hint, pointer, line, certificate) = Deserialize::deserialize(deserializer)?;
        Ok(Self { rule, message, hint, pointer, line, certificate })
    }
}

/// A finding as JSON.
#[derive(Serialize, Deserialize)]
struct Written {
    rule: Rule,
    #[serde(default, skip_deserializing)]
    severity: &'static str,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    confirm: bool,
    message: String,
    hint: String,
    pointer: Pointer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate: Option<u32>,
}

impl From<Finding> for Written {
    fn from(finding: Finding) -> Self {
        let severity = finding.severity();
        Self {
            rule: finding.rule,
            severity: match severity {
                Severity::Error => "error",
                Severity::StrongWarning | Severity::Warning => "warning",
                Severity::Information => "info",
            },
            confirm: severity == Severity::StrongWarning,
            message: finding.message,
            hint: finding.hint,
            pointer: finding.pointer,
            line: finding.line,
            certificate: finding.certificate,
        }
    }
}

impl From<Written> for Finding {
    fn from(written: Written) -> Self {
        Self {
            rule: written.rule,
            message: written.message,
            hint: written.hint,
            pointer: written.pointer,
            line: written.line,
            certificate: written.certificate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_an_end() {
        let message = |length: usize| Finding::new(Rule::InEmpty, Pointer::Name, "é".repeat(length)).message;
        assert_eq!(message(400), "é".repeat(400));
        assert_eq!(message(401), "é".repeat(400) + "…");
    }
}
