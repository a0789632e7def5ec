//! What certificates are searched for in, beside their rows.

use app::certificate::{folded, searchable};
use app::timestamp::Timestamp;

use super::Result;
use super::database::{Open, TextIndex};
use super::query::{Assembly, query};
use super::records::{Certificate, Contents, Unsearchable};

/// Adds a certificate.
pub(super) async fn insert(database: &mut Open, certificate: &Certificate, contents: &Contents) -> Result<()> {
    let facts = searchable(&contents.chain).unwrap_or_default();
    let Certificate { account_id, id, name, not_after, .. } = certificate;
    write(database, &Written { account_id, id, name, not_after: *not_after, facts: &facts }).await
}

/// Adds a certificate that was stored by an earlier Signet.
pub(super) async fn make_searchable(database: &mut Open, certificate: &Unsearchable) -> Result<()> {
    let facts = searchable(std::slice::from_ref(&certificate.leaf)).unwrap_or_default();
    let Unsearchable { account_id, id, name, not_after, .. } = certificate;
    write(database, &Written { account_id, id, name, not_after: *not_after, facts: &facts }).await
}

/// The first number of those that end in this second or later, where texts are found in the order of their numbers.
pub(super) const fn first_number(not_after: Timestamp) -> i64 {
    not_after.seconds().saturating_mul(NUMBERS)
}

/// Numbers for those that end in the same second. The seconds of the years 0 to 9999 times this are within an `i64`.
const NUMBERS: i64 = 1 << 24;

struct Written<'v> {
    account_id: &'v str,
    id: &'v str,
    name: &'v str,
    not_after: Timestamp,
    facts: &'v str,
}

async fn write(database: &mut Open, written: &Written<'_>) -> Result<()> {
    let mut sql = Assembly::default();
    sql.sql("insert into certificate_search (number, certificate_id, account_id, facts, text) values (");
    match database.texts() {
        TextIndex::InOrder => {
            let first = first_number(written.not_after);
            sql.sql("(select coalesce(max(number) + 1, ").value(first);
            sql.sql(") from certificate_search where number >= ").value(first);
            sql.sql(" and number < ").value(first.saturating_add(NUMBERS)).sql(")");
        }
        TextIndex::AllAtOnce => {
            sql.sql("default");
        }
    }
    sql.sql(", ").value(written.id).sql(", ").value(written.account_id).sql(", ").value(written.facts);
    sql.sql(", ").text(format!("{}\n{}", folded(written.name), written.facts));
    sql.sql(
        ") on conflict (certificate_id) do update \
         set number = excluded.number, facts = excluded.facts, text = excluded.text",
    );
    database.change(sql.query()).await.map(drop)
}

/// Writes what a certificate is called now.
pub(super) async fn rename(database: &mut Open, certificate: &Certificate) -> Result<()> {
    let head = format!("{}\n", folded(&certificate.name));
    // Most changes are not of the name, and the index of the texts is not touched by them.
    let sql = "update certificate_search set text = $2 || facts where certificate_id = $1 and text <> $2 || facts";
    database.change(query(sql).bind(&certificate.id).bind(head.as_str())).await.map(drop)
}

/// Writes what is in the contents that a certificate has now.
pub(super) async fn describe(database: &mut Open, certificate: &Certificate) -> Result<()> {
    let sql = "select der from certificate_chains where certificate_id = $1 and content_version = $2 order by position";
    let chain = query(sql).bind(&certificate.id).bind(certificate.content_version);
    let chain: Vec<Vec<u8>> = database.all(chain, |row| row.value("certificate_chains.der")).await?;
    let facts = searchable(&chain).unwrap_or_default();
    let Certificate { account_id, id, name, not_after, .. } = certificate;
    write(database, &Written { account_id, id, name, not_after: *not_after, facts: &facts }).await
}

/// Takes a certificate away whose contents are destroyed.
pub(super) const REMOVE: &str = "delete from certificate_search where certificate_id = $1";
