//! Subject, issuer and alternative names.

use super::{Role, public_authority};
use crate::certificate::distinguished_name as name;
use crate::certificate::parsed::Parsed;
use crate::certificate::report::Finding;
use crate::certificate::rules::Rule;

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
    if certificate.has_malformed_alternative_names() {
        let message = format!("{called} has a subject alternative name that cannot be read.");
        find(Rule::CrtSanMalformed, message, "");
    }
    if name::is_malformed(subject) || name::is_malformed(issuer) {
        let message = format!("{called} has a part in its subject or issuer that cannot be read; it is shown in hex.");
        find(Rule::CrtNameMalformed, message, "");
    }
    if certificate.has_unsafe_alternative_names()
        || name::has_unsafe_characters(subject)
        || name::has_unsafe_characters(issuer)
    {
        let message = format!("{called} has invisible or control characters in a name; they are shown escaped.");
        find(Rule::CrtNameUnsafe, message, "Look at the names twice before you trust them.");
    }
}

/// Says whether a public CA stands somewhere above the client certificate, which `path` begins with.
pub(super) fn check_authorities(path: &[&Parsed<'_>], findings: &mut Vec<Finding>) {
    let Some((leaf, below_public)) =
        path.first().zip(path.iter().find(|certificate| public_authority::is_issuer_of(certificate)))
    else {
        return;
    };
    let public = name::shown(below_public.x509.issuer());
    let message = format!("The certificate was issued by a public CA (\"{public}\").");
    let hint = "Public CAs stopped issuing certificates for client login in 2026: the next one will be for servers only. \
                Plan for a private CA.";
    findings.push(leaf.finds(Rule::CrtPublicCa, message).hint(hint));
}
