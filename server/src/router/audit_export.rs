//! `GET /company/audit-log.csv`: the log as a file, filtered as the page is.

mod csv;

use std::sync::Arc;

use app::service::{AuditLog, AuditPage, AuditQuery, AuditRow, Error};
use axum::body::Body;
use axum::extract::{RawQuery, State as Shared};
use axum::http::{StatusCode, Uri, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use futures_util::stream::{self, Stream};

use super::refusal::refuse;
use super::{State, pages, sessions};
use crate::services::{Caller, Door};

/// Entries that are read at once, and held in memory.
const AT_ONCE: u32 = 1_000;

const COLUMNS: [&str; 12] = [
    "entry",
    "time",
    "who",
    "who_kind",
    "who_id",
    "address",
    "action",
    "object",
    "object_id",
    "result",
    "details",
    "hash",
];

pub(super) fn routes(state: &State) -> Router<State> {
    Router::new()
        .route("/company/audit-log.csv", get(export))
        .layer(from_fn(pages::ask_to_sign_in))
        .layer(from_fn_with_state(state.clone(), sessions::recognise))
}

/// Sends the entries that match, newest first. **Permissions:** those of [`AuditLog::list_entries`].
///
/// What is read after the head was sent and fails breaks the connection off, so that nobody takes a part for the whole.
async fn export(
    Shared(state): Shared<State>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Response {
    let day = state.services.clock.now().rfc3339().split('T').next().unwrap_or_default().to_owned();
    let log: Arc<dyn AuditLog> = Arc::new(Door { services: Arc::clone(&state.services), caller });
    let query = AuditQuery { limit: AT_ONCE, ..read_query(query.as_deref().unwrap_or_default()) };
    match log.list_entries(query.clone()).await {
        Ok(first) => {
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"audit-log-{day}.csv\"")),
            ];
            (headers, Body::from_stream(lines(log, query, first))).into_response()
        }
        Err(error) => refusal(&uri, &error),
    }
}

/// The filter, in the words of the page's address.
fn read_query(query: &str) -> AuditQuery {
    let mut read = AuditQuery::default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let field = match &*name {
            "person" => &mut read.person,
            "action" => &mut read.action,
            "object" => &mut read.object,
            "from" => &mut read.from,
            "to" => &mut read.to,
            _ => continue,
        };
        *field = value.into_owned();
    }
    read
}

/// The head line and the first page, then page after page as fast as they are fetched.
fn lines(log: Arc<dyn AuditLog>, query: AuditQuery, first: AuditPage) -> impl Stream<Item = Result<String, Error>> {
    let next = first.next;
    let begin = format!("{}{}{}", csv::BYTE_ORDER_MARK, csv::line(COLUMNS), text(&first));
    stream::try_unfold((Some(begin), next), move |(begin, next)| {
        let (log, query) = (Arc::clone(&log), query.clone());
        async move {
            if let Some(begin) = begin {
                return Ok(Some((begin, (None, next))));
            }
            let Some(before) = next else { return Ok(None) };
            let page = log.list_entries(AuditQuery { before: Some(before), ..query }).await?;
            Ok(Some((text(&page), (None, page.next))))
        }
    })
}

fn text(page: &AuditPage) -> String {
    page.rows.iter().map(line).collect()
}

fn line(row: &AuditRow) -> String {
    csv::line([
        row.sequence.to_string().as_str(),
        &row.at.rfc3339_microseconds(),
        &row.actor_name,
        &row.actor_kind,
        row.actor_id.as_deref().unwrap_or_default(),
        row.address.as_deref().unwrap_or_default(),
        &row.action,
        &row.object_name,
        row.object_id.as_deref().unwrap_or_default(),
        if row.refused { "refused" } else { "done" },
        &row.detail,
        &row.hash,
    ])
}

fn refusal(uri: &Uri, error: &Error) -> Response {
    let (status, sentence) = match error {
        Error::SignedOut => (StatusCode::UNAUTHORIZED, "Sign in first."),
        Error::Forbidden { .. } | Error::MissingScope { .. } => (
            StatusCode::FORBIDDEN,
            "You need the permission settings:company_settings for this. Ask an administrator of your company.",
        ),
        Error::Fields { .. } => (
            StatusCode::BAD_REQUEST,
            "The dates are not understood. They look like 2026-11-21, and the first one comes before the last one.",
        ),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, "The server failed. Try again; its log says why."),
    };
    refuse(uri.path(), status, sentence)
}
