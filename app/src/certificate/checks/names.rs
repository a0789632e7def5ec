//! Subject, issuer and alternative names.

use x509_parser::extensions::{GeneralName, ParsedExtension};

use super::{Role, public_authority};
use crate::certificate::characters::is_unsafe;
use crate::certificate::distinguished_name as name;
use crate::certificate::parsed::{Parsed, address};
use crate::certificate::report::Finding;
use crate::certificate::rules::Rule;

/// subjectAltName (RFC 5280 section 4.2.1.6).
const ALTERNATIVE_NAME: &str = "2.5.29.17";

pub(super) fn check(certificate: &Parsed<'_>, role: Role, findings: &mut Vec<Finding>) {
    let called = &certificate.called;
    let (subject, issuer) = (certificate.x509.subject(), certificate.x509.issuer());
    let mut find = |rule, message: String, hint: &str| findings.push(certificate.finds(rule, message).hint(hint));

    if name::is_empty(issuer) {
        find(Rule::CrtIssuerEmpty, format!("{called} names no issuer."), "Ask your issuer for a new one.");
    }
    if role == Role::Leaf && name::is_empty(subject) && certificate.alternative_names().next().is_none() {
        let message = format!("{called} names nobody: it has neither a subject nor alternative names.");
        find(Rule::CrtSubjectEmptyNoSan, message, "");
    }
    if role == Role::Leaf && public_authority::is_issuer_of(certificate) {
        let message = format!("The certificate was issued by a public CA (\"{}\").", name::shown(issuer));
        let hint = "Public CAs stopped issuing certificates for client login in 2026: the next one will be for servers only. \
                    Plan for a private CA.";
        find(Rule::CrtPublicCa, message, hint);
    }
    if has_malformed_alternative_name(certificate) {
        let message = format!("{called} has a subject alternative name that cannot be read.");
        find(Rule::CrtSanMalformed, message, "");
    }
    if name::is_malformed(subject) || name::is_malformed(issuer) {
        let message = format!("{called} has a part in its subject or issuer that cannot be read; it is shown in hex.");
        find(Rule::CrtNameMalformed, message, "");
    }
    let has_unsafe_names = certificate.alternative_names().any(|name| match name {
        GeneralName::DNSName(text) | GeneralName::RFC822Name(text) | GeneralName::URI(text) => {
            text.chars().any(is_unsafe)
        }
        _ => false,
    });
    if has_unsafe_names || name::has_unsafe_characters(subject) || name::has_unsafe_characters(issuer) {
        let message = format!("{called} has invisible or control characters in a name; they are shown escaped.");
        find(Rule::CrtNameUnsafe, message, "Look at the names twice before you trust them.");
    }
}

fn has_malformed_alternative_name(certificate: &Parsed<'_>) -> bool {
    let is_unreadable = certificate.x509.extensions().iter().any(|extension| {
        extension.oid.to_id_string() == ALTERNATIVE_NAME
            && matches!(extension.parsed_extension(), ParsedExtension::ParseError { .. })
    });
    is_unreadable
        || certificate.alternative_names().any(|name| match name {
            GeneralName::Invalid(..) => true,
            GeneralName::DNSName(text) | GeneralName::RFC822Name(text) => !text.is_ascii() || text.is_empty(),
            GeneralName::IPAddress(bytes) => address(bytes).is_none(),
            _ => false,
        })
}
