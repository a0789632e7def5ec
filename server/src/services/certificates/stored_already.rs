//! Whether a certificate is stored already.

use app::service::CertificateRow;

use super::{PERMISSION, row};
use crate::services::Door;
use crate::services::failure::Result;

/// The certificate with this fingerprint, in the caller's company. **Permissions:** `settings:company_settings`.
pub(super) async fn stored_already(door: &Door, fingerprint_sha256: &str) -> Result<Option<CertificateRow>> {
    let account_id = door.authorise_reading(PERMISSION)?;
    let is_fingerprint =
        fingerprint_sha256.len() == 64 && fingerprint_sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_fingerprint {
        return Ok(None);
    }
    let fingerprint_sha256 = fingerprint_sha256.to_ascii_lowercase();
    Ok(door.services.store.certificate_by_fingerprint(account_id, &fingerprint_sha256).await?.map(row))
}
