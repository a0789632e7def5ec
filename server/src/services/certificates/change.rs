//! Changing what is said of a certificate: name, primary, the hosts that it may be presented to.

use app::certificate::{CertificateName, Finding};
use app::service::{Error, FieldProblem};
use app::timestamp::Timestamp;

use super::{WRITE, findings, hosts, lock, not_primary_because};
use crate::services::audit::{self, Actor, Event, Outcome};
use crate::services::failure::{Failure, Result};
use crate::services::{Changes, Door, Seen};
use crate::store::{Certificate, Transaction};

/// What a change came to.
pub(super) struct Changed {
    /// The certificate as it is now.
    pub(super) certificate: Certificate,
    /// The one that was the primary before and no longer is.
    pub(super) former: Option<Certificate>,
    /// What was found about the name and did not speak against it.
    pub(super) findings: Vec<Finding>,
}

/// Makes all of the changes, or none; one that changes nothing leaves no trace. **Permissions:** `settings:company_settings`.
pub(super) async fn change(door: &Door, id: &str, seen: &Seen, changes: Changes) -> Result<Changed> {
    let account_id = door.authorise(WRITE, changes.action(), Some(id)).await?;
    let Changes { name, primary, allowed_hosts } = changes;
    let (name, hosts) = parse(name.as_deref(), allowed_hosts)?;

    let now = door.services.clock.now();
    let actor = door.actor();
    let warnings = match &name {
        Some(name) => findings::about_name(door, account_id, name, Some(id)).await?,
        None => Vec::new(),
    };
    let mut transaction = door.services.store.begin().await?;
    let mut certificate = lock::lock(&mut *transaction, account_id, id, seen).await?;
    let before = certificate.clone();
    let mut events: Vec<(&str, String)> = Vec::new();
    let mut former = None;

    if let Some(name) = name.filter(|name| name.as_str() != before.name) {
        events.push(("certificate.rename", format!("was “{}”", before.name)));
        name.as_str().clone_into(&mut certificate.name);
    }
    if let Some(hosts) = hosts.filter(|hosts| *hosts != before.allowed_hosts) {
        let said = |hosts: &[String]| if hosts.is_empty() { "any".to_owned() } else { hosts.join(" ") };
        events.push(("certificate.allow_hosts", format!("{}, was {}", said(&hosts), said(&before.allowed_hosts))));
        certificate.allowed_hosts = hosts;
    }
    match primary {
        Some(true) if !before.primary => {
            former = take_primary(&mut *transaction, &certificate, &actor, now).await?;
            certificate.primary = true;
            let detail = former.as_ref().map(|former| format!("“{}” no longer is", former.name)).unwrap_or_default();
            events.push(("certificate.set_primary", detail));
        }
        Some(false) if before.primary => {
            certificate.primary = false;
            events.push(("certificate.remove_primary", String::new()));
        }
        _ => {}
    }

    if events.is_empty() {
        return Ok(Changed { certificate: before, former: None, findings: Vec::new() });
    }
    lock::touch(&mut certificate, &actor, now);
    transaction.update_certificate(&certificate).await?;
    for (action, detail) in &events {
        let event =
            Event { action, object_id: Some(id), object_name: &certificate.name, outcome: Outcome::Done, detail };
        audit::record(&mut *transaction, Some(account_id), &actor, now, event).await?;
    }
    transaction.commit().await?;
    let is_renamed = certificate.name != before.name;
    Ok(Changed { certificate, former, findings: if is_renamed { warnings } else { Vec::new() } })
}

type Parsed = (Option<CertificateName>, Option<Vec<String>>);

fn parse(name: Option<&str>, allowed_hosts: Option<Vec<String>>) -> Result<Parsed> {
    let name = name.map(CertificateName::parse).transpose().map_err(|findings| Error::Refused { findings })?;
    let hosts = allowed_hosts.map(|hosts| hosts::parse(&hosts)).transpose().map_err(|problems| {
        let problem = |(place, message): (usize, &str)| FieldProblem {
            field: format!("allowed_hosts/{place}"),
            message: message.to_owned(),
        };
        Error::Fields { problems: problems.into_iter().map(problem).collect() }
    })?;
    Ok((name, hosts))
}

/// Takes the primary from the one that is it, since the index allows one, if `certificate` can be it.
pub(super) async fn take_primary(
    transaction: &mut dyn Transaction,
    certificate: &Certificate,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<Certificate>> {
    let Certificate { ca, not_before, not_after, .. } = *certificate;
    if let Some(reason) = not_primary_because(ca, now, not_before, not_after) {
        return Err(Failure::Answer(Error::CannotBePrimary { reason }));
    }
    let Some(mut former) = transaction.lock_primary(&certificate.account_id).await? else { return Ok(None) };
    former.primary = false;
    lock::touch(&mut former, actor, now);
    transaction.update_certificate(&former).await?;
    Ok(Some(former))
}
