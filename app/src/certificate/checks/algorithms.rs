//! Public key and signature algorithm.

use super::{Role, factors};
use crate::certificate::chain;
use crate::certificate::key::{MAX_RSA_BITS, PublicKey, Unusable, bits};
use crate::certificate::parsed::Parsed;
use crate::certificate::report::Finding;
use crate::certificate::rules::Rule;
use crate::certificate::signature::{self, Outcome};

/// The shortest RSA key that TLS libraries take at their default level.
const MIN_RSA_BITS: usize = 2048;
/// RSA keys longer than this cost every handshake dearly.
const USUAL_RSA_BITS: usize = 4096;
/// The longest RSA exponent that rustls' libraries take.
const MAX_EXPONENT_BITS: usize = 33;
/// 65537, big-endian.
const USUAL_EXPONENT: &[u8] = &[1, 0, 1];

const NEW_KEY: &str = "Create a new key and ask your issuer for a certificate for it.";

pub(super) fn check(certificate: &Parsed<'_>, role: Role, findings: &mut Vec<Finding>) {
    match &certificate.public_key {
        Ok(PublicKey::Rsa { modulus, exponent }) => check_rsa(certificate, role, modulus, exponent, findings),
        Ok(key @ PublicKey::Elliptic { .. }) if key.name() == "EC P-521" => {
            let of = certificate.called.to_lowercase();
            let message = format!("The key of {of} is on the curve P-521, which some servers do not support.");
            findings.push(certificate.finds(Rule::CrtP521, message));
        }
        Err(unusable) if role == Role::Leaf => check_unusable(certificate, unusable, findings),
        Err(unusable) if role == Role::Authority => findings.push(cannot_check(certificate, unusable)),
        _ => {}
    }
    check_signature(certificate, role, findings);
    if certificate.own_signature == Some(Outcome::Unverifiable) && certificate.public_key.is_ok() {
        findings.extend(chain::unverifiable(certificate));
    }
}

fn check_rsa(certificate: &Parsed<'_>, role: Role, modulus: &[u8], exponent: &[u8], findings: &mut Vec<Finding>) {
    let mut find = |rule, message: String, hint: &str| findings.push(certificate.finds(rule, message).hint(hint));
    let of = certificate.called.to_lowercase();
    let length = bits(modulus);
    if length < MIN_RSA_BITS {
        let message = format!("The RSA key of {of} has only {length} bits; {MIN_RSA_BITS} is the minimum.");
        find(Rule::CrtRsaWeak, message, NEW_KEY);
    } else if length > MAX_RSA_BITS {
        let message = format!("The RSA key of {of} has {length} bits; {MAX_RSA_BITS} is the maximum.");
        find(Rule::CrtRsaTooLarge, message, NEW_KEY);
    } else if length > USUAL_RSA_BITS {
        let message = format!("The RSA key of {of} has {length} bits; that makes every connection slow.");
        find(Rule::CrtRsaLarge, message, "2048 or 3072 bits are enough.");
    }
    if length <= MAX_RSA_BITS && factors::is_breakable(modulus) {
        let message = format!("The RSA key of {of} can be broken: its prime factors are found at once.");
        find(Rule::CrtRsaFactorable, message, "Do not use it any more. Create a new key with another tool, at once.");
    }
    if !length.is_multiple_of(8) {
        let message = format!("The RSA key of {of} has {length} bits, not a multiple of 8; some servers refuse that.");
        find(Rule::CrtRsaOddSize, message, NEW_KEY);
    }
    let is_even = exponent.last().is_none_or(|last| last % 2 == 0);
    if is_even || exponent == [1] {
        let message = format!("The RSA exponent of {of} is even or less than 3; such a key is not secure.");
        find(Rule::CrtRsaExponent, message, NEW_KEY);
    } else if role == Role::Leaf && bits(exponent) > MAX_EXPONENT_BITS {
        let message =
            format!("The RSA exponent of {of} has more than {MAX_EXPONENT_BITS} bits; TLS libraries refuse that.");
        find(Rule::CrtRsaExponent, message, NEW_KEY);
    } else if exponent != USUAL_EXPONENT {
        let message = format!("The RSA exponent of {of} is not 65537; some servers refuse that.");
        find(Rule::CrtRsaExponentOdd, message, "");
    }
}

fn check_unusable(certificate: &Parsed<'_>, unusable: &Unusable, findings: &mut Vec<Finding>) {
    let message = match unusable {
        Unusable::Curve(name) => format!("The certificate's key is on the curve {name}, which TLS does not use."),
        Unusable::ExplicitCurve => "The certificate's key spells out its curve instead of naming it.".to_owned(),
        Unusable::Point(curve) => format!("The certificate's key is not a point on its curve, {curve}."),
        // The key's own rules say so (`key.alg`, `key.mismatch_type`).
        Unusable::Algorithm(_) | Unusable::Damaged(_) => return,
    };
    let hint = "Create a new key on P-256 or P-384 and ask your issuer for a certificate for it.";
    findings.push(certificate.finds(Rule::CrtEcCurve, message).hint(hint));
}

/// A CA whose signatures mean nothing here.
fn cannot_check(certificate: &Parsed<'_>, unusable: &Unusable) -> Finding {
    let message = format!(
        "What {} signs cannot be checked here: its key is {}.",
        certificate.called.to_lowercase(),
        unusable.name()
    );
    let hint = "Check its certificates by hand: `openssl verify -partial_chain -trusted ISSUER CERT`.";
    certificate.finds(Rule::ChainUnverifiable, message).hint(hint)
}

fn check_signature(certificate: &Parsed<'_>, role: Role, findings: &mut Vec<Finding>) {
    // The signature of a root is never checked: it is trusted for what it is.
    let is_root = role != Role::Leaf && certificate.is_self_signed();
    let (weakness, hash, advice) = match (signature::weak_hash_of(certificate), is_root) {
        (Some("SHA-1"), false) => {
            (Rule::CrtSigSha1, "SHA-1; most servers refuse that", "Ask your issuer for one signed with SHA-256.")
        }
        (Some("SHA-1"), true) => (Rule::CrtSigSha1Root, "SHA-1; for a root that is no matter", ""),
        (Some(hash), false) => (Rule::CrtSigMd5, hash, "Ask your issuer for one signed with SHA-256."),
        (Some(hash), true) => (Rule::CrtSigMd5Root, hash, "Ask your issuer for a newer root certificate."),
        (None, _) => return,
    };
    let message = match weakness {
        Rule::CrtSigMd5 => format!("{} is signed with {hash}, which can be forged.", certificate.called),
        _ => format!("{} is signed with {hash}.", certificate.called),
    };
    findings.push(certificate.finds(weakness, message).hint(advice));
}
