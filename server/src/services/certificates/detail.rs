//! Everything that there is to say about one certificate.

use app::certificate::{Details, Facts};
use app::service::{CertificateDetail, CertificateUsage, EarlierVersion, Error, HistoryEntry};
use app::timestamp::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::{LOOK, READ, lock, row, usage};
use crate::services::failure::{Failure, Result};
use crate::services::{Door, RESTORABLE};
use crate::services::{audit_log, listeners};
use crate::store::{AuditEntry, AuditFilter, Certificate, Contents, EarlierContents};

/// Entries of the history that come with the page.
const HISTORY: u32 = 10;

/// One certificate, deleted or not, for as long as it can be restored. **Permissions:** `settings:company_settings`.
pub(super) async fn detail(door: &Door, id: &str) -> Result<CertificateDetail> {
    let account_id = door.authorise_reading(READ, LOOK, Some(id)).await?;
    door.authorise_reading(audit_log::NEEDS, audit_log::LOOK, None).await?;
    let store = &*door.services.store;
    let now = Timestamp::from_seconds(door.services.clock.now().seconds());
    // First: whatever comes between is told, though it may be shown already.
    let as_of = listeners::as_of(store, account_id).await?;
    let found = store.certificate_or_deleted(account_id, lock::parse_id(id)?).await?;
    let certificate = found.filter(|certificate| is_there(certificate, now)).ok_or(Error::NotFound)?;
    let contents = store.contents(account_id, id).await?.ok_or(Error::NotFound)?;
    let details = read(&contents)?;

    let is_deleted = certificate.deleted_on.is_some();
    let usage = CertificateUsage {
        nodes: usage::nodes(store.users_of(account_id, id).await?),
        last_call: store.certificate_use(account_id, id).await?.map(crate::services::api_nodes::last_call),
    };
    let earlier = if is_deleted {
        Vec::new()
    } else {
        earlier(store.earlier_contents(account_id, id, now.plus_seconds(-RESTORABLE)).await?)
    };
    let filter = AuditFilter { object_id: id.to_owned(), ..AuditFilter::default() };
    let mut history = store.search_audit(Some(account_id), &filter, HISTORY + 1).await?;
    let shown = usize::try_from(HISTORY).unwrap_or(usize::MAX);
    let history_goes_on = history.len() > shown;
    history.truncate(shown);
    let primary = store.primary(account_id).await?.map(|primary| primary.name);

    let Details { facts, serial_hex, signature, key_usages, fingerprint_sha1, chain } = details;
    Ok(CertificateDetail {
        now,
        as_of,
        restorable_until: certificate.deleted_on.map(|on| on.plus_seconds(RESTORABLE)),
        primary,
        subject: facts.subject,
        issuer: facts.issuer,
        names: facts.names,
        serial_number: facts.serial_number,
        serial_hex,
        key_type: facts.key_type,
        signature,
        usages: key_usages.into_iter().chain(facts.usages).collect(),
        fingerprint_sha256: facts.fingerprint_sha256,
        fingerprint_sha1,
        public_key_sha256: facts.public_key_sha256,
        chain,
        allowed_hosts: certificate.allowed_hosts.clone(),
        content_version: certificate.content_version,
        usage,
        earlier,
        history: history.into_iter().map(entry).collect(),
        history_goes_on,
        row: row(certificate),
    })
}

/// Whether it is not deleted, or can be restored.
fn is_there(certificate: &Certificate, now: Timestamp) -> bool {
    certificate.deleted_on.is_none_or(|on| on.plus_seconds(RESTORABLE) > now)
}

fn read(contents: &Contents) -> Result<Details> {
    // What is kept as text is nothing but certificates.
    let came: Vec<Vec<u8>> = CertificateDer::pem_slice_iter(contents.text.as_bytes())
        .filter_map(std::result::Result::ok)
        .map(|der| der.to_vec())
        .collect();
    Details::read(&contents.chain, &came).ok_or(Failure::Mistake("stored contents cannot be read"))
}

/// Those that are not in use, the one that was replaced last first.
fn earlier(kept: Vec<EarlierContents>) -> Vec<EarlierVersion> {
    let mut versions: Vec<EarlierVersion> = kept
        .into_iter()
        .filter_map(|EarlierContents { contents, replaced_on, replaced_by }| {
            let replaced_on = replaced_on?;
            let Facts { issuer, issuer_common_name, not_before, not_after, .. } = Facts::read(&contents.chain)?;
            Some(EarlierVersion {
                version: contents.content_version,
                replaced_on,
                replaced_by,
                until: replaced_on.plus_seconds(RESTORABLE),
                issuer: issuer_common_name.filter(|name| !name.is_empty()).unwrap_or(issuer),
                not_before,
                not_after,
            })
        })
        .collect();
    versions.sort_by_key(|version| std::cmp::Reverse((version.replaced_on, version.version)));
    versions
}

fn entry(entry: AuditEntry) -> HistoryEntry {
    HistoryEntry {
        sequence: entry.sequence,
        at: entry.at,
        actor_kind: entry.actor_kind,
        actor_name: entry.actor_name,
        action: entry.action,
        refused: entry.result == "refused",
        detail: entry.detail,
    }
}
