//! CA certificates that systems trust.

use app::certificate::{Kind, Severity};

use crate::collection::FILES;
use crate::compared::{in_parallel, references};
use crate::disagreements::{Aspect, check};
use crate::signet;

#[test]
fn every_trusted_ca_can_be_stored_as_long_as_it_is_valid() {
    let items: Vec<_> = references()
        .filter(|(item, _)| item.collection() == "ca-certificates" && item.blocks == 1)
        .filter_map(|(item, reference)| Some((item, reference.certificate.as_ref()?)))
        .collect();
    println!("{} CA certificates", items.len());
    let found = in_parallel(&items, |(item, _)| {
        let facts = signet::certificate(item, crate::compared::NOW).0.unwrap();
        let middle = facts.not_before.seconds().midpoint(facts.not_after.seconds());
        let report = signet::report(Kind::CertificateAuthority, &item.bytes, None, middle);
        let errors = report.findings.iter().filter(|finding| finding.severity() == Severity::Error);
        let errors: Vec<&str> = errors.map(|finding| finding.rule.id()).collect();
        (!errors.is_empty()).then(|| item.disagreement(Aspect::Authority, errors.join(" ")))
    });
    assert!(items.len() > 100);
    check(&[Aspect::Authority], found.into_iter().flatten());
}

#[test]
fn the_whole_bundle_is_too_large() {
    let bundle: Vec<u8> = FILES
        .iter()
        .filter(|file| file.name.starts_with("ca-certificates/"))
        .flat_map(|file| file.bytes.clone())
        .collect();
    let report = signet::report(Kind::CertificateAuthority, &bundle, None, crate::compared::NOW);
    assert_eq!(report.findings[0].rule.id(), "in.too_large");
}
