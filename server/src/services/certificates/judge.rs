//! Judging an upload: the validator's verdict, with what only the service knows.

use app::certificate::{self, CertificateName, Finding, Kind, Material, Report, Rule, Verdict, validate};
use app::service::{Error, Secret};
use app::timestamp::Timestamp;

use super::findings;
use super::second_opinion::second_opinion;
use crate::services::Door;
use crate::services::failure::Result;

/// What is uploaded.
pub(super) struct Upload {
    /// A CA certificate, without a private key.
    pub(super) ca: bool,
    /// PEM text: the chain, and perhaps the private key.
    pub(super) certificates: Secret,
    /// PEM text of the private key, if it came apart.
    pub(super) private_key: Option<Secret>,
    /// The name as typed; empty for the one taken from the certificate.
    pub(super) name: String,
    /// The id of the certificate whose contents it is to replace, if any.
    pub(super) in_place_of: Option<String>,
}

/// An upload that nothing speaks against.
pub(super) struct Judged {
    /// The name to store.
    pub(super) name: String,
    /// What else to store.
    pub(super) material: Material,
    /// What was found all the same.
    pub(super) findings: Vec<Finding>,
}

/// Judges an upload that is to be stored.
///
/// # Errors
/// [`Error::Refused`]; [`Error::Unconfirmed`] if a strong warning is not among `confirmed`.
pub(super) async fn judge(
    door: &Door,
    account_id: &str,
    upload: Upload,
    confirmed: &[Rule],
    now: Timestamp,
) -> Result<Judged> {
    let (name, Verdict { report, material }) = inspect(door, account_id, upload, now).await?;
    let (material, findings) = decide(report, material, confirmed)?;
    let name = name.map_or_else(|| material.facts.suggested_name.clone(), |name| name.as_str().to_owned());
    Ok(Judged { name, material, findings })
}

/// The name that an upload would get, and everything that is found in it.
pub(super) async fn inspect(
    door: &Door,
    account_id: &str,
    upload: Upload,
    now: Timestamp,
) -> Result<(Option<CertificateName>, Verdict)> {
    let Upload { ca, certificates, private_key, name, in_place_of } = upload;
    let in_place_of = in_place_of.as_deref();
    let typed_name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
    let name = typed_name.as_deref().map(CertificateName::parse).transpose();
    // Arithmetic with large keys takes its time, which is not the time of those who wait for something else.
    let mut verdict = tokio::task::spawn_blocking(move || {
        let upload = certificate::Upload {
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

    let report = &mut verdict.report;
    let name = name.unwrap_or_else(|at_fault| {
        findings::add(report, at_fault);
        None
    });
    if let Some(facts) = &report.certificate
        && let Some(stored) =
            door.services.store.certificate_by_fingerprint(account_id, &facts.fingerprint_sha256).await?
        // A chain can be completed, and a request that was lost sent again.
        && in_place_of != Some(stored.id.as_str())
    {
        findings::add(report, [findings::duplicate(&stored)]);
    }
    let suggested = report.certificate.as_ref().and_then(|facts| CertificateName::parse(&facts.suggested_name).ok());
    let name = name.or(suggested);
    let public_key = report.certificate.as_ref().filter(|_| !ca).map(|facts| facts.public_key_sha256.clone());
    if report.is_valid() {
        let reused = findings::key_reused(door, account_id, public_key.as_deref(), in_place_of).await?;
        findings::add(report, reused);
        // A replacement keeps the name that is there.
        if let Some(name) = name.as_ref().filter(|_| in_place_of.is_none()) {
            findings::add(report, findings::about_name(door, account_id, name, None).await?);
        }
    }
    Ok((name, verdict))
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
