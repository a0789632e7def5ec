//! Version, serial number, extensions as such.

use x509_parser::asn1_rs::Oid;
use x509_parser::extensions::{ParsedExtension, X509Extension};
use x509_parser::x509::X509Version;

use super::Role;
use crate::certificate::parsed::{Parsed, extension};
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
    for extension in certificate.malformed_extensions() {
        if let Some(name) = name_of_malformed(extension) {
            let message = format!("The {name} of {} cannot be read; servers refuse that.", called.to_lowercase());
            find(Rule::CrtExtMalformed, message, "Ask your issuer for a new one.");
        }
    }
    check_serial(certificate, findings);
}

/// What an extension is called that cannot be read. `None` if another rule says so (`crt.eku_empty`, `crt.san_malformed`), or if it is
/// none of RFC 5280: x509-parser knows more of them, which servers do not look at.
fn name_of_malformed(extension: &X509Extension<'_>) -> Option<String> {
    let oid = extension.oid.to_id_string();
    let name = match oid.as_str() {
        extension::ALTERNATIVE_NAME => return None,
        extension::EXTENDED_KEY_USAGE if extension::is_empty_sequence(extension) => return None,
        extension::KEY_USAGE => "key usage",
        extension::BASIC_CONSTRAINTS => "basic constraints extension",
        extension::EXTENDED_KEY_USAGE => "extended key usage",
        "2.5.29.14" => "subject key identifier",
        "2.5.29.30" => "name constraints extension",
        "2.5.29.32" => "certificate policies extension",
        "2.5.29.35" => "authority key identifier",
        _ => return is_of_rfc_5280(extension).then(|| format!("extension {oid}")),
    };
    Some(name.to_owned())
}

/// Whether it is of the arcs `id-ce` or `id-pe` (RFC 5280 section 4.2).
fn is_of_rfc_5280(extension: &X509Extension<'_>) -> bool {
    let oid = extension.oid.to_id_string();
    oid.starts_with("2.5.29.") || oid.starts_with("1.3.6.1.5.5.7.1.")
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

/// The first critical extension that TLS servers need not know (RFC 5280 section 4.2).
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
                // What cannot be read is another rule's matter.
                ParsedExtension::ParseError { .. } => !is_of_rfc_5280(extension),
                _ => true,
            }
    })?;
    Some(unknown.oid.to_id_string())
}
