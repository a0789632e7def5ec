//! One page of the list.

use app::certificate::search_term;
use app::service::{CertificateList, ListQuery};
use app::timestamp::Timestamp;

use super::{LOOK, READ, row};
use crate::services::failure::Result;
use crate::services::{Door, RESTORABLE, listeners};
use crate::store::{Listing, Moment};

/// Rows in a full page.
const PER_PAGE: u32 = 50;

/// One page of the list; the last one for a page after it. **Permissions:** `settings:company_settings`.
pub(super) async fn list(door: &Door, query: ListQuery) -> Result<CertificateList> {
    let account_id = door.authorise_reading(READ, LOOK, None).await?;
    let store = &*door.services.store;
    // Validity counts in seconds, and so does what is shown of it.
    let now = Timestamp::from_seconds(door.services.clock.now().seconds());
    let moment = Moment { now, restorable_after: now.plus_seconds(-RESTORABLE) };
    let listing = Listing { moment, filter: query.filter, term: search_term(&query.search), sort: query.sort };

    // First: whatever comes between it and the list is told, though it may be in the list already.
    let as_of = listeners::as_of(store, account_id).await?;
    let counts = store.certificate_counts(account_id, moment).await?;
    let found = store.count_listed(account_id, &listing).await?;
    let total = found.count;
    let last_page = u32::try_from(total.number.div_ceil(u64::from(PER_PAGE))).unwrap_or(u32::MAX).max(1);
    let mut page = query.page.max(1);
    if !total.more {
        page = page.min(last_page);
    }
    let read = async |page: u32| {
        let offset = u64::from(page - 1) * u64::from(PER_PAGE);
        // One more, to see whether a page follows.
        store.certificates_listed(account_id, &listing, &found, offset, PER_PAGE + 1).await
    };
    let mut certificates = read(page).await?;
    if certificates.is_empty() && page > last_page {
        page = last_page;
        certificates = read(page).await?;
    }
    let full = usize::try_from(PER_PAGE).unwrap_or(usize::MAX);
    let is_followed = certificates.len() > full;
    certificates.truncate(full);
    let primary = store.primary(account_id).await?;
    let (rows, used_by) = certificates.into_iter().map(|listed| (row(listed.certificate), listed.used_by)).unzip();
    Ok(CertificateList {
        now,
        query: ListQuery { page, ..query },
        rows,
        used_by,
        total,
        is_followed,
        per_page: PER_PAGE,
        counts,
        due: store.due(account_id, now).await?,
        primary: primary.map(|primary| primary.name),
        as_of,
    })
}
