//! The audit log as people search it, and what its verification reads besides the entries.

use app::timestamp::Timestamp;

use super::Result;
use super::database::Database;
use super::query::{Assembly, Row, query};
use super::records::AuditEntry;
use super::rows::{self, chain_name};

/// Which entries of a chain are asked for; an empty text does not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// The actor's id, or the kind of actors without one.
    pub actor: String,
    /// The action.
    pub action: String,
    /// The object's id.
    pub object_id: String,
    /// A part of a name that the object has or had, but for the case of ASCII letters.
    pub object_name: String,
    /// From this time on.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// Only what comes after this entry in the list.
    pub before: Option<AuditPlace>,
}

/// A place in the list, which is in the order of time, then of number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditPlace {
    /// When.
    pub at: Timestamp,
    /// The entry's number.
    pub sequence: i64,
}

/// Somebody who did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditActor {
    /// What [`AuditFilter::actor`] takes.
    pub key: String,
    /// `person`, `token`, …
    pub kind: String,
    /// The name in the newest entry.
    pub name: String,
}

/// The names in a chain, each by one look into the index, however many entries there are; of those in which the pattern `$5` is found,
/// the objects that ever had one.
macro_rules! select_by_name {
    () => {
        select_entries!(
            "with recursive names (name) as ( \
               select min(lower(object_name)) from audit_entries where chain = $1 \
               union all \
               select (select min(lower(object_name)) from audit_entries \
                         where chain = $1 and lower(object_name) > names.name) \
               from names where names.name is not null), \
             meant (name) as (select name from names where name like lower($5) escape '!'), \
             objects (id) as ( \
               select distinct object_id from audit_entries \
               where chain = $1 and lower(object_name) in (select name from meant) and object_id is not null) ",
            " and (object_id in (select id from objects) or lower(object_name) in (select name from meant))"
        )
    };
}

/// Entries that match, with one condition that an index answers in the order of the list; the others sift what it gives.
///
/// The end is not written `(at, sequence) < ($7, $8)`: SQLite would think that so narrow that it looks for nothing else.
macro_rules! select_entries {
    ($by_index:literal) => {
        select_entries!("", $by_index)
    };
    ($with:literal, $by_index:literal) => {
        concat!(
            $with,
            "select audit_chains.account_id, audit_entries.sequence, at, actor_kind, actor_id, actor_name, address, \
               action, object_id, object_name, result, detail, previous_hash, audit_entries.hash \
             from audit_entries join audit_chains on audit_chains.chain = audit_entries.chain \
             where audit_entries.chain = $1",
            $by_index,
            " and ($2 = '' or coalesce(actor_id, actor_kind) = $2) \
              and ($3 = '' or action = $3) \
              and ($4 = '' or object_id = $4) \
              and at between $6 and $7 and (at < $7 or audit_entries.sequence < $8) \
             order by at desc, audit_entries.sequence desc limit $9"
        )
    };
}

pub(super) async fn search(
    database: &impl Database,
    account_id: Option<&str>,
    filter: &AuditFilter,
    limit: u32,
) -> Result<Vec<AuditEntry>> {
    let AuditFilter { actor, action, object_id, object_name, since, .. } = filter;
    // The condition that leaves the fewest first.
    let sql = if !object_name.is_empty() {
        select_by_name!()
    } else if !object_id.is_empty() {
        select_entries!(" and $5 = '' and object_id = $4")
    } else if !actor.is_empty() {
        select_entries!(" and $5 = '' and coalesce(actor_id, actor_kind) = $2")
    } else if !action.is_empty() {
        select_entries!(" and $5 = '' and action = $3")
    } else {
        select_entries!(" and $5 = ''")
    };
    let (end, pattern) = (end(filter), pattern(object_name));
    let search = query(sql)
        .bind(chain_name(account_id))
        .bind(actor)
        .bind(action)
        .bind(object_id)
        .bind(&pattern)
        .bind(since.unwrap_or(Timestamp::from_microseconds(i64::MIN)))
        .bind(end.at)
        .bind(end.sequence)
        .bind(i64::from(limit));
    database.all(search, rows::audit_entry).await
}

/// A pattern of `like` that is found anywhere; nothing for nothing.
fn pattern(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}

/// Before which place: the earlier one of the time and the cursor.
fn end(filter: &AuditFilter) -> AuditPlace {
    let last = Timestamp::from_microseconds(i64::MAX);
    let until =
        filter.until.map_or(AuditPlace { at: last, sequence: i64::MAX }, |at| AuditPlace { at, sequence: i64::MIN });
    filter.before.map_or(until, |before| before.min(until))
}

pub(super) async fn place(
    database: &impl Database,
    account_id: Option<&str>,
    sequence: i64,
) -> Result<Option<AuditPlace>> {
    let sql = "select at, sequence from audit_entries where chain = $1 and sequence = $2";
    let place = query(sql).bind(chain_name(account_id)).bind(sequence);
    let read = |row: &Row| {
        Ok(AuditPlace { at: row.time("audit_entries.at")?, sequence: row.value("audit_entries.sequence")? })
    };
    database.one(place, read).await
}

/// Each step is one look into the index, however many entries there are.
pub(super) async fn actors(database: &impl Database, account_id: &str, limit: u32) -> Result<Vec<AuditActor>> {
    let sql = "with recursive keys (key, place) as ( \
                 select (select min(coalesce(actor_id, actor_kind)) from audit_entries where chain = $1), 1 \
                 union all \
                 select (select min(coalesce(actor_id, actor_kind)) from audit_entries \
                           where chain = $1 and coalesce(actor_id, actor_kind) > keys.key), keys.place + 1 \
                 from keys where keys.key is not null and keys.place < $2) \
               select key, \
                 (select actor_kind from audit_entries where chain = $1 and coalesce(actor_id, actor_kind) = key \
                    order by at desc, sequence desc limit 1) as actor_kind, \
                 (select actor_name from audit_entries where chain = $1 and coalesce(actor_id, actor_kind) = key \
                    order by at desc, sequence desc limit 1) as actor_name \
               from keys where key is not null";
    let read = |row: &Row| {
        Ok(AuditActor {
            key: row.value("audit_entries.key")?,
            kind: row.value("audit_entries.actor_kind")?,
            name: row.value("audit_entries.actor_name")?,
        })
    };
    database.all(query(sql).bind(account_id).bind(i64::from(limit)), read).await
}

pub(super) async fn actions(database: &impl Database, account_id: &str, limit: u32) -> Result<Vec<String>> {
    let sql = "with recursive keys (key, place) as ( \
                 select (select min(action) from audit_entries where chain = $1), 1 \
                 union all \
                 select (select min(action) from audit_entries where chain = $1 and action > keys.key), keys.place + 1 \
                 from keys where keys.key is not null and keys.place < $2) \
               select key from keys where key is not null order by key";
    let actions = query(sql).bind(account_id).bind(i64::from(limit));
    database.all(actions, |row| row.value("audit_entries.key")).await
}

/// Every chain that there is or should be: each account's, and the one for what belongs to none, which begins before there is an
/// account or a master key.
pub(super) async fn chains(database: &impl Database) -> Result<Vec<Option<String>>> {
    let sql = "select account_id from audit_chains union select id as account_id from accounts \
               union select cast(null as text) as account_id from accounts \
               union select cast(null as text) as account_id from master_key_checks";
    let mut chains = database.all(query(sql), |row| row.value("audit_chains.account_id")).await?;
    chains.sort_unstable();
    Ok(chains)
}

pub(super) async fn chain_end(database: &impl Database, account_id: Option<&str>) -> Result<Option<(i64, [u8; 32])>> {
    let sql = "select sequence, hash from audit_chains where chain = $1";
    database.one(query(sql).bind(chain_name(account_id)), rows::chain_end).await
}

/// The number of the last entry in the chain of each of these accounts that has one.
pub(super) async fn chain_ends(database: &impl Database, account_ids: &[&str]) -> Result<Vec<(String, i64)>> {
    let mut sql = Assembly::default();
    sql.sql("select chain, sequence from audit_chains where chain in (");
    for (place, account_id) in account_ids.iter().enumerate() {
        sql.sql(if place == 0 { "" } else { ", " }).value(chain_name(Some(account_id)));
    }
    sql.sql(")");
    let read = |row: &Row| Ok((row.value("audit_chains.chain")?, row.value("audit_chains.sequence")?));
    if account_ids.is_empty() { Ok(Vec::new()) } else { database.all(sql.query(), read).await }
}

/// Whether these entries say that a certificate or an API node was changed.
pub(super) async fn has_changed(database: &impl Database, account_id: &str, after: i64, up_to: i64) -> Result<bool> {
    let sql = "select sequence from audit_entries \
               where chain = $1 and sequence > $2 and sequence <= $3 and result = 'done' \
                 and (action like 'certificate.%' or action in ('api_node.create', 'api_node.change', 'api_node.delete')) \
               limit 1";
    let entries = query(sql).bind(chain_name(Some(account_id))).bind(after).bind(up_to);
    Ok(!database.rows(entries).await?.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_and_the_time_meet() {
        let at = |microseconds| Timestamp::from_microseconds(microseconds);
        let place = |microseconds, sequence| AuditPlace { at: at(microseconds), sequence };
        let end = |until, before| super::end(&AuditFilter { until, before, ..AuditFilter::default() });
        assert_eq!(end(None, None), place(i64::MAX, i64::MAX));
        assert_eq!(end(Some(at(5)), None), place(5, i64::MIN));
        assert_eq!(end(Some(at(5)), Some(place(9, 3))), place(5, i64::MIN));
        assert_eq!(end(Some(at(5)), Some(place(4, 3))), place(4, 3));
        assert_eq!(end(None, Some(place(4, 3))), place(4, 3));
    }
}
