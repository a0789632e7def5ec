//! Giving a certificate another name.

use app::service::Stored;

use super::change::{Changed, change};
use super::row;
use crate::services::failure::Result;
use crate::services::{Changes, Door, Seen};

/// Gives a certificate another name. **Permissions:** `settings:company_settings`.
pub(super) async fn rename(door: &Door, id: &str, version: i64, name: String) -> Result<Stored> {
    let changes = Changes { name: Some(name), ..Changes::default() };
    let Changed { certificate, findings, .. } = change(door, id, &Seen::Version(version), changes).await?;
    Ok(Stored { certificate: row(certificate), findings })
}
