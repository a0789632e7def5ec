//! Making a certificate the company's only primary.

use app::service::{CertificateRow, Error};

use super::{WRITE, lock, not_primary_because, row};
use crate::services::Door;
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::{Failure, Result};

/// Makes a certificate the only primary; answers with the one that was it before. Nothing happens if it is the primary already.
/// **Permissions:** `settings:company_settings`.
pub(super) async fn set_primary(door: &Door, id: &str, version: i64) -> Result<Option<CertificateRow>> {
    let account_id = door.authorise(WRITE, "certificate.set_primary", Some(id)).await?;

    let now = door.services.clock.now();
    let actor = door.actor();
    let mut transaction = door.services.store.begin().await?;
    let mut certificate = lock::lock(&mut *transaction, account_id, id, version).await?;
    if certificate.primary {
        return Ok(None);
    }
    if let Some(reason) = not_primary_because(certificate.ca, now, certificate.not_before, certificate.not_after) {
        return Err(Failure::Answer(Error::CannotBePrimary { reason }));
    }
    let mut former = transaction.lock_primary(account_id).await?;
    let mut detail = String::new();
    // It is taken from the former first: the index allows one.
    if let Some(former) = &mut former {
        detail = format!("“{}” no longer is", former.name);
        former.primary = false;
        lock::touch(former, &actor, now);
        transaction.update_certificate(former).await?;
    }
    certificate.primary = true;
    lock::touch(&mut certificate, &actor, now);
    transaction.update_certificate(&certificate).await?;
    let event = Event {
        action: "certificate.set_primary",
        object_id: Some(id),
        object_name: &certificate.name,
        outcome: Outcome::Done,
        detail: &detail,
    };
    audit::record(&mut *transaction, Some(account_id), &actor, now, event).await?;
    transaction.commit().await?;
    Ok(former.map(row))
}
