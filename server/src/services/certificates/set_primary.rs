//! Making a certificate the company's only primary.

use app::service::CertificateRow;

use super::change::change;
use super::row;
use crate::services::failure::Result;
use crate::services::{Changes, Door, Seen};

/// Makes a certificate the only primary; answers with the one that was it before. Nothing happens if it is the primary already.
/// **Permissions:** `settings:company_settings`.
pub(super) async fn set_primary(door: &Door, id: &str, version: i64) -> Result<Option<CertificateRow>> {
    let changes = Changes { primary: Some(true), ..Changes::default() };
    Ok(change(door, id, &Seen::Version(version), changes).await?.former.map(row))
}
