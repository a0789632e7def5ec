//! What a certificate may be used for: key usage, extended key usage, basic constraints.

use x509_parser::x509::X509Version;

use super::Role;
use crate::certificate::key::PublicKey;
use crate::certificate::parsed::{Parsed, extension};
use crate::certificate::report::Finding;
use crate::certificate::rules::Rule;
use crate::certificate::signature::Outcome;

pub(super) fn check(certificate: &Parsed<'_>, role: Role, findings: &mut Vec<Finding>) {
    check_extended_key_usage(certificate, role, findings);
    check_key_usage(certificate, role, findings);
    check_basic_constraints(certificate, role, findings);
    check_own_signature(certificate, role, findings);
}

fn check_own_signature(certificate: &Parsed<'_>, role: Role, findings: &mut Vec<Finding>) {
    match certificate.own_signature {
        Some(Outcome::Bad) => {
            let message = format!(
                "{} is its own issuer, but its signature was not made with its key: it was changed or is damaged.",
                certificate.called
            );
            let hint = "Export it again, or ask the one who made it for another copy.";
            findings.push(certificate.finds(Rule::CrtSelfSignedBad, message).hint(hint));
        }
        Some(_) if role == Role::Leaf => {
            let message = "The certificate is self-signed: the service must trust exactly this certificate.";
            findings.push(certificate.finds(Rule::CrtSelfSigned, message).hint("Give the service a copy of it."));
        }
        _ => {}
    }
}

fn check_extended_key_usage(certificate: &Parsed<'_>, role: Role, findings: &mut Vec<Finding>) {
    let mut find = |rule, message: String, hint: &str| findings.push(certificate.finds(rule, message).hint(hint));
    if certificate.has_empty_extended_key_usage() {
        let message = format!("The extended key usage of {} allows nothing.", certificate.called.to_lowercase());
        find(Rule::CrtEkuEmpty, message, "Ask your issuer for one with \"TLS Web Client Authentication\".");
        return;
    }
    let Some(usage) = certificate.extended_key_usage() else {
        if role == Role::Leaf && !certificate.has_malformed(extension::EXTENDED_KEY_USAGE) {
            let message =
                "The certificate has no extended key usage: it may be used for everything, client login included.";
            find(Rule::CrtEkuAbsent, message.to_owned(), "");
        }
        return;
    };
    if role == Role::Leaf && !usage.client_auth {
        let hint = "Ask your issuer for one with \"TLS Web Client Authentication\". Public CAs stopped issuing those in \
                    2026; use a private CA.";
        if usage.any {
            let message = "The certificate allows \"any\" use but does not name client authentication; some services refuse that.";
            find(Rule::CrtEkuAnyOnly, message.to_owned(), hint);
        } else {
            let message = format!(
                "The certificate is not meant for client login (extended key usage: {}). The service may refuse it.",
                certificate.usages().join(", ")
            );
            find(Rule::CrtEkuNoClient, message, hint);
        }
    }
}

fn check_key_usage(certificate: &Parsed<'_>, role: Role, findings: &mut Vec<Finding>) {
    let mut find = |rule, message: String, hint: &str| findings.push(certificate.finds(rule, message).hint(hint));
    let of = certificate.called.to_lowercase();
    let Some(usage) = certificate.key_usage() else {
        if role.is_authority() && certificate.is_ca() && !certificate.has_malformed(extension::KEY_USAGE) {
            let message = format!("{} has no key usage; it should say \"Certificate Sign\".", certificate.called);
            find(Rule::CrtCaNoKu, message, "");
        }
        return;
    };
    if usage.flags == 0 {
        find(Rule::CrtKuEmpty, format!("The key usage of {of} allows nothing."), "Ask your issuer for a new one.");
    }
    if role == Role::Leaf && !is_ca_as_leaf(certificate) && !usage.digital_signature() {
        let message = "The key usage lacks \"Digital Signature\"; TLS client login needs it.".to_owned();
        find(Rule::CrtKuNoSign, message, "Ask your issuer for a certificate with it.");
    }
    if role.is_authority() && certificate.is_ca() && !usage.key_cert_sign() {
        let message = format!("The key usage of {of} lacks \"Certificate Sign\"; it can issue nothing.");
        find(Rule::CrtCaNoCertsign, message, "Ask your issuer for the certificate that signs.");
    }
    if let Ok(key) = &certificate.public_key {
        // RFC 5480 section 3, RFC 8410 section 5, RFC 3279 section 2.3.1
        let impossible = match key {
            PublicKey::Rsa { .. } => usage.key_agreement(),
            PublicKey::Elliptic { .. } => usage.key_encipherment() || usage.data_encipherment(),
            PublicKey::Ed25519(_) => usage.key_encipherment() || usage.data_encipherment() || usage.key_agreement(),
        };
        if impossible {
            let message = format!("The key usage of {of} allows something that {} keys cannot do.", key.name());
            find(Rule::CrtKuVsAlg, message, "");
        }
    }
}

/// Whether a CA that another one issued stands in the place of the client certificate.
fn is_ca_as_leaf(certificate: &Parsed<'_>) -> bool {
    certificate.is_ca() && !certificate.is_self_signed()
}

fn check_basic_constraints(certificate: &Parsed<'_>, role: Role, findings: &mut Vec<Finding>) {
    let mut find = |rule, message: String, hint: &str| findings.push(certificate.finds(rule, message).hint(hint));
    let called = &certificate.called;
    let is_ca = certificate.is_ca();
    match role {
        Role::Leaf if is_ca && !is_ca_as_leaf(certificate) => {
            let message = "This self-signed certificate is marked as a CA; some services refuse that for client login.";
            let hint = "Create it anew with `-addext basicConstraints=critical,CA:FALSE`, which `openssl req -x509` does not do \
                        by itself, or ask the service whether it takes it.";
            find(Rule::CrtCaAsLeafSelfSigned, message.to_owned(), hint);
        }
        Role::Leaf if is_ca => {
            let message = "This is a CA certificate, not a client certificate.".to_owned();
            let hint = "Upload the client certificate that was issued to you, or upload this one as a CA certificate.";
            find(Rule::CrtCaAsLeaf, message, hint);
        }
        Role::Authority | Role::OtherAuthority
            if !is_ca && !certificate.has_malformed(extension::BASIC_CONSTRAINTS) =>
        {
            let message = format!("{called} is not a CA certificate (its basic constraints do not say CA).");
            let hint = if certificate.is_self_issued() && certificate.x509.version() != X509Version::V3 {
                "It is probably an old root: ask its CA for one of version 3."
            } else {
                "Upload it as a client certificate, with its private key."
            };
            find(Rule::CrtLeafAsCa, message, hint);
        }
        _ => {}
    }
    let is_critical = certificate
        .x509
        .extensions()
        .iter()
        .any(|extension| extension.oid.to_id_string() == extension::BASIC_CONSTRAINTS && extension.critical);
    if is_ca && !is_critical {
        let message = format!("The basic constraints of {} are not critical, as RFC 5280 asks.", called.to_lowercase());
        find(Rule::CrtBcNotCritical, message, "");
    }
    if certificate
        .basic_constraints()
        .is_some_and(|constraints| !constraints.ca && constraints.path_len_constraint.is_some())
    {
        let message = format!("{called} has a path length although it is not a CA; some servers refuse that.");
        find(Rule::CrtPathlenWithoutCa, message, "Ask your issuer for a new one.");
    }
}
