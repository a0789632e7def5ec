//! What only the service knows about an upload, as findings of the same shape as the validator's.

use app::certificate::{CertificateName, Finding, Pointer, Report, Rule, Severity};
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

/// `key.reused`, unless the other one is `except`: no reason to refuse an upload, but good to know. A CA certificate has no key.
pub(super) async fn key_reused(
    door: &Door,
    account_id: &str,
    public_key_sha256: Option<&str>,
    except: Option<&str>,
) -> Result<Option<Finding>> {
    let Some(public_key) = public_key_sha256 else { return Ok(None) };
    let stored = door.services.store.certificate_by_public_key(account_id, public_key).await?;
    let stored = stored.filter(|stored| except != Some(stored.id.as_str()));
    Ok(stored.map(|stored| {
        let message = format!("This key is already used by “{}”.", stored.name);
        let hint = "Whoever has the old key can use the new certificate too: renew with a new key.";
        Finding::new(Rule::KeyReused, Pointer::PrivateKey, message).hint(hint)
    }))
}

/// The warnings about a name: `name.duplicate`, unless the other one is `except`, and those that the name itself gives.
pub(super) async fn about_name(
    door: &Door,
    account_id: &str,
    name: &CertificateName,
    except: Option<&str>,
) -> Result<Vec<Finding>> {
    let mut warnings = name.warnings();
    if door.services.store.certificate_by_name(account_id, name, except).await?.is_some() {
        let message = format!("Another certificate is called “{name}” already.");
        let hint = "That is allowed; with another name people tell them apart more easily.";
        warnings.push(Finding::new(Rule::NameDuplicate, Pointer::Name, message).hint(hint));
    }
    Ok(warnings)
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
