//! Nothing changes because another site's page asked for it.
//!
//! The session's cookie is `SameSite` as well; this is the check that does not depend on which sites count as the same.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;

use super::Common;
use super::refusal::refuse;

/// Refuses requests that would change something and come from another site's page.
pub(super) fn refusal(state: &Common, request: &Request) -> Option<Response> {
    let public_origin = state.options.public_url.origin();
    if passes(&Evidence::of(request.method(), request.headers()), public_origin) {
        return None;
    }
    tracing::warn!("refused: the request comes from another site");
    Some(refuse(
        request.uri().path(),
        StatusCode::FORBIDDEN,
        "This request comes from another site's page. Open Signet by its own address, the one that SIGNET_PUBLIC_URL says.",
    ))
}

/// What a request says about where it comes from.
#[derive(Clone, Copy, Debug)]
struct Evidence<'a> {
    method: &'a Method,
    /// `Sec-Fetch-Site`, which no script can set (Fetch Metadata Request Headers, section 2.3).
    fetch_site: Option<&'a str>,
    /// `Origin` (RFC 6454 section 7).
    origin: Option<&'a str>,
    bearer: bool,
    cookie: bool,
}

impl<'a> Evidence<'a> {
    fn of(method: &'a Method, headers: &'a HeaderMap) -> Self {
        // What is not text is not one of the accepted values either.
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        Self {
            method,
            fetch_site: text("sec-fetch-site"),
            origin: text("origin"),
            bearer: text("authorization")
                .is_some_and(|value| value.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer "))),
            cookie: headers.contains_key(header::COOKIE),
        }
    }
}

fn passes(evidence: &Evidence<'_>, public_origin: &str) -> bool {
    // Nothing that changes state is one of these (RFC 9110 section 9.2.1).
    if matches!(*evidence.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    // No browser adds a token by itself, as it does a cookie.
    if evidence.bearer && !evidence.cookie {
        return true;
    }
    match (evidence.fetch_site, evidence.origin) {
        // `none`: typed into the address bar, or a bookmark.
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        // Browsers leave `Sec-Fetch-Site` out over plain http to another machine.
        (None, Some(origin)) => origin == public_origin,
        // Not a browser: each of those sends an `Origin` with what is not GET or HEAD.
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "https://signet.example.com";

    #[test]
    fn policy() {
        let post = Method::POST;
        for (fetch_site, origin, bearer, cookie, expected) in [
            (Some("same-origin"), Some(OURS), false, true, true),
            (Some("same-origin"), None, false, true, true),
            (Some("none"), None, false, true, true),
            (Some("same-site"), Some("https://other.example.com"), false, true, false),
            (Some("cross-site"), Some("https://evil.example"), false, true, false),
            (Some("cross-site"), Some(OURS), false, true, false),
            (Some("cross-site"), None, false, false, false),
            (Some("Same-Origin"), None, false, true, false),
            (Some(""), Some(OURS), false, true, false),
            (None, Some(OURS), false, true, true),
            (None, Some("https://evil.example"), false, true, false),
            (None, Some("https://evil.example"), false, false, false),
            (None, Some("http://signet.example.com"), false, true, false),
            (None, Some("https://signet.example.com:8443"), false, true, false),
            (None, Some("null"), false, true, false),
            (None, None, false, true, true),
            (None, None, false, false, true),
            (Some("cross-site"), Some("https://evil.example"), true, false, true),
            (Some("cross-site"), Some("https://evil.example"), true, true, false),
        ] {
            let evidence = Evidence { method: &post, fetch_site, origin, bearer, cookie };
            assert_eq!(passes(&evidence, OURS), expected, "{evidence:?}");
        }
    }

    #[test]
    fn only_safe_methods_pass_from_anywhere() {
        for (method, expected) in [
            (Method::GET, true),
            (Method::HEAD, true),
            (Method::OPTIONS, true),
            (Method::POST, false),
            (Method::PUT, false),
            (Method::PATCH, false),
            (Method::DELETE, false),
            (Method::TRACE, false),
            (Method::from_bytes(b"PURGE").unwrap(), false),
        ] {
            let evidence =
                Evidence { method: &method, fetch_site: Some("cross-site"), origin: None, bearer: false, cookie: true };
            assert_eq!(passes(&evidence, OURS), expected, "{evidence:?}");
        }
    }

    #[test]
    fn evidence_of_headers() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", "bEARER x".parse().unwrap());
        headers.insert("sec-fetch-site", http::HeaderValue::from_bytes(b"\xff").unwrap());
        let evidence = Evidence::of(&Method::POST, &headers);
        assert!(evidence.bearer && !evidence.cookie);
        assert_eq!(evidence.fetch_site, Some("?"));

        headers.insert("authorization", "Basic x".parse().unwrap());
        headers.insert("cookie", "a=b".parse().unwrap());
        let evidence = Evidence::of(&Method::POST, &headers);
        assert!(!evidence.bearer && evidence.cookie);
    }
}
