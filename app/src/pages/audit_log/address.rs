//! The filters in the page's address, and back.

use leptos_router::params::ParamsMap;

use crate::pages::AUDIT_LOG;
use crate::pages::address::with_query;
use crate::service::AuditQuery;

/// What an address asks for.
pub fn read(query: &ParamsMap) -> AuditQuery {
    let text = |name: &str| query.get(name).unwrap_or_default();
    AuditQuery {
        person: text("person"),
        action: text("action"),
        object: text("object"),
        from: text("from"),
        to: text("to"),
        before: query.get("before").and_then(|before| before.parse().ok()),
        limit: 0,
    }
}

/// The address of these entries.
pub fn of(query: &AuditQuery) -> String {
    with_filters(AUDIT_LOG, query)
}

/// The address of the file with these entries, all pages of them.
pub fn of_export(query: &AuditQuery) -> String {
    with_filters(&format!("{AUDIT_LOG}.csv"), &AuditQuery { before: None, ..query.clone() })
}

fn with_filters(path: &str, query: &AuditQuery) -> String {
    let before = query.before.map(|before| before.to_string()).unwrap_or_default();
    let pairs = [
        ("person", &query.person),
        ("action", &query.action),
        ("object", &query.object),
        ("from", &query.from),
        ("to", &query.to),
        ("before", &before),
    ];
    with_query(path, pairs.map(|(name, value)| (name, value.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_say_only_what_is_asked_for() {
        assert_eq!(of(&AuditQuery::default()), "/company/audit-log");
        let query = AuditQuery {
            object: "Bank & Söhne".to_owned(),
            from: "2026-11-21".to_owned(),
            before: Some(17),
            ..AuditQuery::default()
        };
        assert_eq!(of(&query), "/company/audit-log?object=Bank%20%26%20S%C3%B6hne&from=2026-11-21&before=17");
        assert_eq!(of_export(&query), "/company/audit-log.csv?object=Bank%20%26%20S%C3%B6hne&from=2026-11-21");
    }
}
