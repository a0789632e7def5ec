//! One page of the log.

use app::service::{AuditPage, AuditQuery, AuditRow, FieldProblem};
use app::timestamp::Timestamp;

use super::{LOOK, NEEDS};
use crate::auth::problem;
use crate::services::Door;
use crate::services::accounts::refused;
use crate::services::failure::Result;
use crate::store::{AuditEntry, AuditFilter};

/// Entries in a page of the web page.
const PER_PAGE: u32 = 50;
/// Entries in the largest page.
const MOST: u32 = 1_000;
const DAY: i64 = 86_400;

/// The newest entries that match. **Permissions:** `settings:company_settings`, or `audit_log:read` of a token.
pub(super) async fn list(door: &Door, query: AuditQuery) -> Result<AuditPage> {
    let account_id = door.authorise_reading(NEEDS, LOOK, None).await?;
    let limit = if query.limit == 0 { PER_PAGE } else { query.limit.min(MOST) };
    let before = query.before;
    let mut filter = parse(query).map_err(refused)?;
    let store = &*door.services.store;
    if let Some(sequence) = before {
        filter.before = store.audit_place(Some(account_id), sequence).await?;
    }
    // One more than is shown, to know whether there is a next page.
    let mut entries = store.search_audit(Some(account_id), &filter, limit + 1).await?;
    let is_last = entries.len() <= usize::try_from(limit).unwrap_or(usize::MAX);
    entries.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = entries.last().map(|entry| entry.sequence).filter(|_| !is_last);
    Ok(AuditPage { rows: entries.into_iter().map(row).collect(), next })
}

fn parse(query: AuditQuery) -> Result<AuditFilter, Vec<FieldProblem>> {
    let AuditQuery { person, action, object, from, to, before: _, limit: _ } = query;
    let (since, until) = match (parse_time("from", &from, 0), parse_time("to", &to, DAY)) {
        (Ok(since), Ok(until)) => (since, until),
        (since, until) => return Err([since.err(), until.err()].into_iter().flatten().collect()),
    };
    if let (Some(since), Some(until)) = (since, until)
        && until <= since
    {
        return Err(vec![problem("to", "This is before “From”: nothing can be in between.")]);
    }
    let [person, action, object] = [person, action, object].map(|text| searchable(&text));
    let (object_id, object_name) = if is_id(&object) { (object, String::new()) } else { (String::new(), object) };
    Ok(AuditFilter { actor: person, action, object_id, object_name, since, until, before: None })
}

/// A day, to which `day` seconds are added, or a moment.
fn parse_time(field: &str, text: &str, day: i64) -> Result<Option<Timestamp>, FieldProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let time = match Timestamp::parse_date(text) {
        Some(date) => Some(date.plus_seconds(day)),
        None => Timestamp::parse_rfc3339(text),
    };
    time.map(Some).ok_or_else(|| problem(field, "This is not a date. It looks like 2026-11-21."))
}

/// PostgreSQL takes no NUL in a text, and nothing that is stored has one.
fn searchable(text: &str) -> String {
    text.trim().replace('\0', "\u{FFFD}")
}

/// Whether this is how ids are written: UUIDs of certificates and persons, 32 hex digits of tokens and accounts.
fn is_id(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok_and(|id| id.hyphenated().to_string() == text || id.simple().to_string() == text)
}

fn row(entry: AuditEntry) -> AuditRow {
    AuditRow {
        sequence: entry.sequence,
        at: entry.at,
        actor_kind: entry.actor_kind,
        actor_id: entry.actor_id,
        actor_name: entry.actor_name,
        address: entry.address,
        action: entry.action,
        object_id: entry.object_id,
        object_name: entry.object_name,
        refused: entry.result == "refused",
        detail: entry.detail,
        hash: hex::encode(entry.hash),
    }
}
