//! The public facts of a certificate.

use sha2::{Digest, Sha256};
use x509_parser::num_bigint::BigInt;

use super::distinguished_name as name;
use super::key::hex;
use super::name::CertificateName;
use super::parsed::Parsed;
use super::report::Facts;

impl Facts {
    /// Whom it is issued to: the subject's common name, else the first SAN, else the whole subject.
    pub fn issued_to(&self) -> &str {
        let common_name = self.subject_common_name.as_ref().filter(|name| !name.is_empty());
        common_name.or(self.names.first()).unwrap_or(&self.subject)
    }

    /// What there is to say about `leaf`, which is sent with `chain` behind it.
    pub(super) fn of(leaf: &Parsed<'_>, chain: &[&Parsed<'_>], key_belongs: bool) -> Self {
        let fingerprint_sha256 = hex(&Sha256::digest(leaf.der));
        let subject_common_name = name::common_name(leaf.x509.subject());
        let names = leaf.names();
        let candidates = subject_common_name.iter().chain(&names).map(String::as_str);
        let suggested_name = CertificateName::suggest(candidates).map_or_else(
            || format!("Certificate {}", fingerprint_sha256.chars().take(8).collect::<String>()),
            |name| name.as_str().to_owned(),
        );
        Self {
            subject: name::text(leaf.x509.subject()),
            issuer: name::text(leaf.x509.issuer()),
            subject_common_name,
            issuer_common_name: name::common_name(leaf.x509.issuer()),
            names,
            not_before: leaf.not_before(),
            not_after: leaf.not_after(),
            key_type: leaf.key_type(),
            usages: leaf.usages(),
            serial_number: BigInt::from_signed_bytes_be(leaf.x509.raw_serial()).to_string(),
            fingerprint_sha256,
            public_key_sha256: hex(&Sha256::digest(leaf.x509.public_key().raw)),
            ca: leaf.is_ca(),
            self_issued: leaf.is_self_issued(),
            chain: chain.iter().map(|certificate| certificate.shown()).collect(),
            key_belongs,
            suggested_name,
        }
    }
}
