//! Leaving the company without a primary.

use app::service::CertificateRow;

use super::change::change;
use super::{lock, row};
use crate::services::failure::Result;
use crate::services::{Changes, Door, Seen};

/// Takes the primary off. **Permissions:** `settings:company_settings`.
pub(super) async fn remove_primary(door: &Door, id: &str, version: i64) -> Result<CertificateRow> {
    let changes = Changes { primary: Some(false), ..Changes::default() };
    let certificate = change(door, id, &Seen::Version(version), changes).await?.certificate;
    // Nothing was changed: somebody else has taken it off.
    if certificate.version == version {
        Err(lock::stale(&certificate.changed_by, certificate.changed_at))
    } else {
        Ok(row(certificate))
    }
}
