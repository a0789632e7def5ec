//! Giving a certificate another name.

use app::certificate::CertificateName;
use app::service::{Error, Stored};

use super::{PERMISSION, findings, lock, row};
use crate::services::Door;
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::Result;

/// Gives a certificate another name. **Permissions:** `settings:company_settings`.
pub(super) async fn rename(door: &Door, id: &str, version: i64, name: &str) -> Result<Stored> {
    let account_id = door.authorise(PERMISSION, "certificate.rename", Some(id)).await?;
    let name = CertificateName::parse(name).map_err(|findings| Error::Refused { findings })?;

    let now = door.services.clock.now();
    let actor = door.actor();
    let findings = findings::about_name(door, account_id, &name, Some(id)).await?;
    let mut transaction = door.services.store.begin().await?;
    let mut certificate = lock::lock(&mut *transaction, account_id, id, version).await?;
    if certificate.name == name.as_str() {
        return Ok(Stored { certificate: row(certificate), findings: Vec::new() });
    }
    let detail = format!("was “{}”", certificate.name);
    name.as_str().clone_into(&mut certificate.name);
    lock::touch(&mut certificate, &actor, now);
    transaction.update_certificate(&certificate).await?;
    let event = Event {
        action: "certificate.rename",
        object_id: Some(id),
        object_name: &certificate.name,
        outcome: Outcome::Done,
        detail: &detail,
    };
    audit::record(&mut *transaction, Some(account_id), &actor, now, event).await?;
    transaction.commit().await?;
    Ok(Stored { certificate: row(certificate), findings })
}
