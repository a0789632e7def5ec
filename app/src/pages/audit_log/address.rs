//! The filters in the page's address, and back.

use leptos_router::params::ParamsMap;

use crate::pages::AUDIT_LOG;
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
    with_query(AUDIT_LOG, query)
}

/// The address of the file with these entries, all pages of them.
pub fn of_export(query: &AuditQuery) -> String {
    with_query(&format!("{AUDIT_LOG}.csv"), &AuditQuery { before: None, ..query.clone() })
}

fn with_query(path: &str, query: &AuditQuery) -> String {
    let before = query.before.map(|before| before.to_string()).unwrap_or_default();
    let pairs = [
        ("person", &query.person),
        ("action", &query.action),
        ("object", &query.object),
        ("from", &query.from),
        ("to", &query.to),
        ("before", &before),
    ];
    let mut address = path.to_owned();
    for (name, value) in pairs.into_iter().filter(|(_name, value)| !value.is_empty()) {
        address.push(if address.len() == path.len() { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        escape(&mut address, value);
    }
    address
}

/// Percent-encodes all but the unreserved characters (RFC 3986 section 2.3): the same on the server and in the browser, which the
/// router's own way is not.
fn escape(address: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

/// A hexadecimal digit, upper case.
fn digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or_default().to_ascii_uppercase()
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
