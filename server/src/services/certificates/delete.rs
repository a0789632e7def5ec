//! Taking a certificate out of every list and use.

use app::service::Error;

use super::{WRITE, lock};
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::{Failure, Result};
use crate::services::{Door, RESTORABLE};

/// Deletes a certificate that nothing uses; it can be restored for 30 days. **Permissions:** `settings:company_settings`.
pub(super) async fn delete(door: &Door, id: &str, version: i64) -> Result<()> {
    let account_id = door.authorise(WRITE, "certificate.delete", Some(id)).await?;

    let now = door.services.clock.now();
    let actor = door.actor();
    let mut transaction = door.services.store.begin().await?;
    let mut certificate = lock::lock(&mut *transaction, account_id, id, version).await?;
    let nodes = transaction.users_of_certificate(account_id, id).await?;
    if !nodes.is_empty() {
        return Err(Failure::Answer(Error::InUse { nodes }));
    }
    let until = now.plus_seconds(RESTORABLE).date();
    let was_primary = if certificate.primary { "was the primary; " } else { "" };
    certificate.deleted_on = Some(now);
    certificate.primary = false;
    lock::touch(&mut certificate, &actor, now);
    transaction.update_certificate(&certificate).await?;
    let event = Event {
        action: "certificate.delete",
        object_id: Some(id),
        object_name: &certificate.name,
        outcome: Outcome::Done,
        detail: &format!("{was_primary}can be restored until {until}"),
    };
    audit::record(&mut *transaction, Some(account_id), &actor, now, event).await?;
    transaction.commit().await?;
    Ok(())
}
