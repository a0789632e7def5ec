//! The headers that every answer carries (OWASP ASVS 5.0 chapter 3.4), and how long it may be kept.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// For what is no page: it loads nothing and is shown in nothing. A page sends a policy of its own, with its answer's nonce.
const NOT_A_PAGE: &str =
    "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; report-uri /csp-reports";

/// What no page of Signet uses.
const UNUSED_FEATURES: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), \
                               gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), \
                               publickey-credentials-get=(), serial=(), usb=()";

const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    // Not `no-referrer`: that makes browsers send `Origin: null` with forms.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("permissions-policy"), HeaderValue::from_static(UNUSED_FEATURES)),
];

/// Two years, as the preload lists ask; subdomains too (ASVS 3.4.1).
const ONLY_HTTPS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// Adds them to an answer, an error too; `secure` if browsers use https.
pub(super) fn add(headers: &mut HeaderMap, secure: bool) {
    headers.reserve(ALWAYS.len() + 4);
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, ONLY_HTTPS);
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(NOT_A_PAGE));
    // What does not say how long it may be kept is not kept: pages, server functions, errors.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
