//! Version, serial number, extensions as such.

use x509_parser::asn1_rs::Oid;
use x509_parser::extensions::ParsedExtension;
use x509_parser::x509::X509Version;

use super::Role;
use crate::certificate::parsed::Parsed;
use crate::certificate::report::Finding;
use crate::certificate::rules::Rule;

/// The longest serial number (RFC 5280 section 4.1.2.2).
const MAX_SERIAL: usize = 20;

pub(super) fn check(certificate: &Parsed<'_>, role: Role, findings: &mut Vec<Finding>) {
    let called = &certificate.called;
    let x509 = &certificate.x509;
    let mut find = |rule, message: String, hint: &str| findings.push(certificate.finds(rule, message).hint(hint));

    if x509.version() != X509Version::V3 {
        let version = x509.version().0.saturating_add(1);
        let hint = "Ask your issuer for a version 3 certificate.";
        find(Rule::CrtVersion, format!("{called} has X.509 version {version}; TLS needs version 3."), hint);
    }
    // RFC 5280 section 4.1.1.2
    if x509.signature_algorithm != x509.tbs_certificate.signature {
        let message = format!("{called} names two different signature algorithms and is not usable.");
        find(Rule::CrtSigalgMismatch, message, "Ask your issuer for a new one.");
    }
    if let Some(oid) = duplicate_extension(certificate) {
        let message = format!("{called} has the extension {oid} twice and is not usable.");
        find(Rule::CrtDupExt, message, "Ask your issuer for a new one.");
    }
    if let Some(oid) = unknown_critical_extension(certificate) {
        if role == Role::Issuer {
            let message = format!("{called} has a critical extension ({oid}) that servers refuse.");
            find(Rule::ChainCritUnknown, message, "Ask your issuer for another certificate of its chain.");
        } else {
            let message = format!("{called} has a critical extension ({oid}) that servers may refuse.");
            find(Rule::CrtCritUnknown, message, "Ask the service whether it knows this extension.");
        }
    }
    check_serial(certificate, findings);
}

fn check_serial(certificate: &Parsed<'_>, findings: &mut Vec<Finding>) {
    let serial = certificate.x509.raw_serial();
    let (rule, what) = if serial.iter().all(|byte| *byte == 0) {
        (Rule::CrtSerialZero, "0")
    } else if serial.first().is_some_and(|first| first & 0x80 != 0) {
        (Rule::CrtSerialNeg, "negative")
    } else if serial.strip_prefix(&[0]).unwrap_or(serial).len() > MAX_SERIAL {
        (Rule::CrtSerialLong, "longer than 20 octets")
    } else {
        return;
    };
    let message = format!(
        "The serial number of {} is {what}; some servers refuse that (RFC 5280 section 4.1.2.2).",
        certificate.called.to_lowercase()
    );
    findings
        .push(certificate.finds(rule, message).hint("Ask your issuer for a certificate with a proper serial number."));
}

/// The first extension that is there twice (RFC 5280 section 4.2).
fn duplicate_extension(certificate: &Parsed<'_>) -> Option<String> {
    let mut seen: Vec<&Oid<'_>> = Vec::new();
    certificate.x509.extensions().iter().find_map(|extension| {
        let twice = seen.contains(&&extension.oid);
        seen.push(&extension.oid);
        twice.then(|| extension.oid.to_id_string())
    })
}

/// The first critical extension that TLS servers need not know, or that cannot be read (RFC 5280 section 4.2).
fn unknown_critical_extension(certificate: &Parsed<'_>) -> Option<String> {
    let unknown = certificate.x509.extensions().iter().find(|extension| {
        extension.critical
            && match extension.parsed_extension() {
                ParsedExtension::BasicConstraints(_)
                | ParsedExtension::KeyUsage(_)
                | ParsedExtension::ExtendedKeyUsage(_)
                | ParsedExtension::SubjectAlternativeName(_)
                | ParsedExtension::NameConstraints(_)
                | ParsedExtension::CertificatePolicies(_)
                | ParsedExtension::PolicyMappings(_)
                | ParsedExtension::PolicyConstraints(_)
                | ParsedExtension::InhibitAnyPolicy(_)
                | ParsedExtension::AuthorityKeyIdentifier(_)
                | ParsedExtension::SubjectKeyIdentifier(_)
                | ParsedExtension::CRLDistributionPoints(_) => false,
                // An empty one is said by its own rule.
                ParsedExtension::ParseError { .. } => extension.oid.to_id_string() != super::usage::EXTENDED_KEY_USAGE,
                _ => true,
            }
    })?;
    Some(unknown.oid.to_id_string())
}
