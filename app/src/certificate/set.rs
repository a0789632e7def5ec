//! The upload as a whole: is everything there, and does the key belong to the certificate? Rules `set.*`, and those of `key.*`
//! that are about both.

use super::key::{self, Key, PublicKey, Unusable};
use super::parsed::Parsed;
use super::pem::{Block, Meaning};
use super::report::{Finding, Pointer};
use super::rules::Rule;
use super::validate::Kind;

/// Errors after which nobody knows what else was in the file: what is missing is then not said.
const HIDING: &[Rule] = &[
    Rule::InEmpty,
    Rule::InTooLarge,
    Rule::InUtf16Broken,
    Rule::InDerUnknown,
    Rule::InPfx,
    Rule::InP7b,
    Rule::InJks,
    Rule::InSsh,
    Rule::InPgp,
    Rule::InZip,
    Rule::InHtml,
    Rule::InImage,
    Rule::InBinary,
    Rule::PemNone,
    Rule::PemNoEnd,
    Rule::PemNested,
    Rule::PemLabelMismatch,
    Rule::PemOneLine,
    Rule::PemUnsupportedLabel,
    Rule::PemTooMany,
    Rule::PemBeginMissing,
];

/// Whether the file may hold a certificate that was not read: a block of one that is not among `read`, or one that was lost with
/// what surrounds it.
pub(super) fn has_unread_certificates(blocks: &[&Block], read: &[Parsed<'_>], findings: &[Finding]) -> bool {
    let blocks = blocks.iter().filter(|block| block.label.is_certificate()).count();
    let hides = |finding: &Finding| finding.pointer == Pointer::Certificates && HIDING.contains(&finding.rule);
    blocks > read.len() || findings.iter().any(hides)
}

/// Says what is missing, superfluous or in the wrong place. `findings` are those of the files so far.
pub(super) fn check(kind: Kind, blocks: &[&Block], findings: &mut Vec<Finding>) {
    let is_hidden = findings.iter().any(|finding| HIDING.contains(&finding.rule));
    let has_certificate = blocks.iter().any(|block| block.label.is_certificate());
    let first_key = blocks.iter().find(|block| block.label.is_private_key());
    let public_key = blocks.iter().find(|block| block.label.meaning == Meaning::PublicKey);

    if !has_certificate && !is_hidden {
        findings.push(certificate_missing(first_key.is_some()));
    }
    match (kind, first_key, public_key) {
        (Kind::CertificateAuthority, Some(key), _) => {
            let message = "A CA certificate is stored without its key. The private key was not kept.";
            findings.push(key.place.finds(Rule::SetKeyOnCa, message).hint("Keep CA keys offline."));
        }
        (Kind::Leaf, None, Some(public_key)) => {
            let message = "This is the public key; the private key is needed.";
            let hint = "Choose the .key file that was created together with the certificate.";
            findings.push(public_key.place.finds(Rule::KeyPublicOnly, message).hint(hint));
        }
        (Kind::Leaf, None, None) if !is_hidden => {
            let message = "No private key found.";
            let hint =
                "Add the .key file that was created together with the certificate, or upload it as a CA certificate.";
            findings.push(Finding::new(Rule::SetKeyMissing, Pointer::PrivateKey, message).hint(hint));
        }
        _ => {}
    }
    if kind == Kind::CertificateAuthority || first_key.is_some() {
        for block in blocks.iter().filter(|block| block.label.meaning == Meaning::PublicKey) {
            let message = format!("{}The {} block is not needed and was ignored.", block.place.prefix(), block.label);
            findings.push(block.place.finds(Rule::PemLabelIgnored, message));
        }
    }
    if kind == Kind::Leaf && are_swapped(blocks) {
        let message = "The certificate was in the field for the key, and the key in the field for the certificate. \
                       They were swapped.";
        findings.push(Finding::new(Rule::SetFilesSwapped, Pointer::Certificates, message));
    }
}

fn certificate_missing(has_key: bool) -> Finding {
    let message =
        if has_key { "This upload has a private key but no certificate." } else { "This upload has no certificate." };
    let hint = "Add the certificate (.crt, .pem).";
    Finding::new(Rule::SetCertMissing, Pointer::Certificates, message).hint(hint)
}

fn are_swapped(blocks: &[&Block]) -> bool {
    let holds = |pointer: Pointer, what: fn(&Block) -> bool| {
        blocks.iter().any(|block| block.place.pointer == pointer && what(block))
    };
    let is_certificate = |block: &Block| block.label.is_certificate();
    let is_key = |block: &Block| block.label.is_private_key();
    holds(Pointer::Certificates, is_key)
        && holds(Pointer::PrivateKey, is_certificate)
        && !holds(Pointer::Certificates, is_certificate)
        && !holds(Pointer::PrivateKey, is_key)
}

/// Reads every private key and keeps each once. A leaf has exactly one.
pub(super) fn read_keys(kind: Kind, blocks: &[&Block], findings: &mut Vec<Finding>) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for block in blocks.iter().filter(|block| block.label.is_private_key()) {
        let Some(key) = block.der.as_ref().and_then(|der| key::read(der, block.place, findings)) else {
            continue;
        };
        let Some(earlier) = keys.iter().find(|earlier| earlier.public == key.public) else {
            keys.push(key);
            continue;
        };
        if kind == Kind::Leaf {
            let (rule, message) = if earlier.place.pointer == key.place.pointer {
                (Rule::SetKeyTwice, "The file has the same private key more than once; one is enough.")
            } else {
                (Rule::SetKeyInCertFile, "The private key is in both files; once is enough.")
            };
            findings.push(key.place.finds(rule, message));
        }
    }
    if let (Kind::Leaf, [_, other, ..]) = (kind, keys.as_slice()) {
        let message = format!("The upload has {} different private keys; exactly one is needed.", keys.len());
        let hint = "Keep the one that belongs to this certificate.";
        findings.push(other.place.finds(Rule::SetSeveralKeys, message).hint(hint));
    }
    keys
}

/// The certificate that the upload is about: the one of the key, else the first that is no CA, else the first.
///
/// The key of a CA does not make the CA the leaf where there is a client certificate: then the key is the wrong one. And where one
/// was not read, a CA that the key does not belong to is not taken for it.
pub(super) fn leaf_of<'c, 'a>(
    certificates: &'c [Parsed<'a>],
    keys: &[Key],
    has_unread: bool,
) -> Option<&'c Parsed<'a>> {
    let belongs = |certificate: &&Parsed<'_>| keys.iter().any(|key| belongs(key, certificate));
    let is_no_ca = |certificate: &&Parsed<'_>| !certificate.is_ca();
    certificates
        .iter()
        .find(|certificate| belongs(certificate) && is_no_ca(certificate))
        .or_else(|| certificates.iter().find(is_no_ca))
        .or_else(|| certificates.iter().find(belongs))
        .or_else(|| certificates.first().filter(|_| !has_unread))
}

/// Whether the key's public half, recomputed from the private one, is the certificate's.
pub(super) fn belongs(key: &Key, certificate: &Parsed<'_>) -> bool {
    certificate.public_key.as_ref() == Ok(&key.public)
}

/// Says whether the key belongs to the leaf, and if the leaf was not where it should be.
pub(super) fn check_match(
    kind: Kind,
    leaf: &Parsed<'_>,
    certificates: &[Parsed<'_>],
    keys: &[Key],
    has_unread: bool,
    findings: &mut Vec<Finding>,
) {
    let candidates = match kind {
        Kind::Leaf => std::slice::from_ref(leaf),
        Kind::CertificateAuthority => certificates,
    };
    let belongs_to = |certificates: &[Parsed<'_>]| {
        certificates.iter().find(|certificate| keys.iter().any(|key| belongs(key, certificate))).map(Parsed::number)
    };
    if belongs_to(candidates).is_some() {
        if kind == Kind::Leaf && certificates.first().is_some_and(|first| first.der != leaf.der) {
            let message = format!("The key belongs to certificate {}; that is now the first one.", leaf.number());
            findings.push(leaf.finds(Rule::KeyMatchOther, message));
        }
        return;
    }
    // Several keys are an error of their own, whichever is meant; and the right certificate may be the one that was not read.
    if let [key] = keys
        && !has_unread
    {
        findings.extend(mismatch(key, leaf, belongs_to(certificates)));
    }
}

fn mismatch(key: &Key, leaf: &Parsed<'_>, other: Option<u32>) -> Option<Finding> {
    let hint = "Choose the .key file that was created with this certificate. To compare: `openssl x509 -in CERT -noout \
                -pubkey` and `openssl pkey -in KEY -pubout` print the same if they belong together.";
    let (rule, message) = match &leaf.public_key {
        Ok(public) if public.is_like(&key.public) => {
            let elsewhere = other.map(|number| format!(" It belongs to certificate {number}.")).unwrap_or_default();
            let message = format!(
                "The private key does not belong to this certificate.{elsewhere} The certificate's key is {} ({}…), \
                 the private key {} ({}…).",
                public.name(),
                public.short_fingerprint(),
                key.public.name(),
                key.public.short_fingerprint()
            );
            (Rule::KeyMismatch, message)
        }
        Ok(public) => (Rule::KeyMismatchType, other_kind(&public.name(), &key.public)),
        Err(Unusable::Algorithm(name)) => (Rule::KeyMismatchType, other_kind(name, &key.public)),
        Err(Unusable::Damaged(_)) => {
            let message = "The certificate's public key cannot be read, so no private key belongs to it.";
            (Rule::KeyMismatch, message.to_owned())
        }
        // `crt.ec_curve` has said it.
        Err(Unusable::Curve(_) | Unusable::ExplicitCurve | Unusable::Point(_)) => return None,
    };
    Some(key.place.finds(rule, message).hint(hint))
}

fn other_kind(certificate: &str, key: &PublicKey) -> String {
    format!(
        "The private key does not belong to this certificate: the certificate's key is {certificate}, the private key {}.",
        key.name()
    )
}
