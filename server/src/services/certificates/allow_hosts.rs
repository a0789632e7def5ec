//! Saying which hosts a certificate may be presented to.

use app::service::CertificateRow;

use super::change::change;
use super::row;
use crate::services::failure::Result;
use crate::services::{Changes, Door, Seen};

/// Says which hosts a certificate may be presented to; none for any. **Permissions:** `settings:company_settings`.
pub(super) async fn allow_hosts(door: &Door, id: &str, version: i64, hosts: Vec<String>) -> Result<CertificateRow> {
    let changes = Changes { allowed_hosts: Some(hosts), ..Changes::default() };
    Ok(row(change(door, id, &Seen::Version(version), changes).await?.certificate))
}
