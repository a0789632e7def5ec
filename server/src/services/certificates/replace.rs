//! Putting other contents in a certificate's place, and bringing earlier ones back.

use app::certificate::{Facts, Finding, Material, Status};
use app::service::{Error, FieldProblem, NewCertificate};
use app::timestamp::Timestamp;

use super::judge::{Judged, Upload, judge};
use super::upload::{described, place, with_contents_of};
use super::{WRITE, findings, lock};
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::{Failure, Result};
use crate::services::{Door, RESTORABLE, Seen};
use crate::store::{self, Certificate, Contents, Transaction, Whole};

/// Validates an upload and puts it in the place of a certificate's contents, which are kept for 30 days: id, name, primary and users
/// stay. Nothing happens if they are in use already. Of the upload only
/// certificates, private key and what was confirmed are looked at. **Permissions:** `settings:company_settings`.
pub(super) async fn replace(
    door: &Door,
    id: &str,
    seen: &Seen,
    upload: NewCertificate,
) -> Result<(Whole, Vec<Finding>)> {
    let account_id = door.authorise(WRITE, "certificate.replace", Some(id)).await?;
    let now = door.services.clock.now();
    let ca = door.services.store.certificate(account_id, lock::parse_id(id)?).await?.ok_or(Error::NotFound)?.ca;
    let NewCertificate { certificates, private_key, confirmed, .. } = upload;
    let upload = Upload { ca, certificates, private_key, name: String::new(), in_place_of: Some(id.to_owned()) };
    let Judged { material, findings, .. } = judge(door, account_id, upload, &confirmed, now).await?;
    let Material { facts, text, chain, private_key, .. } = material;

    let actor = door.actor();
    let mut transaction = door.services.store.begin().await?;
    let before = lock::lock(&mut *transaction, account_id, id, seen).await?;
    let users = transaction.users_of_certificate(account_id, id).await?;
    let users = users.iter().filter(|user| user.is_active).count();
    let used_by = u64::try_from(users).unwrap_or(u64::MAX);
    let stored = door.services.store.contents(account_id, id).await?.ok_or(Error::NotFound)?;
    if stored.chain == chain && stored.text == text {
        return Ok((Whole { certificate: before, text, used_by }, findings));
    }
    check_validity(&before, users, now, facts.not_before, facts.not_after)?;
    let content_version = transaction.newest_contents(id).await?.saturating_add(1);
    let mut certificate = with_contents_of(&before, described(facts, &chain, content_version));
    lock::touch(&mut certificate, &actor, now);
    let sealed_key = match &private_key {
        Some(key) => Some(door.services.vault.seal(&mut *transaction, &place(&certificate), key).await?),
        None if ca => None,
        None => return Err(Failure::Mistake("a valid leaf came without its key")),
    };
    drop(private_key);
    let contents = Contents { certificate_id: id.to_owned(), content_version, text, chain, stored_at: now };
    match transaction.replace_contents(&certificate, &contents, sealed_key.as_ref()).await {
        Err(store::Error::Taken { constraint: "certificates_fingerprint_key" }) => {
            drop(transaction);
            return Err(findings::stored_meanwhile(door, account_id, &certificate.fingerprint_sha256).await?);
        }
        other => other?,
    }
    let detail = format!(
        "SHA-256 {}, until {}; was SHA-256 {}, until {}",
        certificate.fingerprint_sha256,
        certificate.not_after.date(),
        before.fingerprint_sha256,
        before.not_after.date()
    );
    record(door, &mut *transaction, "certificate.replace", &certificate, &detail).await?;
    transaction.commit().await?;
    Ok((Whole { certificate, text: contents.text, used_by }, findings))
}

/// Brings contents back that were replaced in the last 30 days; those in use are kept in their turn. Nothing happens if they are in use
/// already. **Permissions:** `settings:company_settings`.
pub(super) async fn restore_version(door: &Door, id: &str, seen: &Seen, content_version: i64) -> Result<Whole> {
    let account_id = door.authorise(WRITE, "certificate.restore_version", Some(id)).await?;
    let now = door.services.clock.now();
    let actor = door.actor();
    let mut transaction = door.services.store.begin().await?;
    let before = lock::lock(&mut *transaction, account_id, id, seen).await?;
    let kept = door.services.store.earlier_contents(account_id, id, now.plus_seconds(-RESTORABLE)).await?;
    let kept = kept.into_iter().find(|kept| kept.contents.content_version == content_version);
    let contents = kept.ok_or(Error::NotFound)?.contents;
    let users = transaction.users_of_certificate(account_id, id).await?;
    let users = users.iter().filter(|user| user.is_active).count();
    let used_by = u64::try_from(users).unwrap_or(u64::MAX);
    if before.content_version == content_version {
        return Ok(Whole { certificate: before, text: contents.text, used_by });
    }
    let facts = Facts::read(&contents.chain).ok_or(Failure::Mistake("stored contents cannot be read"))?;
    check_validity(&before, users, now, facts.not_before, facts.not_after)?;
    let mut certificate = with_contents_of(&before, described(facts, &contents.chain, content_version));
    lock::touch(&mut certificate, &actor, now);
    match transaction.bring_back_contents(&certificate).await {
        Err(store::Error::Taken { constraint: "certificates_fingerprint_key" }) => {
            drop(transaction);
            return Err(findings::stored_meanwhile(door, account_id, &certificate.fingerprint_sha256).await?);
        }
        other => other?,
    }
    let detail = format!(
        "version {content_version}, SHA-256 {}; was version {}",
        certificate.fingerprint_sha256, before.content_version
    );
    record(door, &mut *transaction, "certificate.restore_version", &certificate, &detail).await?;
    transaction.commit().await?;
    Ok(Whole { certificate, text: contents.text, used_by })
}

/// Nobody's calls are to go out with a certificate that is not valid yet.
fn check_validity(
    certificate: &Certificate,
    users: usize,
    now: Timestamp,
    not_before: Timestamp,
    not_after: Timestamp,
) -> Result<(), Error> {
    if Status::at(now, not_before, not_after) != Status::NotYetValid || !(certificate.primary || users > 0) {
        return Ok(());
    }
    let why = if certificate.primary { "the primary" } else { "in use" };
    let message = format!(
        "The new certificate is valid only from {}, and “{}” is {why}: replace it then, or upload the new one as another certificate.",
        not_before.date_and_time(),
        certificate.name
    );
    Err(Error::Fields { problems: vec![FieldProblem { field: "certificates".to_owned(), message }] })
}

async fn record(
    door: &Door,
    transaction: &mut dyn Transaction,
    action: &str,
    certificate: &Certificate,
    detail: &str,
) -> Result<()> {
    let event = Event {
        action,
        object_id: Some(&certificate.id),
        object_name: &certificate.name,
        outcome: Outcome::Done,
        detail,
    };
    let account_id = Some(certificate.account_id.as_str());
    audit::record(transaction, account_id, &door.actor(), certificate.changed_at, event).await?;
    Ok(())
}
