//! `GET /accounts/{account_id}/audit_log`

use app::service::{AuditLog as _, AuditQuery, AuditRow};
use axum::Json;
use axum::extract::RawQuery;
use serde::Serialize;
use utoipa::ToSchema;

use super::Refusal;
use super::authentication::Company;
use super::envelope::Message;
use super::input::{Parameters, wrong};
use crate::services::Operation;

/// One page of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditPage {
    /// Whether it was done.
    success: bool,
    /// Empty if it was done.
    errors: Vec<Message>,
    /// What else there is to say.
    messages: Vec<Message>,
    /// The newest first.
    result: Vec<AuditEntry>,
    /// How to go on.
    result_info: AuditPageInfo,
}

/// How to go on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditPageInfo {
    /// Entries on this page.
    count: u64,
    /// What to send as `before` for the next page; null on the last one.
    next: Option<i64>,
}

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditEntry {
    /// Its number in the account's chain, from 1.
    sequence: i64,
    /// When, RFC 3339 in UTC with microseconds.
    #[schema(format = DateTime)]
    at: String,
    /// `person`, `token`, `command_line` or `nobody`.
    actor_kind: String,
    /// The person's or token's id.
    actor_id: Option<String>,
    /// The name at that time; empty for strangers.
    actor_name: String,
    /// From which address.
    address: Option<String>,
    /// `certificate.upload`, `session.sign_in`, …
    action: String,
    /// Id of what was acted on, if any.
    object_id: Option<String>,
    /// Its name at that time.
    object_name: String,
    /// `done` or `refused`.
    result: String,
    /// What else matters, one line.
    detail: String,
    /// SHA-256 over the entry and the one before it, 64 lower-case hex digits.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    hash: String,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        Self {
            sequence: row.sequence,
            at: row.at.rfc3339_microseconds(),
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            address: row.address,
            action: row.action,
            object_id: row.object_id,
            object_name: row.object_name,
            result: if row.refused { "refused" } else { "done" }.to_owned(),
            detail: row.detail,
            hash: row.hash,
        }
    }
}

/// List the entries of the audit log
///
/// The newest first. `result_info.next` is the `before` of the next page.
///
/// ```sh
/// curl --silent --fail "$SIGNET/client/v4/accounts/$ACCOUNT/audit_log?action=certificate.upload&per_page=10" \
///   --header "Authorization: Bearer $TOKEN"
/// ```
#[utoipa::path(
    get,
    path = "/accounts/{account_id}/audit_log",
    operation_id = "listAuditLog",
    tag = "Audit log",
    params(
        ("account_id" = String, Path, description = "The account, 32 hex digits"),
        ("before" = Option<i64>, Query, minimum = 1, description = "Only what stands after this entry in the list"),
        ("per_page" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "Entries on a page; 50 if there is none"),
        ("person" = Option<String>, Query, description = "Who: a person's or token's id, command_line or nobody"),
        ("action" = Option<String>, Query, description = "What: certificate.upload, session.sign_in, …"),
        ("object" = Option<String>, Query, description = "On what: an id, or a part of a name that it has or had"),
        ("from" = Option<String>, Query, description = "The first day or moment, 2026-11-21 or 2026-11-21T10:42:00Z"),
        ("to" = Option<String>, Query, description = "The last day, or the moment before which"),
    ),
    responses((status = 200, description = "One page", body = AuditPage)),
)]
pub(super) async fn list(Company(door): Company, RawQuery(query): RawQuery) -> Result<Json<AuditPage>, Refusal> {
    door.may_do(Operation::ReadAuditLog, None).await?;
    let parameters = Parameters::read(query.as_deref());
    let text = |name| Ok::<_, Refusal>(parameters.one(name)?.unwrap_or_default().to_owned());
    let most = u64::try_from(i64::MAX).unwrap_or(u64::MAX);
    let accepted = "is the number of an entry";
    let before = parameters.number("before", 1, most, accepted)?.map(i64::try_from).transpose();
    let limit = parameters.number("per_page", 1, 1000, "is a whole number from 1 to 1000")?.unwrap_or(50);
    let query = AuditQuery {
        person: text("person")?,
        action: text("action")?,
        object: text("object")?,
        from: text("from")?,
        to: text("to")?,
        before: before.map_err(|_too_large| wrong("before", accepted))?,
        limit: u32::try_from(limit).unwrap_or(u32::MAX),
    };
    let page = door.list_entries(query).await?;
    let result: Vec<AuditEntry> = page.rows.into_iter().map(AuditEntry::from).collect();
    let count = u64::try_from(result.len()).unwrap_or(u64::MAX);
    Ok(Json(AuditPage {
        success: true,
        errors: Vec::new(),
        messages: Vec::new(),
        result,
        result_info: AuditPageInfo { count, next: page.next },
    }))
}
