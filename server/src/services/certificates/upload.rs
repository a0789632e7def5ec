//! Storing an upload.

use app::certificate::{CertificateName, Facts, Finding, Kind, Material, Report, Rule, Upload, Verdict, validate};
use app::service::{Error, NewCertificate, Secret, Stored};
use app::timestamp::Timestamp;

use super::second_opinion::second_opinion;
use super::{PERMISSION, findings, lock, not_primary_because, row};
use crate::services::Door;
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::{Failure, Result};
use crate::store::{self, Certificate, Contents, SealedKey};
use crate::vault::Place;

/// The first version of everything.
const FIRST: i64 = 1;

/// Validates, seals and stores an upload. **Permissions:** `settings:company_settings`.
pub(super) async fn upload(door: &Door, upload: NewCertificate) -> Result<Stored> {
    let account_id = door.authorise(PERMISSION, "certificate.upload", None).await?;
    let services = &*door.services;
    let now = services.clock.now();
    let NewCertificate { ca, certificates, private_key, name, primary, confirmed } = upload;

    let Judged { name, material, findings } =
        judge(door, account_id, ca, certificates, private_key, name, &confirmed, now).await?;
    let Material { facts, text, chain, private_key, .. } = material;
    if primary && let Some(reason) = not_primary_because(ca, now, facts.not_before, facts.not_after) {
        return Err(Failure::Answer(Error::CannotBePrimary { reason }));
    }

    let actor = door.actor();
    let certificate = Certificate {
        changed_by: actor.name().to_owned(),
        ..new_certificate(services.new_uuid()?, account_id, name, ca, primary, facts, now)
    };
    let sealed_key = match &private_key {
        Some(key) => Some(services.vault.seal(&place(&certificate), key)?),
        None if ca => None,
        None => return Err(Failure::Mistake("a valid leaf came without its key")),
    };
    drop(private_key);
    let contents =
        Contents { certificate_id: certificate.id.clone(), content_version: FIRST, text, chain, stored_at: now };
    store(door, &certificate, &contents, sealed_key.as_ref(), now).await?;
    Ok(Stored { certificate: row(certificate), findings })
}

/// An upload that nothing speaks against.
struct Judged {
    /// The name to store.
    name: String,
    /// What else to store.
    material: Material,
    /// What was found all the same.
    findings: Vec<Finding>,
}

/// The validator's verdict, with what only the service knows.
#[expect(clippy::too_many_arguments, reason = "the parts of one upload, some of which are used up")]
async fn judge(
    door: &Door,
    account_id: &str,
    ca: bool,
    certificates: Secret,
    private_key: Option<Secret>,
    typed_name: String,
    confirmed: &[Rule],
    now: Timestamp,
) -> Result<Judged> {
    let typed_name = Some(typed_name.trim().to_owned()).filter(|name| !name.is_empty());
    let name = typed_name.as_deref().map(CertificateName::parse).transpose();
    // Arithmetic with large keys takes its time, which is not the time of those who wait for something else.
    let verdict = tokio::task::spawn_blocking(move || {
        let upload = Upload {
            kind: if ca { Kind::CertificateAuthority } else { Kind::Leaf },
            certificates: certificates.expose().as_bytes(),
            private_key: private_key.as_ref().map(|key| key.expose().as_bytes()),
            name: typed_name.as_deref(),
        };
        let mut verdict = validate(&upload, now);
        let more = verdict.material.as_ref().map(|material| second_opinion(material, now));
        findings::add(&mut verdict.report, more.unwrap_or_default());
        verdict
    })
    .await?;
    let Verdict { mut report, material } = verdict;

    let name = name.unwrap_or_else(|at_fault| {
        findings::add(&mut report, at_fault);
        None
    });
    if let Some(facts) = &report.certificate
        && let Some(stored) =
            door.services.store.certificate_by_fingerprint(account_id, &facts.fingerprint_sha256).await?
    {
        findings::add(&mut report, [findings::duplicate(&stored)]);
    }
    let suggested = report.certificate.as_ref().and_then(|facts| CertificateName::parse(&facts.suggested_name).ok());
    let name = name.or(suggested);
    let public_key = report.certificate.as_ref().filter(|_| !ca).map(|facts| facts.public_key_sha256.clone());
    if report.is_valid() {
        let reused = findings::key_reused(door, account_id, public_key.as_deref()).await?;
        findings::add(&mut report, reused);
        if let Some(name) = &name {
            findings::add(&mut report, findings::about_name(door, account_id, name, None).await?);
        }
    }
    let (material, findings) = decide(report, material, confirmed)?;
    let name = name.map_or_else(|| material.facts.suggested_name.clone(), |name| name.as_str().to_owned());
    Ok(Judged { name, material, findings })
}

/// What is stored, if the report allows it and a person has confirmed what is to be confirmed.
fn decide(report: Report, material: Option<Material>, confirmed: &[Rule]) -> Result<(Material, Vec<Finding>), Error> {
    let valid = report.is_valid();
    let all_confirmed = report.to_confirm().iter().all(|rule| confirmed.contains(rule));
    let findings = report.findings;
    match material {
        Some(material) if valid && all_confirmed => Ok((material, findings)),
        Some(_) if valid => Err(Error::Unconfirmed { findings }),
        _ => Err(Error::Refused { findings }),
    }
}

/// One transaction: the former primary, the certificate with contents and key, the audit entry.
async fn store(
    door: &Door,
    certificate: &Certificate,
    contents: &Contents,
    key: Option<&SealedKey>,
    now: Timestamp,
) -> Result<()> {
    let account_id = &certificate.account_id;
    let actor = door.actor();
    let mut detail = format!("SHA-256 {}", certificate.fingerprint_sha256);
    let mut transaction = door.services.store.begin().await?;
    if certificate.primary {
        detail.push_str("; primary");
        if let Some(mut former) = transaction.lock_primary(account_id).await? {
            detail = format!("{detail}, “{}” no longer is", former.name);
            former.primary = false;
            lock::touch(&mut former, &actor, now);
            transaction.update_certificate(&former).await?;
        }
    }
    match transaction.insert_certificate(certificate, contents, key).await {
        Err(store::Error::Taken { constraint: "certificates_fingerprint_key" }) => {
            drop(transaction);
            return Err(findings::stored_meanwhile(door, account_id, &certificate.fingerprint_sha256).await?);
        }
        other => other?,
    }
    let event = Event {
        action: "certificate.upload",
        object_id: Some(&certificate.id),
        object_name: &certificate.name,
        outcome: Outcome::Done,
        detail: &detail,
    };
    audit::record(&mut *transaction, Some(account_id), &actor, now, event).await?;
    transaction.commit().await?;
    Ok(())
}

fn place(certificate: &Certificate) -> Place<'_> {
    Place {
        account_id: &certificate.account_id,
        certificate_id: &certificate.id,
        fingerprint_sha256: &certificate.fingerprint_sha256,
        content_version: certificate.content_version,
    }
}

fn new_certificate(
    id: String,
    account_id: &str,
    name: String,
    ca: bool,
    primary: bool,
    facts: Facts,
    now: Timestamp,
) -> Certificate {
    let first_name = || facts.names.first().cloned();
    Certificate {
        id,
        account_id: account_id.to_owned(),
        name,
        ca,
        primary,
        content_version: FIRST,
        issued_to: said(facts.subject_common_name).or_else(first_name).unwrap_or_else(|| facts.subject.clone()),
        issuer_name: said(facts.issuer_common_name).unwrap_or_else(|| facts.issuer.clone()),
        fingerprint_sha256: facts.fingerprint_sha256,
        public_key_sha256: facts.public_key_sha256,
        subject: facts.subject,
        issuer: facts.issuer,
        serial_number: facts.serial_number,
        key_type: facts.key_type,
        not_before: facts.not_before,
        not_after: facts.not_after,
        uploaded_on: now,
        changed_at: now,
        changed_by: String::new(),
        deleted_on: None,
        version: FIRST,
    }
}

fn said(name: Option<String>) -> Option<String> {
    name.filter(|name| !name.is_empty())
}
