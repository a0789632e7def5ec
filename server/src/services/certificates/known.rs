//! What is known of a certificate that is about to be uploaded.

use app::certificate::CertificateName;
use app::service::{Known, KnownQuery};

use super::{WRITE, findings, row};
use crate::services::Door;
use crate::services::failure::Result;

/// What the company's certificates have to do with it. **Permissions:** `settings:company_settings`.
pub(super) async fn known(door: &Door, query: KnownQuery) -> Result<Known> {
    let account_id = door.authorise_reading(WRITE)?;
    let [fingerprint, public_key] = [&query.fingerprint_sha256, &query.public_key_sha256].map(|hex| sha256(hex));
    let stored = match &fingerprint {
        Some(fingerprint) => door.services.store.certificate_by_fingerprint(account_id, fingerprint).await?,
        None => None,
    };
    let name = CertificateName::parse(&query.name).ok();
    if stored.is_some() {
        return Ok(Known { stored: stored.map(row), findings: Vec::new() });
    }
    let mut findings: Vec<_> =
        findings::key_reused(door, account_id, public_key.as_deref(), None).await?.into_iter().collect();
    if let Some(name) = &name {
        findings.extend(findings::about_name(door, account_id, name, None).await?);
    }
    Ok(Known { stored: None, findings })
}

/// A SHA-256 in lower-case hex digits, if it is one.
fn sha256(hex: &str) -> Option<String> {
    let is_one = hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one.then(|| hex.to_ascii_lowercase())
}
