//! What certificates are searched for in, beside their rows.

use app::certificate::{folded, searchable};

use super::Result;
use super::database::Open;
use super::query::query;
use super::records::{Certificate, Contents, Unsearchable};

/// Adds a certificate.
pub(super) async fn insert(database: &mut Open, certificate: &Certificate, contents: &Contents) -> Result<()> {
    let facts = searchable(&contents.chain).unwrap_or_default();
    write(database, &certificate.account_id, &certificate.id, &certificate.name, &facts).await
}

/// Adds a certificate that was stored by an earlier Signet.
pub(super) async fn make_searchable(database: &mut Open, certificate: &Unsearchable) -> Result<()> {
    let facts = searchable(std::slice::from_ref(&certificate.leaf)).unwrap_or_default();
    write(database, &certificate.account_id, &certificate.id, &certificate.name, &facts).await
}

async fn write(database: &mut Open, account_id: &str, id: &str, name: &str, facts: &str) -> Result<()> {
    let text = format!("{}\n{facts}", folded(name));
    let sql = "insert into certificate_search (certificate_id, account_id, facts, text) values ($1, $2, $3, $4) \
               on conflict (certificate_id) do update set facts = excluded.facts, text = excluded.text";
    database.change(query(sql).bind(id).bind(account_id).bind(facts).bind(text.as_str())).await.map(drop)
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
    write(database, &certificate.account_id, &certificate.id, &certificate.name, &facts).await
}

/// Takes a certificate away whose contents are destroyed.
pub(super) const REMOVE: &str = "delete from certificate_search where certificate_id = $1";
