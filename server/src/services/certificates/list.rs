//! One page of the list.

use app::service::{CertificateList, ListQuery};

use super::{READ, row};
use crate::services::failure::Result;
use crate::services::{Door, RESTORABLE};

/// Rows in a full page.
const PER_PAGE: u32 = 50;

/// One page of the list; the last one for a page after it. **Permissions:** `settings:company_settings`.
pub(super) async fn list(door: &Door, query: ListQuery) -> Result<CertificateList> {
    let account_id = door.authorise_reading(READ)?;
    let services = &*door.services;
    let now = services.clock.now();
    let restorable_after = now.plus_seconds(-RESTORABLE);

    let counts = services.store.certificate_counts(account_id, restorable_after).await?;
    let total = if query.deleted { counts.deleted } else { counts.present };
    let last_page = u32::try_from(total.div_ceil(u64::from(PER_PAGE))).unwrap_or(u32::MAX).max(1);
    let page = query.page.clamp(1, last_page);
    let offset = u64::from(page - 1) * u64::from(PER_PAGE);
    let deleted_after = query.deleted.then_some(restorable_after);
    let certificates = services.store.certificates(account_id, deleted_after, offset, PER_PAGE).await?;
    let primary = services.store.primary(account_id).await?;
    let counts_of = services.store.use_counts(account_id).await?;
    let used_by = certificates.iter().map(|row| counts_of.get(&row.id).copied().unwrap_or_default()).collect();
    Ok(CertificateList {
        now,
        rows: certificates.into_iter().map(row).collect(),
        used_by,
        total,
        page,
        per_page: PER_PAGE,
        showing_deleted: query.deleted,
        deleted: counts.deleted,
        primary: primary.map(|primary| primary.name),
    })
}
