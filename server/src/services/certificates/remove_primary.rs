//! Leaving the company without a primary.

use app::service::CertificateRow;

use super::{WRITE, lock, row};
use crate::services::Door;
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::Result;

/// Takes the primary off. **Permissions:** `settings:company_settings`.
pub(super) async fn remove_primary(door: &Door, id: &str, version: i64) -> Result<CertificateRow> {
    let account_id = door.authorise(WRITE, "certificate.remove_primary", Some(id)).await?;

    let now = door.services.clock.now();
    let actor = door.actor();
    let mut transaction = door.services.store.begin().await?;
    let mut certificate = lock::lock(&mut *transaction, account_id, id, version).await?;
    if !certificate.primary {
        return Err(lock::stale(&certificate));
    }
    certificate.primary = false;
    lock::touch(&mut certificate, &actor, now);
    transaction.update_certificate(&certificate).await?;
    let event = Event {
        action: "certificate.remove_primary",
        object_id: Some(id),
        object_name: &certificate.name,
        outcome: Outcome::Done,
        detail: "",
    };
    audit::record(&mut *transaction, Some(account_id), &actor, now, event).await?;
    transaction.commit().await?;
    Ok(row(certificate))
}
