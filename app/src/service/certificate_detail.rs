//! One certificate: what its page shows, and what takes its place.

use serde::{Deserialize, Serialize};

use super::{CertificateRow, CertificateUsage, UsingNode};
use crate::certificate::{Finding, Link};
use crate::timestamp::Timestamp;

/// Everything that the page of a certificate shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateDetail {
    /// The server's time when it was read, whole seconds; everything that depends on time is computed from it.
    pub now: Timestamp,
    /// Number of the last change in the company that this may show, as in [`super::CertificateList`].
    pub as_of: i64,
    /// As the list shows it.
    pub row: CertificateRow,
    /// Until when it can be restored, if it was deleted.
    pub restorable_until: Option<Timestamp>,
    /// The name of the company's primary, if there is one.
    pub primary: Option<String>,
    /// The subject, most specific part first; RFC 4514 escaping.
    pub subject: String,
    /// The issuer, written in the same way.
    pub issuer: String,
    /// Subject alternative names in the certificate's order.
    pub names: Vec<String>,
    /// Serial number in decimal.
    pub serial_number: String,
    /// The serial number's octets, lower-case hex digits.
    pub serial_hex: String,
    /// `RSA 2048`, `EC P-256`, …
    pub key_type: String,
    /// The algorithm that it is signed with, `ECDSA with SHA-256`.
    pub signature: String,
    /// Key usages and extended key usages in words.
    pub usages: Vec<String>,
    /// SHA-256 of the DER certificate, 64 lower-case hex digits.
    pub fingerprint_sha256: String,
    /// SHA-1 of the DER certificate, 40 lower-case hex digits.
    pub fingerprint_sha1: String,
    /// SHA-256 of the DER `SubjectPublicKeyInfo`, 64 lower-case hex digits.
    pub public_key_sha256: String,
    /// The certificates that are sent, the leaf first, and the root that came with them.
    pub chain: Vec<Link>,
    /// Hosts that it may be presented to; empty for any.
    pub allowed_hosts: Vec<String>,
    /// The version of the contents that are in use, from 1.
    pub content_version: i64,
    /// Which API nodes use it, and how the last call with it ended.
    pub usage: CertificateUsage,
    /// Contents that were replaced and can be brought back, the one that was replaced last first.
    pub earlier: Vec<EarlierVersion>,
    /// What was done to it, newest first.
    pub history: Vec<HistoryEntry>,
    /// There is more than that in the audit log.
    pub history_goes_on: bool,
}

/// Contents of a certificate that were replaced and can be brought back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierVersion {
    /// Their number, from 1.
    pub version: i64,
    /// When others took their place.
    pub replaced_on: Timestamp,
    /// Who did it.
    pub replaced_by: String,
    /// Until when they can be brought back.
    pub until: Timestamp,
    /// The issuer's common name, else the whole issuer.
    pub issuer: String,
    /// Begin of the validity.
    pub not_before: Timestamp,
    /// End of the validity.
    pub not_after: Timestamp,
}

/// Something that was done to a certificate, or refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The audit entry's number.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// `person`, `token`, `command_line` or `nobody`.
    pub actor_kind: String,
    /// The name at that time.
    pub actor_name: String,
    /// `certificate.rename`, …
    pub action: String,
    /// Whether it was refused.
    pub refused: bool,
    /// What else matters, one line.
    pub detail: String,
}

/// A stored certificate that an upload may renew, or is to take the place of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renewal {
    /// As the list shows it.
    pub certificate: CertificateRow,
    /// What it has in common with the upload.
    pub alike: Alike,
    /// The subject, written as in the upload's facts.
    pub subject: String,
    /// The issuer, written in the same way.
    pub issuer: String,
    /// Subject alternative names.
    pub names: Vec<String>,
    /// `RSA 2048`, `EC P-256`, …
    pub key_type: String,
    /// SHA-256 of the DER `SubjectPublicKeyInfo`, 64 lower-case hex digits.
    pub public_key_sha256: String,
    /// Extended key usages in words.
    pub usages: Vec<String>,
    /// The API nodes that use it.
    pub nodes: Vec<UsingNode>,
}

/// What an upload and a stored certificate have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Alike {
    /// Nothing that makes it a renewal: somebody has chosen the certificate to replace.
    Nothing,
    /// The subject alternative names.
    Names,
    /// Subject and issuer.
    SubjectAndIssuer,
    /// Subject, issuer and subject alternative names.
    All,
}

/// A certificate that has other contents now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// As the list shows it.
    pub certificate: CertificateRow,
    /// How many API nodes use it.
    pub used_by: u64,
    /// What was found and did not speak against it.
    pub findings: Vec<Finding>,
}
