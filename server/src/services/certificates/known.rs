//! What is known of a certificate that is about to be uploaded.

use app::certificate::CertificateName;
use app::service::{Known, KnownQuery};

use super::{LOOK, WRITE, findings, renewals, row};
use crate::services::Door;
use crate::services::failure::Result;

/// What the company's certificates have to do with it. **Permissions:** `settings:company_settings`.
pub(super) async fn known(door: &Door, query: KnownQuery) -> Result<Known> {
    let account_id = door.authorise_reading(WRITE, LOOK, None).await?;
    let [fingerprint, public_key] = [&query.fingerprint_sha256, &query.public_key_sha256].map(|hex| sha256(hex));
    let stored = match &fingerprint {
        Some(fingerprint) => door.services.store.certificate_by_fingerprint(account_id, fingerprint).await?,
        None => None,
    };
    let in_place_of = query.in_place_of.as_deref();
    // Its chain may be completed.
    let stored = stored.filter(|stored| in_place_of != Some(stored.id.as_str()));
    if stored.is_some() {
        return Ok(Known { stored: stored.map(row), ..Known::default() });
    }
    let mut findings: Vec<_> =
        findings::key_reused(door, account_id, public_key.as_deref(), in_place_of).await?.into_iter().collect();
    // A replacement keeps the name that is there.
    let name = CertificateName::parse(&query.name).ok().filter(|_| in_place_of.is_none());
    if let Some(name) = &name {
        findings.extend(findings::about_name(door, account_id, name, None).await?);
    }
    Ok(Known { stored: None, findings, renewals: renewals::renewals(door, account_id, &query).await? })
}

/// A SHA-256 in lower-case hex digits, if it is one.
fn sha256(hex: &str) -> Option<String> {
    let is_one = hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one.then(|| hex.to_ascii_lowercase())
}
