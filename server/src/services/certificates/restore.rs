//! Taking back a delete.

use app::service::Error;

use super::upload::check_quota;
use super::{WRITE, findings, lock};
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::Result;
use crate::services::{Door, RESTORABLE};
use crate::store::{self, Certificate};

/// Takes back a delete of the last 30 days; it does not come back as primary. **Permissions:** `settings:company_settings`.
pub(super) async fn restore(door: &Door, id: &str) -> Result<Certificate> {
    let account_id = door.authorise(WRITE, "certificate.restore", Some(id)).await?;
    let id = lock::parse_id(id)?;

    let now = door.services.clock.now();
    let actor = door.actor();
    let mut transaction = door.services.store.begin().await?;
    let mut certificate = transaction
        .lock_deleted_certificate(account_id, id)
        .await?
        .filter(|certificate| certificate.deleted_on.is_some_and(|on| on.plus_seconds(RESTORABLE) > now))
        .ok_or(Error::NotFound)?;
    certificate.deleted_on = None;
    certificate.primary = false;
    lock::touch(&mut certificate, &actor, now);
    match transaction.update_certificate(&certificate).await {
        Err(store::Error::Taken { constraint: "certificates_fingerprint_key" }) => {
            drop(transaction);
            return Err(findings::stored_meanwhile(door, account_id, &certificate.fingerprint_sha256).await?);
        }
        other => other?,
    }
    check_quota(door, &mut *transaction, &certificate).await?;
    let event = Event {
        action: "certificate.restore",
        object_id: Some(id),
        object_name: &certificate.name,
        outcome: Outcome::Done,
        detail: "",
    };
    audit::record(&mut *transaction, Some(account_id), &actor, now, event).await?;
    transaction.commit().await?;
    Ok(certificate)
}
