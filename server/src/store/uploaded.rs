//! Certificates in the order in which they were uploaded, page by page.

use app::certificate::folded;

use super::Result;
use super::database::Database;
use super::query::{Query, query};
use super::records::{UploadedFilter, UploadedPage};
use super::rows::{self, select_packed};

/// The statements of a filter. Its values come behind the account, `$1`; a page's length and offset behind them.
struct Statements {
    /// How many there are. Kept as they come and go, but for one name: that is looked up.
    total: &'static str,
    /// A page from the beginning on.
    forwards: &'static str,
    /// A page from the end on.
    backwards: &'static str,
}

macro_rules! condition {
    (all) => {
        ""
    };
    (ca) => {
        " and ca = $2"
    };
    (named) => {
        " and name_comparable = $2 and name = $3"
    };
    (named_and_ca) => {
        " and name_comparable = $2 and name = $3 and ca = $4"
    };
}

macro_rules! total {
    (all) => {
        "(select coalesce(cast(sum(present) as bigint), 0) from certificate_totals where account_id = $1)"
    };
    (ca) => {
        "coalesce((select present from certificate_totals where account_id = $1 and ca = $2), 0)"
    };
    ($named:ident) => {
        concat!(
            "(select count(*) from certificates where account_id = $1 and deleted_on is null",
            condition!($named),
            ")"
        )
    };
}

/// `select` of one page. Its ids are found in an index that holds nothing else, so a page far behind is nearly as quick as the first;
/// only then are their rows read.
macro_rules! page {
    ($filter:ident, $order:literal, $limit:literal) => {
        select_packed!(
            total!($filter),
            concat!(
                "select id from certificates where account_id = $1 and deleted_on is null",
                condition!($filter),
                " order by ",
                $order,
                $limit
            )
        )
    };
}

macro_rules! statements {
    ($filter:ident, $limit:literal) => {
        Statements {
            total: concat!("select ", total!($filter), " as total"),
            forwards: page!($filter, "uploaded_on, id", $limit),
            backwards: page!($filter, "uploaded_on desc, id desc", $limit),
        }
    };
}

static ALL: Statements = statements!(all, " limit $2 offset $3");
static OF_KIND: Statements = statements!(ca, " limit $3 offset $4");
static NAMED: Statements = statements!(named, " limit $4 offset $5");
static NAMED_OF_KIND: Statements = statements!(named_and_ca, " limit $5 offset $6");

/// One page, read from whichever end is nearer.
pub(super) async fn page(
    database: &impl Database,
    account_id: &str,
    filter: &UploadedFilter,
    offset: u64,
    limit: u32,
) -> Result<UploadedPage> {
    let statements = match (&filter.name, filter.ca) {
        (None, None) => &ALL,
        (None, Some(_)) => &OF_KIND,
        (Some(_), None) => &NAMED,
        (Some(_), Some(_)) => &NAMED_OF_KIND,
    };
    let comparable = filter.name.as_deref().map(folded);
    let matching = |sql| {
        let mut matching = query(sql).bind(account_id);
        if let (Some(name), Some(comparable)) = (&filter.name, &comparable) {
            matching = matching.bind(comparable).bind(name);
        }
        match filter.ca {
            Some(ca) => matching.bind(ca),
            None => matching,
        }
    };
    // The first page begins at the beginning, however many there are.
    let mut place = Place { sql: statements.forwards, length: limit.into(), skipped: 0 };
    if offset > 0 {
        let total = database.one(matching(statements.total), |row| row.count("certificate_totals.total")).await?;
        place = Place::of(statements, total.unwrap_or(0), offset, limit);
    }
    let page = place.bound(matching(place.sql));
    Ok(database.one(page, rows::packed).await?.unwrap_or_default())
}

/// Where a page stands.
struct Place {
    sql: &'static str,
    length: u64,
    skipped: u64,
}

impl Place {
    fn of(statements: &Statements, total: u64, offset: u64, limit: u32) -> Self {
        let length = u64::from(limit).min(total.saturating_sub(offset));
        let from_the_end = total.saturating_sub(offset.saturating_add(length));
        if from_the_end < offset {
            Self { sql: statements.backwards, length, skipped: from_the_end }
        } else {
            Self { sql: statements.forwards, length, skipped: offset }
        }
    }

    fn bound<'v>(&self, query: Query<'v>) -> Query<'v> {
        query.bind(i64::try_from(self.length).unwrap_or(i64::MAX)).bind(i64::try_from(self.skipped).unwrap_or(i64::MAX))
    }
}
