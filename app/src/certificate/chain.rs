//! The chain: which certificates lead from the leaf towards a root, in which order. Rules `chain.*`.
//!
//! Certificates are linked by name and key identifier (RFC 5280 section 6.1, RFC 4158 section 3).

use super::parsed::Parsed;
use super::report::{Finding, Pointer};
use super::rules::Rule;

/// The certificates from `leaf` towards the root, leaf first, a root included.
pub(super) fn path<'c, 'a>(leaf: &'c Parsed<'a>, certificates: &'c [Parsed<'a>]) -> Vec<&'c Parsed<'a>> {
    let mut path = vec![leaf];
    while let Some(next) = path.last().and_then(|last| issuer_of(last, certificates, &path)) {
        path.push(next);
    }
    path
}

/// Of those who bear the issuer's name: rather a CA than none, rather one that says the key identifier.
fn issuer_of<'c, 'a>(
    certificate: &Parsed<'a>,
    certificates: &'c [Parsed<'a>],
    path: &[&Parsed<'a>],
) -> Option<&'c Parsed<'a>> {
    if certificate.is_self_issued() {
        return None;
    }
    let mut candidates: Vec<_> = certificates
        .iter()
        .filter(|candidate| {
            certificate.names_as_issuer(candidate) && !path.iter().any(|used| used.der == candidate.der)
        })
        .collect();
    candidates.sort_by_key(|candidate| !candidate.is_ca());
    candidates.first().copied()
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

/// Judges the certificates of a client certificate's upload. `path` is the leaf's.
pub(super) fn check(path: &[&Parsed<'_>], certificates: &[Parsed<'_>], findings: &mut Vec<Finding>) {
    let Some((leaf, issuers)) = path.split_first() else {
        return;
    };
    check_order(path, findings);
    if issuers.is_empty() && !leaf.is_self_issued() {
        let issuer = super::distinguished_name::shown(leaf.x509.issuer());
        let message = format!("The issuer's certificate (\"{issuer}\") is not in the file.");
        let hint = "If the issuer is an intermediate CA, append its certificate: a service that knows only the root refuses \
                    yours otherwise. If it is the root itself, all is well.";
        findings.push(leaf.finds(Rule::ChainMissing, message).hint(hint));
    }
    check_unrelated(path, certificates, findings);
    for issuer in issuers.iter().filter(|issuer| !issuer.is_ca()) {
        let message = format!("{} issued another one of the chain, but is not a CA.", issuer.called);
        let hint = "Ask your issuer for the right certificates of its chain.";
        findings.push(issuer.finds(Rule::ChainIssuerNotCa, message).hint(hint));
    }
    check_path_length(issuers, findings);
    if let Some(root) = issuers.last().filter(|last| last.is_self_issued()) {
        let message = format!("{} is the root. It is kept, but not sent: the service has its own copy.", root.called);
        findings.push(root.finds(Rule::ChainRootIncluded, message));
    }
}

/// What is sent in a handshake: the path without its root (RFC 8446 section 4.4.2).
pub(super) fn without_root<'c, 'a>(path: &[&'c Parsed<'a>]) -> Vec<&'c Parsed<'a>> {
    match path {
        [issued @ .., root] if !issued.is_empty() && root.is_self_issued() => issued.to_vec(),
        path => path.to_vec(),
    }
}

fn check_order(path: &[&Parsed<'_>], findings: &mut Vec<Finding>) {
    // The leaf's place is another rule's matter (`key.match_other`).
    let in_file: Vec<_> = path.iter().skip(1).map(|certificate| certificate.number()).collect();
    if !in_file.is_sorted() {
        let message = "The certificates of the chain were not in order. They were put in order.";
        findings.push(Finding::new(Rule::ChainOrder, Pointer::Certificates, message));
    }
}

fn check_unrelated(path: &[&Parsed<'_>], certificates: &[Parsed<'_>], findings: &mut Vec<Finding>) {
    let related = reachable(path, certificates);
    let unrelated: Vec<_> =
        certificates.iter().filter(|certificate| !related.iter().any(|known| known.der == certificate.der)).collect();
    let leaves = unrelated.iter().filter(|certificate| !certificate.is_ca()).count();
    for certificate in unrelated {
        let shown = certificate.shown();
        let number = certificate.number();
        if certificate.is_ca() {
            let message = format!("Certificate {number} (\"{shown}\") does not belong to this chain.");
            findings.push(certificate.finds(Rule::ChainUnrelated, message).hint("Remove it from the file."));
        } else {
            let message =
                format!("The file has {} client certificates; certificate {number} is \"{shown}\".", leaves + 1);
            let hint = "Upload them one by one, each with its own key.";
            findings.push(certificate.finds(Rule::ChainSeveralLeaves, message).hint(hint));
        }
    }
}

/// Everything that some path from the leaf leads over: the same CA may be there under two issuers (RFC 4158 section 2.4).
fn reachable<'c, 'a>(path: &[&'c Parsed<'a>], certificates: &'c [Parsed<'a>]) -> Vec<&'c Parsed<'a>> {
    let mut reached = path.to_vec();
    let mut next = 0;
    while let Some(certificate) = reached.get(next).copied() {
        for candidate in certificates {
            if certificate.names_as_issuer(candidate) && !reached.iter().any(|known| known.der == candidate.der) {
                reached.push(candidate);
            }
        }
        next += 1;
    }
    reached
}

/// pathLenConstraint (RFC 5280 section 4.2.1.9): how many intermediates may follow, those issued to the CA itself not counted.
fn check_path_length(issuers: &[&Parsed<'_>], findings: &mut Vec<Finding>) {
    let mut below = 0_u32;
    for issuer in issuers {
        let most = issuer.basic_constraints().and_then(|constraints| constraints.path_len_constraint);
        if most.is_some_and(|most| below > most) {
            let message = format!("{} allows fewer certificates below it than there are.", issuer.called);
            let hint = "Ask your issuer for the right certificates of its chain.";
            findings.push(issuer.finds(Rule::ChainPathlen, message).hint(hint));
        }
        below += u32::from(!issuer.is_self_issued());
    }
}
