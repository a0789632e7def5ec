//! The chain: which certificates lead from the leaf towards a root, in which order. Rules `chain.*`.
//!
//! Certificates are linked by name and by signature; where several bear the issuer's name, those that the key identifiers point
//! at are tried first (RFC 5280 section 6.1, RFC 4158 section 3).

use super::parsed::{Parsed, extension::BASIC_CONSTRAINTS};
use super::report::{Finding, Pointer};
use super::rules::Rule;
use super::signature::{self, Checker, Outcome};

/// The way from the leaf towards the root.
pub(super) struct Path<'c, 'a> {
    /// The certificates, leaf first, a root included.
    pub(super) certificates: Vec<&'c Parsed<'a>>,
    /// How each one is linked to the next.
    links: Vec<Outcome>,
}

impl<'c, 'a> Path<'c, 'a> {
    /// The way that starts at `leaf`.
    pub(super) fn from(leaf: &'c Parsed<'a>, certificates: &'c [Parsed<'a>], checker: &mut Checker) -> Self {
        let mut path = Self { certificates: vec![leaf], links: Vec::new() };
        let mut last = leaf;
        while let Some((issuer, outcome)) = issuer_of(last, certificates, &path.certificates, checker) {
            path.certificates.push(issuer);
            path.links.push(outcome);
            last = issuer;
        }
        path
    }

    /// What is sent in a handshake, and the root, which is not (RFC 8446 section 4.4.2).
    pub(super) fn sent_and_root(&self) -> (Vec<&'c Parsed<'a>>, Option<&'c Parsed<'a>>) {
        match self.certificates.as_slice() {
            [issued @ .., root] if !issued.is_empty() && root.is_self_signed() => (issued.to_vec(), Some(*root)),
            path => (path.to_vec(), None),
        }
    }
}

/// The certificates that bear the name of this one's issuer, the likeliest first.
fn candidates<'c, 'a>(certificate: &Parsed<'a>, certificates: &'c [Parsed<'a>]) -> Vec<&'c Parsed<'a>> {
    let named = |candidate: &&Parsed<'a>| candidate.der != certificate.der && certificate.names_as_issuer(candidate);
    let mut candidates: Vec<_> = certificates.iter().filter(named).collect();
    candidates.sort_by_key(|candidate| (!certificate.may_be_signed_by(candidate), !candidate.is_ca()));
    candidates
}

/// The issuer, and whether its key made the signature: one whose key did, else one of whom it is not known, else the likeliest.
fn issuer_of<'c, 'a>(
    certificate: &Parsed<'a>,
    certificates: &'c [Parsed<'a>],
    path: &[&Parsed<'a>],
    checker: &mut Checker,
) -> Option<(&'c Parsed<'a>, Outcome)> {
    if certificate.is_self_signed() {
        return None;
    }
    let is_new = |candidate: &&Parsed<'a>| !path.iter().any(|used| used.der == candidate.der);
    let mut best = None;
    for candidate in candidates(certificate, certificates).into_iter().filter(is_new) {
        let outcome = checker.check(certificate, candidate);
        match (outcome, best) {
            (Outcome::Good, _) => return Some((candidate, outcome)),
            (_, None) | (Outcome::Unverifiable | Outcome::Unchecked, Some((_, Outcome::Bad))) => {
                best = Some((candidate, outcome));
            }
            _ => {}
        }
    }
    best
}

/// Checks the signature of every certificate that names itself as its issuer. One that another key has signed is not self-signed, only
/// named like its issuer, as a CA's new key signed with its old one: where that other certificate is in the upload, and where the
/// certificate says by which key it is signed (RFC 5280 section 4.2.1.1: only a self-signed one may leave that out).
pub(super) fn check_own_signatures(certificates: &mut [Parsed<'_>], checker: &mut Checker) {
    let own = |certificate: &Parsed<'_>, all: &[Parsed<'_>], checker: &mut Checker| {
        if !certificate.is_self_issued() || !certificate.may_be_signed_by(certificate) {
            return None;
        }
        let outcome = checker.check(certificate, certificate);
        let is_signed_by = |other: &&Parsed<'_>| checker.check(certificate, other) == Outcome::Good;
        let by_another = outcome == Outcome::Bad && candidates(certificate, all).iter().any(is_signed_by);
        let may_be = certificate.names_own_key_as_issuer();
        (outcome != Outcome::Bad || (may_be && !by_another)).then_some(outcome)
    };
    let outcomes: Vec<_> = certificates.iter().map(|certificate| own(certificate, certificates, checker)).collect();
    for (certificate, outcome) in certificates.iter_mut().zip(outcomes) {
        certificate.own_signature = outcome;
    }
}

/// Drops the second and later copies of a certificate.
pub(super) fn drop_duplicates(certificates: &mut Vec<Parsed<'_>>, findings: &mut Vec<Finding>) {
    let mut kept: Vec<Parsed<'_>> = Vec::with_capacity(certificates.len());
    for certificate in certificates.drain(..) {
        match kept.iter().find(|earlier| earlier.der == certificate.der) {
            Some(earlier) => {
                let message =
                    format!("Certificate {} is the same as certificate {}.", certificate.number(), earlier.number());
                findings.push(certificate.finds(Rule::ChainDuplicate, message));
            }
            None => kept.push(certificate),
        }
    }
    *certificates = kept;
}

/// Judges the certificates of a client certificate's upload. `path` is the leaf's. `has_unread` says that the links that it lacks may
/// be in the file after all.
pub(super) fn check(
    path: &Path<'_, '_>,
    certificates: &[Parsed<'_>],
    has_unread: bool,
    checker: &mut Checker,
    findings: &mut Vec<Finding>,
) {
    let Some((leaf, issuers)) = path.certificates.split_first() else {
        return;
    };
    check_order(&path.certificates, findings);
    if issuers.is_empty() && !leaf.is_self_signed() && !has_unread {
        let issuer = super::distinguished_name::shown(leaf.x509.issuer());
        let message = format!("The issuer's certificate (\"{issuer}\") is not in the file.");
        let hint = "If the issuer is an intermediate CA, append its certificate: a service that knows only the root refuses \
                    yours otherwise. If it is the root itself, all is well.";
        findings.push(leaf.finds(Rule::ChainMissing, message).hint(hint));
    }
    check_links(path, findings);
    check_unrelated(&path.certificates, certificates, has_unread, checker, findings);
    check_issuers(issuers, findings);
    check_path_length(issuers, findings);
    if let Some(root) = issuers.last().filter(|last| last.is_self_signed()) {
        let message = format!("{} is the root. It is kept, but not sent: the service has its own copy.", root.called);
        findings.push(root.finds(Rule::ChainRootIncluded, message));
    }
}

/// Says that not every signature was checked, if so.
pub(super) fn check_work(checker: &Checker, findings: &mut Vec<Finding>) {
    if checker.is_exhausted() {
        let message = format!(
            "The certificates could have issued one another in so many ways that more than {} signatures would have to be \
             checked.",
            signature::MOST_CHECKS
        );
        let hint = "Keep only the certificate and the ones that lead from it to the root.";
        findings.push(Finding::new(Rule::ChainTooComplex, Pointer::Certificates, message).hint(hint));
    }
}

const RIGHT_ONES: &str = "Ask your issuer for the right certificates of its chain.";

fn check_order(path: &[&Parsed<'_>], findings: &mut Vec<Finding>) {
    // The leaf's place is another rule's matter (`key.match_other`).
    let in_file: Vec<_> = path.iter().skip(1).map(|certificate| certificate.number()).collect();
    if !in_file.is_sorted() {
        let message = "The certificates of the chain were not in order. They were put in order.";
        findings.push(Finding::new(Rule::ChainOrder, Pointer::Certificates, message));
    }
}

/// Says which signatures of the path are not its issuer's, and which could not be checked.
fn check_links(path: &Path<'_, '_>, findings: &mut Vec<Finding>) {
    let pairs = path.certificates.iter().zip(path.certificates.iter().skip(1));
    for ((certificate, issuer), link) in pairs.zip(&path.links) {
        match link {
            Outcome::Bad => {
                let message = format!(
                    "{} was not issued by certificate {}, which has the issuer's name (\"{}\") but another key.",
                    certificate.called,
                    issuer.number(),
                    issuer.shown()
                );
                let hint = "It is probably an older or a newer certificate of the same CA, or the certificate was changed. \
                            Ask your issuer for the CA certificate that belongs to yours.";
                findings.push(certificate.finds(Rule::ChainBrokenSig, message).hint(hint));
            }
            Outcome::Unverifiable => findings.extend(unverifiable(certificate)),
            Outcome::Good | Outcome::Unchecked => {}
        }
    }
}

/// Says that a certificate's signature could not be checked. A hash function that anybody forges is another rule's matter.
pub(super) fn unverifiable(certificate: &Parsed<'_>) -> Option<Finding> {
    if signature::weak_hash_of(certificate).is_some_and(|hash| hash != "SHA-1") {
        return None;
    }
    let algorithm = signature::name_of(certificate);
    let of = certificate.called.to_lowercase();
    let message = format!("The signature of {of} could not be checked ({algorithm}, or a key of another kind).");
    let hint = "Check it by hand: `openssl verify -partial_chain -trusted ISSUER CERT`.";
    Some(certificate.finds(Rule::ChainUnverifiable, message).hint(hint))
}

fn check_unrelated(
    path: &[&Parsed<'_>],
    certificates: &[Parsed<'_>],
    has_unread: bool,
    checker: &mut Checker,
    findings: &mut Vec<Finding>,
) {
    let related = reachable(path, certificates, checker);
    let is_unrelated = |certificate: &&Parsed<'_>| !related.iter().any(|known| known.der == certificate.der);
    let unrelated: Vec<_> = certificates.iter().filter(is_unrelated).collect();
    let leaves = unrelated.iter().filter(|certificate| !certificate.is_ca()).count();
    let stand_in = stand_in(path, &unrelated);
    for certificate in unrelated {
        let shown = certificate.shown();
        let number = certificate.number();
        let finding = if !certificate.is_ca() {
            let message =
                format!("The file has {} client certificates; certificate {number} is \"{shown}\".", leaves + 1);
            certificate.finds(Rule::ChainSeveralLeaves, message).hint("Upload them one by one, each with its own key.")
        } else if has_unread {
            continue;
        } else if stand_in == Some(number) {
            let message =
                format!("Certificate {number} (\"{shown}\") stands in the place of the issuer, but is not the issuer.");
            certificate.finds(Rule::ChainBrokenName, message).hint(RIGHT_ONES)
        } else {
            let message = format!("Certificate {number} (\"{shown}\") does not belong to this chain.");
            certificate.finds(Rule::ChainUnrelated, message).hint("Remove it from the file.")
        };
        findings.push(finding);
    }
}

/// The CA certificate that somebody took for the issuer: the first one of a file in which the issuer's is missing.
fn stand_in(path: &[&Parsed<'_>], unrelated: &[&Parsed<'_>]) -> Option<u32> {
    match path {
        [leaf] if !leaf.is_self_signed() => {
            unrelated.iter().find(|certificate| certificate.is_ca()).map(|certificate| certificate.number())
        }
        _ => None,
    }
}

/// Everything that some path from the leaf leads over: the same CA may be there under two issuers (RFC 4158 section 2.4).
fn reachable<'c, 'a>(
    path: &[&'c Parsed<'a>],
    certificates: &'c [Parsed<'a>],
    checker: &mut Checker,
) -> Vec<&'c Parsed<'a>> {
    let mut reached = path.to_vec();
    let mut next = 0;
    while let Some(certificate) = reached.get(next).copied() {
        let above = if certificate.is_self_signed() { Vec::new() } else { candidates(certificate, certificates) };
        for candidate in above {
            let is_known = reached.iter().any(|known| known.der == candidate.der);
            if !is_known && checker.check(certificate, candidate) != Outcome::Bad {
                reached.push(candidate);
            }
        }
        next += 1;
    }
    reached
}

/// Says which issuers may not issue the certificate of a client; OpenSSL refuses a chain with one of them.
fn check_issuers(issuers: &[&Parsed<'_>], findings: &mut Vec<Finding>) {
    const ASK: &str = "Ask your issuer whether this is the right one; some services refuse the chain.";
    for issuer in issuers {
        let called = &issuer.called;
        if !issuer.is_ca() {
            if !issuer.has_malformed(BASIC_CONSTRAINTS) {
                let message = format!("{called} issued another one of the chain, but is not a CA.");
                findings.push(issuer.finds(Rule::ChainIssuerNotCa, message).hint(RIGHT_ONES));
            }
            continue;
        }
        if issuer.key_usage().is_some_and(|usage| !usage.key_cert_sign()) {
            let message =
                format!("{called} issued another one of the chain, but its key usage lacks \"Certificate Sign\".");
            findings.push(issuer.finds(Rule::ChainIssuerNoCertsign, message).hint(ASK));
        }
        if issuer.extended_key_usage().is_some_and(|usage| !usage.client_auth) {
            let usages = issuer.usages().join(", ");
            let message =
                format!("{called} may not issue certificates for client login (extended key usage: {usages}).");
            findings.push(issuer.finds(Rule::ChainIssuerNoClient, message).hint(ASK));
        }
    }
}

/// pathLenConstraint (RFC 5280 section 4.2.1.9): how many intermediates may follow, those issued to the CA itself not counted.
fn check_path_length(issuers: &[&Parsed<'_>], findings: &mut Vec<Finding>) {
    let mut below = 0_u32;
    for issuer in issuers {
        let most = issuer.basic_constraints().and_then(|constraints| constraints.path_len_constraint);
        if most.is_some_and(|most| below > most) {
            let message = format!("{} allows fewer certificates below it than there are.", issuer.called);
            findings.push(issuer.finds(Rule::ChainPathlen, message).hint(RIGHT_ONES));
        }
        below += u32::from(!issuer.is_self_issued());
    }
}
