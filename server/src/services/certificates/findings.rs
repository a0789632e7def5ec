//! What only the service knows about an upload, as findings of the same shape as the validator's.

use app::certificate::{Finding, Pointer, Report, Rule, Severity};
use app::service::Error;

use crate::services::Door;
use crate::services::failure::{Failure, Result};
use crate::store::Certificate;

/// `crt.duplicate`, about the certificate that is stored already.
pub(super) fn duplicate(stored: &Certificate) -> Finding {
    Finding {
        rule: Rule::CrtDuplicate,
        message: format!("Already uploaded as “{}” on {}.", stored.name, stored.uploaded_on.date()),
        hint: "Use the one that is there, or delete it first.".to_owned(),
        pointer: Pointer::Certificates,
        line: None,
        certificate: Some(1),
    }
}

/// The refusal of a certificate that somebody else stored a moment ago: the unique index found it.
pub(super) async fn stored_meanwhile(door: &Door, account_id: &str, fingerprint_sha256: &str) -> Result<Failure> {
    Ok(match door.services.store.certificate_by_fingerprint(account_id, fingerprint_sha256).await? {
        Some(stored) => Failure::Answer(Error::Refused { findings: vec![duplicate(&stored)] }),
        // And deleted again since.
        None => Failure::Answer(Error::NotFound),
    })
}

/// Adds findings to a report, errors first.
pub(super) fn add(report: &mut Report, findings: impl IntoIterator<Item = Finding>) {
    for finding in findings {
        if !report.findings.contains(&finding) {
            report.findings.push(finding);
        }
    }
    report.findings.sort_by_key(|finding| finding.severity() != Severity::Error);
}
