//! Certificates in the order in which they were uploaded, page by page.

use super::Result;
use super::database::Database;
use super::query::{Query, query};
use super::records::{Uploaded, UploadedFilter};
use super::rows::{self, select_packed};

/// `select` of one page. The page's ids are found in an index that holds nothing else, so a page far behind is nearly as quick as the
/// first; only then are their rows read.
macro_rules! select_page {
    ($where:literal, $order:literal) => {
        select_packed!(
            "select id from certificates where account_id = $1 and deleted_on is null",
            $where,
            " order by ",
            $order,
            " limit $2 offset $3"
        )
    };
}

/// How many there are. Kept as they come and go, but for one name: that is looked up.
pub(super) async fn count(database: &impl Database, account_id: &str, filter: &UploadedFilter) -> Result<u64> {
    let sql = match (&filter.name, filter.ca) {
        (Some(name), ca) => return count_named(database, account_id, name, ca).await,
        (None, None) => {
            "select coalesce(cast(sum(present) as bigint), 0) as total from certificate_totals where account_id = $1"
        }
        (None, Some(_)) => "select present as total from certificate_totals where account_id = $1 and ca = $2",
    };
    let totals = with_ca(query(sql).bind(account_id), filter.ca);
    Ok(database.one(totals, |row| row.count("certificate_totals.total")).await?.unwrap_or(0))
}

async fn count_named(database: &impl Database, account_id: &str, name: &str, ca: Option<bool>) -> Result<u64> {
    let comparable = rows::comparable(name);
    let sql = match ca {
        None => {
            "select count(*) as total from certificates \
             where account_id = $1 and name_comparable = $2 and name = $3 and deleted_on is null"
        }
        Some(_) => {
            "select count(*) as total from certificates \
             where account_id = $1 and name_comparable = $2 and name = $3 and ca = $4 and deleted_on is null"
        }
    };
    let named = with_ca(query(sql).bind(account_id).bind(comparable.as_str()).bind(name), ca);
    Ok(database.one(named, |row| row.count("certificates.total")).await?.unwrap_or(0))
}

/// One page, read from whichever end is nearer.
pub(super) async fn page(
    database: &impl Database,
    account_id: &str,
    filter: &UploadedFilter,
    total: u64,
    offset: u64,
    limit: u32,
) -> Result<Vec<Uploaded>> {
    if offset >= total || limit == 0 {
        return Ok(Vec::new());
    }
    let length = u64::from(limit).min(total - offset);
    let from_the_end = total - offset - length;
    let is_nearer_to_the_end = from_the_end < offset;
    let skipped = if is_nearer_to_the_end { from_the_end } else { offset };
    let sql = match (&filter.name, filter.ca, is_nearer_to_the_end) {
        (None, None, false) => select_page!("", "uploaded_on, id"),
        (None, None, true) => select_page!("", "uploaded_on desc, id desc"),
        (None, Some(_), false) => select_page!(" and ca = $4", "uploaded_on, id"),
        (None, Some(_), true) => select_page!(" and ca = $4", "uploaded_on desc, id desc"),
        (Some(_), None, false) => select_page!(" and name_comparable = $4 and name = $5", "uploaded_on, id"),
        (Some(_), None, true) => select_page!(" and name_comparable = $4 and name = $5", "uploaded_on desc, id desc"),
        (Some(_), Some(_), false) => {
            select_page!(" and name_comparable = $4 and name = $5 and ca = $6", "uploaded_on, id")
        }
        (Some(_), Some(_), true) => {
            select_page!(" and name_comparable = $4 and name = $5 and ca = $6", "uploaded_on desc, id desc")
        }
    };
    let comparable = filter.name.as_deref().map(rows::comparable);
    let mut page = query(sql)
        .bind(account_id)
        .bind(i64::try_from(length).unwrap_or(i64::MAX))
        .bind(i64::try_from(skipped).unwrap_or(i64::MAX));
    if let (Some(name), Some(comparable)) = (&filter.name, &comparable) {
        page = page.bind(comparable).bind(name);
    }
    Ok(database.one(with_ca(page, filter.ca), rows::packed).await?.unwrap_or_default())
}

fn with_ca(query: Query<'_>, ca: Option<bool>) -> Query<'_> {
    match ca {
        Some(ca) => query.bind(ca),
        None => query,
    }
}
