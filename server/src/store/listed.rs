//! Certificates as the page lists them: searched, filtered and sorted, page by page.
//!
//! With 100,000 certificates a page must be as quick as with 100. Whatever has few rows is found by its own index and then sorted; whatever
//! has many is met soon enough on the way through the index of the order. [`count`] tells which of the two it is, and counts no further.
//! What is searched for and listed by its end needs neither where the index of the texts is in that order.

mod sought;

use app::certificate::Status;
use app::service::{Count, Due, ListCounts, ListFilter, SortBy};
use app::timestamp::Timestamp;

use super::Result;
use super::database::{Database, TextIndex};
use super::query::{Assembly, query};
use super::records::{Listed, Listing, Moment};
use super::rows;
use super::search::first_number;
use sought::{Sought, holds, pattern, phrase, rarest};

/// As far as rows are counted that no table keeps the number of.
pub(super) const COUNTED: u64 = 999;
/// One more, to see that there are more.
const LOOKED_AT: i64 = 1000;
/// As far as is counted what a text is found in: nobody leafs through more.
const SOUGHT: u64 = 199;
/// As many are read of a search at once: its counted pages, and what tells that another follows.
const READ_AT_ONCE: u64 = SOUGHT + 2;
/// Ids in a statement: of what few have, of a page, and of all that a search has read at once.
const NUMBERS_OF_IDS: [usize; 3] = [8, 64, 256];

/// How many certificates there are of each kind.
pub(super) async fn counts(database: &impl Database, account_id: &str, moment: Moment) -> Result<ListCounts> {
    let sql = "select \
                 coalesce((select cast(sum(present) as bigint) from certificate_totals where account_id = $1), 0) as present, \
                 coalesce((select present from certificate_totals where account_id = $1 and ca = true), 0) as authorities, \
                 (select count(*) from (select 1 from certificates \
                    where account_id = $1 and deleted_on is null and not_after < $2 limit $4) as found) as expired, \
                 (select count(*) from (select 1 from certificates \
                    where account_id = $1 and deleted_on is null and not_after >= $2 and not_after <= $5 \
                      and expiring_from <= $2 limit $4) as found) as expiring, \
                 (select count(*) from (select 1 from certificates \
                    where account_id = $1 and deleted_on > $3 and not is_destroyed limit $4) as found) as deleted, \
                 (select count(*) from (select 1 from certificates \
                    where account_id = $1 and deleted_on is null and used_by = 0 limit $4) as found) as unused";
    let counts = query(sql).bind(account_id).bind(moment.now).bind(moment.restorable_after).bind(LOOKED_AT);
    // The index of the ends is read no further than that.
    let counts = counts.bind(moment.now.plus_seconds(Status::EXPIRING));
    Ok(database.one(counts, rows::counts).await?.unwrap_or_default())
}

/// How many certificates that are in use end within days, as [`app::certificate::Status::Urgent`] has it, and how many nodes use them.
pub(super) async fn due(database: &impl Database, account_id: &str, now: Timestamp) -> Result<Due> {
    let sql = "select count(*) as certificates, coalesce(cast(sum(used_by) as bigint), 0) as nodes from certificates \
               where account_id = $1 and deleted_on is null and used_by > 0 and not_after >= $2 and not_after <= $3 \
                 and not_before <= $2 and (not_after - $2) / 1000000 <= (not_after - not_before) / 10000000";
    let due = query(sql).bind(account_id).bind(now).bind(now.plus_seconds(Status::URGENT));
    Ok(database.one(due, rows::due).await?.unwrap_or_default())
}

/// How many certificates a listing has; of a search also which, as far as that was met on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The number: of a search up to 199, of a filter up to 999.
    pub count: Count,
    ids: Ids,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Ids {
    /// Nothing is known of them.
    Unknown,
    /// They are among the few that the filter leaves.
    AmongFew,
    /// All of them, in any order.
    All(Vec<String>),
    /// The first, in the order of the listing.
    First(Vec<String>),
}

/// How many certificates are listed.
pub(super) async fn count<D: Database>(database: &D, account_id: &str, listing: &Listing) -> Result<Found> {
    let sought = Sought::of(listing);
    let count = match &sought {
        Sought::Part { text, .. } => return seek(database, account_id, listing, text.clone()).await,
        Sought::Nothing if listing.filter == ListFilter::All => {
            let sql = "select coalesce(cast(sum(present) as bigint), 0) as total from certificate_totals \
                       where account_id = $1";
            let total = database.one(query(sql).bind(account_id), |row| row.count("certificate_totals.total")).await?;
            Count { number: total.unwrap_or(0), more: false }
        }
        Sought::Nothing | Sought::Beginning(..) => {
            count_by(database, account_id, listing, &sought, Way::Filter).await?
        }
    };
    Ok(Found { count, ids: Ids::Unknown })
}

/// Looks for a text.
async fn seek<D: Database>(database: &D, account_id: &str, listing: &Listing, text: String) -> Result<Found> {
    // Where the filter alone leaves few, the text is looked for among them more quickly than among all texts.
    let is_filtered = listing.filter != ListFilter::All
        && !count_by(database, account_id, listing, &Sought::Nothing, Way::Filter).await?.more;
    let way = if is_filtered { Way::Filter } else { Way::Texts };
    let is_in_order = way == Way::Texts && is_in_order_of_texts::<D>(listing);
    let rarest = match (way, D::TEXTS) {
        (Way::Texts, TextIndex::InOrder) => rarest(database, &text, listing.moment.now).await?,
        _ => None,
    };
    let sought = Sought::Part { text, rarest };
    let mut sql = Assembly::default();
    sql.sql("select certificates.id from ").sql(way.source()).sql(" where ");
    conditions::<D>(&mut sql, account_id, listing, &sought, way);
    if is_in_order {
        sql.sql(order_of_texts(listing.sort.descending));
    }
    sql.sql(" limit ").value(integer(READ_AT_ONCE));
    let ids = database.all(sql.query(), |row| row.value("certificates.id")).await?;
    let number = u64::try_from(ids.len()).unwrap_or(u64::MAX);
    let count = Count { number: number.min(SOUGHT), more: number > SOUGHT };
    let ids = match count.more {
        false => Ids::All(ids),
        true if is_in_order => Ids::First(ids),
        true if is_filtered => Ids::AmongFew,
        true => Ids::Unknown,
    };
    Ok(Found { count, ids })
}

/// How many there are, up to 999, found in this way.
async fn count_by<D: Database>(
    database: &D,
    account_id: &str,
    listing: &Listing,
    sought: &Sought,
    way: Way<'_>,
) -> Result<Count> {
    let mut sql = Assembly::default();
    sql.sql("select count(*) as total from (select 1 from ").sql(way.source()).sql(" where ");
    conditions::<D>(&mut sql, account_id, listing, sought, way);
    sql.sql(" limit ").value(LOOKED_AT).sql(") as found");
    let total = database.one(sql.query(), |row| rows::count(row, "certificates.total")).await?;
    Ok(total.unwrap_or_default())
}

/// Some of them, in order.
pub(super) async fn page<D: Database>(
    database: &D,
    account_id: &str,
    listing: &Listing,
    found: &Found,
    offset: u64,
    limit: u32,
) -> Result<Vec<Listed>> {
    let sought = Sought::of(listing);
    let Found { count, ids } = found;
    let length = u64::from(limit).min(count.number.saturating_sub(offset));
    // Where the end is known, a page is read from whichever end is nearer.
    let from_the_end = count.number.saturating_sub(offset + length);
    let is_backwards = !count.more && length > 0 && from_the_end < offset;
    let (skipped, length) = match (is_backwards, count.more) {
        (true, _) => (from_the_end, length),
        (false, true) => (offset, u64::from(limit)),
        (false, false) => (offset, length),
    };
    let (way, skipped) = match (ids, &sought) {
        (Ids::All(ids), _) => (Way::Known(ids), skipped),
        (Ids::First(ids), _) => match part(ids, offset, length) {
            Some(ids) => (Way::Known(ids), 0),
            None => (Way::Texts, skipped),
        },
        (Ids::AmongFew, _) => (Way::Filter, skipped),
        (Ids::Unknown, Sought::Part { .. }) => {
            let is_met_soon = count_by(database, account_id, listing, &sought, Way::Texts).await?.more;
            (if is_met_soon { Way::Order } else { Way::Texts }, skipped)
        }
        (Ids::Unknown, _) if count.number <= COUNTED && !count.more => (Way::Filter, skipped),
        (Ids::Unknown, _) => (Way::Order, skipped),
    };
    let (forwards, backwards) = match (ids, listing.sort.descending) {
        // Each page in the order in which the index has put them on pages.
        (Ids::First(_), false) => (BY_NUMBER, BY_NUMBER_DOWNWARDS),
        (Ids::First(_), true) => (BY_NUMBER_DOWNWARDS, BY_NUMBER),
        _ => orders(listing),
    };
    let order = match (ids, way) {
        (Ids::First(_), Way::Texts) => order_of_texts(listing.sort.descending),
        _ if is_backwards => backwards,
        _ => forwards,
    };

    let mut sql = Assembly::default();
    sql.sql(concat!(
        "select ",
        rows::certificate_columns!(),
        ", certificates.used_by from certificates where certificates.id in (select certificates.id from "
    ));
    sql.sql(way.source()).sql(" where ");
    conditions::<D>(&mut sql, account_id, listing, &sought, way);
    sql.sql(order);
    sql.sql(" limit ").value(integer(length)).sql(" offset ").value(integer(skipped));
    sql.sql(")").sql(forwards);
    database.all(sql.query(), rows::listed).await
}

/// So many of them after so many others, if they are all there.
fn part(ids: &[String], offset: u64, length: u64) -> Option<&[String]> {
    let from = usize::try_from(offset).ok()?;
    let to = from.checked_add(usize::try_from(length).ok()?)?;
    ids.get(from..to)
}

/// Whether the index of the texts finds them in the order in which they are listed: then no more of it is read than is shown. Those that
/// end in the same second are in the order in which they were stored.
fn is_in_order_of_texts<D: Database>(listing: &Listing) -> bool {
    D::TEXTS == TextIndex::InOrder && listing.sort.by == SortBy::Expiry && listing.filter != ListFilter::Deleted
}

/// How the database finds them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way<'v> {
    /// They were found before.
    Known(&'v [String]),
    /// By the texts.
    Texts,
    /// By the filter, or the beginning of the name.
    Filter,
    /// On the way through their order.
    Order,
}

impl Way<'_> {
    /// What is read. SQLite keeps to the order of a `cross join`: it would otherwise look into the index of the texts once for each
    /// certificate.
    const fn source(self) -> &'static str {
        match self {
            Self::Texts => "certificate_texts texts cross join certificate_search search cross join certificates",
            Self::Known(_) | Self::Filter | Self::Order => "certificates",
        }
    }
}

/// Adds the conditions for a row of `certificates`.
fn conditions<'v, D: Database>(
    sql: &mut Assembly<'v>,
    account_id: &'v str,
    listing: &'v Listing,
    sought: &Sought,
    way: Way<'v>,
) {
    let Moment { now, restorable_after } = listing.moment;
    if let Way::Known(ids) = way {
        known(sql, ids);
        // Somebody may have deleted or restored one since.
        match listing.filter {
            ListFilter::Deleted => sql.sql(" and +certificates.deleted_on > ").value(restorable_after),
            _ => sql.sql(" and +certificates.deleted_on is null"),
        };
        return;
    }
    sql.sql("certificates.account_id = ").value(account_id);
    // A `+` keeps SQLite from another index than the one of the order.
    let is_walked = way == Way::Order && listing.sort.by != SortBy::Expiry;
    let is_walked_past_uses = way == Way::Order && listing.sort.by != SortBy::UsedBy;
    match listing.filter {
        ListFilter::Deleted => {
            sql.sql(" and not certificates.is_destroyed and certificates.deleted_on > ").value(restorable_after);
        }
        _ => {
            sql.sql(" and certificates.deleted_on is null");
        }
    }
    match listing.filter {
        ListFilter::All | ListFilter::Deleted => {}
        ListFilter::Expired => {
            sql.sql(if is_walked { " and +certificates.not_after < " } else { " and certificates.not_after < " });
            sql.value(now);
        }
        ListFilter::Expiring => {
            sql.sql(if is_walked { " and +certificates.not_after >= " } else { " and certificates.not_after >= " });
            sql.value(now).sql(if is_walked {
                " and +certificates.not_after <= "
            } else {
                " and certificates.not_after <= "
            });
            sql.value(now.plus_seconds(Status::EXPIRING)).sql(" and certificates.expiring_from <= ").value(now);
        }
        ListFilter::Unused => {
            sql.sql(if is_walked_past_uses {
                " and +certificates.used_by = 0"
            } else {
                " and certificates.used_by = 0"
            });
        }
        ListFilter::Primary => {
            sql.sql(" and certificates.is_primary");
        }
        ListFilter::Authorities => {
            sql.sql(if is_walked { " and not (certificates.ca = false)" } else { " and certificates.ca = true" });
        }
    }
    match sought {
        Sought::Nothing => {}
        Sought::Beginning(from, to) => {
            sql.sql(" and certificates.name_comparable >= ").text(from.clone());
            sql.sql(" and certificates.name_comparable < ").text(to.clone());
        }
        Sought::Part { text, rarest } if way == Way::Texts => {
            sql.sql(
                " and certificates.id = search.certificate_id and search.number = texts.rowid and search.account_id = ",
            );
            sql.value(account_id);
            match D::TEXTS {
                TextIndex::InOrder => {
                    sql.sql(" and texts.text match ").text(phrase(rarest.as_ref().unwrap_or(text)));
                    // What the filter leaves is in one part of the index.
                    let (from, to) = match listing.filter {
                        ListFilter::Expired => (None, Some(now)),
                        ListFilter::Expiring => (Some(now), Some(now.plus_seconds(Status::EXPIRING))),
                        _ => (None, None),
                    };
                    if let Some(from) = from {
                        sql.sql(" and texts.rowid >= ").value(first_number(from));
                    }
                    if let Some(to) = to {
                        sql.sql(" and texts.rowid < ").value(first_number(to.plus_seconds(1)));
                    }
                }
                TextIndex::AllAtOnce => {
                    sql.sql(" and texts.text like ").text(pattern(text));
                }
            }
            sql.sql(" and ");
            holds::<D>(sql, text);
        }
        Sought::Part { text, .. } => {
            sql.sql(
                " and exists (select 1 from certificate_search search where search.certificate_id = certificates.id and ",
            );
            holds::<D>(sql, text);
            sql.sql(")");
        }
    }
}

/// Adds the condition that a row is one of these. The last id is repeated, so that there are three such lists for a connection to keep.
fn known<'v>(sql: &mut Assembly<'v>, ids: &'v [String]) {
    sql.sql("certificates.id in (");
    let last = ids.last().map_or("", String::as_str);
    let length = NUMBERS_OF_IDS.into_iter().find(|length| *length >= ids.len()).unwrap_or(ids.len());
    for number in 0..length {
        sql.sql(if number == 0 { "" } else { ", " }).value(ids.get(number).map_or(last, String::as_str));
    }
    sql.sql(")");
}

/// The order of [`order_of_texts`], without the index.
const BY_NUMBER: &str =
    " order by (select search.number from certificate_search search where search.certificate_id = certificates.id)";
const BY_NUMBER_DOWNWARDS: &str = " order by (select search.number from certificate_search search where search.certificate_id = certificates.id) desc";

/// The order in which the index of the texts finds them.
const fn order_of_texts(is_downwards: bool) -> &'static str {
    if is_downwards { " order by texts.rowid desc" } else { " order by texts.rowid" }
}

/// The order, and its opposite.
fn orders(listing: &Listing) -> (&'static str, &'static str) {
    if listing.filter == ListFilter::Deleted {
        return (
            " order by certificates.deleted_on desc, certificates.id",
            " order by certificates.deleted_on, certificates.id desc",
        );
    }
    let (up, down) = match listing.sort.by {
        SortBy::Expiry => (
            " order by certificates.not_after, certificates.id",
            " order by certificates.not_after desc, certificates.id desc",
        ),
        SortBy::Name => (
            " order by certificates.name_comparable, certificates.id",
            " order by certificates.name_comparable desc, certificates.id desc",
        ),
        SortBy::IssuedTo => (
            " order by certificates.issued_to_comparable, certificates.id",
            " order by certificates.issued_to_comparable desc, certificates.id desc",
        ),
        SortBy::Issuer => (
            " order by certificates.issuer_name_comparable, certificates.id",
            " order by certificates.issuer_name_comparable desc, certificates.id desc",
        ),
        SortBy::UsedBy => (
            " order by certificates.used_by, certificates.id",
            " order by certificates.used_by desc, certificates.id desc",
        ),
    };
    if listing.sort.descending { (down, up) } else { (up, down) }
}

fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
