//! Storing an upload.

use app::certificate::{ApiFields, Facts, Finding, Material, PrivateKey};
use app::service::{Error, NewCertificate};
use app::timestamp::Timestamp;

use super::change::take_primary;
use super::judge::{Judged, Upload, judge};
use super::{WRITE, findings, not_primary_because};
use crate::services::Door;
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::{Failure, Result};
use crate::store::{self, Certificate, Contents, Transaction, Whole};
use crate::vault::Place;

/// The first version of everything.
const FIRST: i64 = 1;

/// Validates, seals and stores an upload. **Permissions:** `settings:company_settings`.
pub(super) async fn upload(door: &Door, upload: NewCertificate) -> Result<(Whole, Vec<Finding>)> {
    let account_id = door.authorise(WRITE, "certificate.upload", None).await?;
    let services = &*door.services;
    let now = services.clock.now();
    let NewCertificate { ca, certificates, private_key, name, primary, confirmed } = upload;

    let upload = Upload { ca, certificates, private_key, name, in_place_of: None };
    let Judged { name, material, findings } = judge(door, account_id, upload, &confirmed, now).await?;
    let Material { facts, text, chain, private_key, .. } = material;
    if primary && let Some(reason) = not_primary_because(ca, now, facts.not_before, facts.not_after) {
        return Err(Failure::Answer(Error::CannotBePrimary { reason }));
    }

    let certificate = Certificate {
        id: services.new_uuid()?,
        account_id: account_id.to_owned(),
        name,
        ca,
        primary,
        uploaded_on: now,
        changed_at: now,
        changed_by: door.actor().name().to_owned(),
        version: FIRST,
        ..described(facts, &chain, FIRST)
    };
    if private_key.is_none() && !ca {
        return Err(Failure::Mistake("a valid leaf came without its key"));
    }
    let contents =
        Contents { certificate_id: certificate.id.clone(), content_version: FIRST, text, chain, stored_at: now };
    store(door, &certificate, &contents, private_key, now).await?;
    Ok((Whole { certificate, text: contents.text, used_by: 0 }, findings))
}

/// One transaction: the certificate with contents and key, the former primary, the audit entry.
async fn store(
    door: &Door,
    certificate: &Certificate,
    contents: &Contents,
    private_key: Option<PrivateKey>,
    now: Timestamp,
) -> Result<()> {
    let account_id = &certificate.account_id;
    let actor = door.actor();
    let mut detail = format!("SHA-256 {}", certificate.fingerprint_sha256);
    let mut transaction = door.services.store.begin().await?;
    let sealed_key = match &private_key {
        Some(key) => Some(door.services.vault.seal(&mut *transaction, &place(certificate), key).await?),
        None => None,
    };
    drop(private_key);
    if certificate.primary {
        detail.push_str("; primary");
        if let Some(former) = take_primary(&mut *transaction, certificate, &actor, now).await? {
            detail = format!("{detail}, “{}” no longer is", former.name);
        }
    }
    match transaction.insert_certificate(certificate, contents, sealed_key.as_ref()).await {
        Err(store::Error::Taken { constraint: "certificates_fingerprint_key" }) => {
            drop(transaction);
            return Err(findings::stored_meanwhile(door, account_id, &certificate.fingerprint_sha256).await?);
        }
        other => other?,
    }
    check_quota(door, &mut *transaction, certificate).await?;
    let event = Event {
        action: "certificate.upload",
        object_id: Some(&certificate.id),
        object_name: &certificate.name,
        outcome: Outcome::Done,
        detail: &detail,
    };
    audit::record(&mut *transaction, Some(account_id), &actor, now, event).await?;
    transaction.commit().await?;
    Ok(())
}

/// Refuses a CA certificate that is one too many, once it is counted.
pub(super) async fn check_quota(
    door: &Door,
    transaction: &mut dyn Transaction,
    certificate: &Certificate,
) -> Result<()> {
    let most = door.services.limits.authorities;
    if certificate.ca && most > 0 && transaction.count_authorities(&certificate.account_id).await? > u64::from(most) {
        return Err(Failure::Answer(Error::TooManyAuthorities { most }));
    }
    Ok(())
}

/// Where a certificate's key belongs.
pub(super) fn place(certificate: &Certificate) -> Place<'_> {
    Place {
        account_id: &certificate.account_id,
        certificate_id: &certificate.id,
        fingerprint_sha256: &certificate.fingerprint_sha256,
        content_version: certificate.content_version,
    }
}

/// A certificate of which only the contents are known yet.
pub(super) fn described(facts: Facts, chain: &[Vec<u8>], content_version: i64) -> Certificate {
    let ApiFields { issuer: api_issuer, signature } =
        chain.first().and_then(|leaf| ApiFields::read(leaf)).unwrap_or_default();
    let epoch = Timestamp::from_seconds(0);
    Certificate {
        id: String::new(),
        account_id: String::new(),
        name: String::new(),
        ca: facts.ca,
        primary: false,
        content_version,
        issued_to: facts.issued_to().to_owned(),
        issuer_name: said(facts.issuer_common_name).unwrap_or_else(|| facts.issuer.clone()),
        fingerprint_sha256: facts.fingerprint_sha256,
        public_key_sha256: facts.public_key_sha256,
        subject: facts.subject,
        issuer: facts.issuer,
        api_issuer,
        signature,
        serial_number: facts.serial_number,
        key_type: facts.key_type,
        not_before: facts.not_before,
        not_after: facts.not_after,
        uploaded_on: epoch,
        changed_at: epoch,
        changed_by: String::new(),
        deleted_on: None,
        allowed_hosts: Vec::new(),
        version: FIRST,
    }
}

/// The same certificate with other contents.
pub(super) fn with_contents_of(certificate: &Certificate, contents: Certificate) -> Certificate {
    let Certificate { id, account_id, name, ca, primary, uploaded_on, changed_at, .. } = certificate.clone();
    let Certificate { changed_by, deleted_on, allowed_hosts, version, .. } = certificate.clone();
    Certificate {
        id,
        account_id,
        name,
        ca,
        primary,
        uploaded_on,
        changed_at,
        changed_by,
        deleted_on,
        allowed_hosts,
        version,
        ..contents
    }
}

fn said(name: Option<String>) -> Option<String> {
    name.filter(|name| !name.is_empty())
}
