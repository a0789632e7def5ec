//! Where a redirect leads, and what goes along (RFC 9110 section 15.4).

use app::api_node::FailureKind;
use http::HeaderMap;
use http::{Method, StatusCode, header};
use url::Url;

/// Redirects of one call.
pub(super) const MOST: u32 = 5;

/// The next request of a call.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Next {
    pub(super) url: Url,
    pub(super) method: Method,
    /// Whether the body goes along.
    pub(super) with_body: bool,
}

/// What an answer leads to; none if it is no redirect.
///
/// # Errors
/// Why it is not followed.
pub(super) fn next(
    status: StatusCode,
    headers: &HeaderMap,
    from: &Url,
    method: &Method,
) -> Result<Option<Next>, (FailureKind, &'static str)> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = headers.get(header::LOCATION) else { return Ok(None) };
    let refused = |why| Err((FailureKind::RedirectRefused, why));
    let Some(mut url) = location.to_str().ok().and_then(|location| from.join(location).ok()) else {
        return refused("its Location is not a URL");
    };
    if from.scheme() == "https" && url.scheme() != "https" {
        return refused("it leads from https to a connection that is not encrypted");
    }
    if !matches!(url.scheme(), "https" | "http") || url.host().is_none() {
        return refused("it leads to something other than http and https");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refused("there are a name and a password in its Location");
    }
    url.set_fragment(None);
    let keeps_method = matches!(status.as_u16(), 307 | 308) || matches!(*method, Method::GET | Method::HEAD);
    let becomes_get = status == StatusCode::SEE_OTHER && *method != Method::HEAD && *method != Method::GET
        || !keeps_method && *method == Method::POST;
    let method = if becomes_get { Method::GET } else { method.clone() };
    Ok(Some(Next { url, method, with_body: !becomes_get }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn followed(status: u16, location: &str, method: Method) -> Result<Option<(String, Method, bool)>, FailureKind> {
        let mut headers = HeaderMap::new();
        headers.insert(header::LOCATION, location.parse().unwrap());
        let from = Url::parse("https://a.example/b/c?d").unwrap();
        let next = next(StatusCode::from_u16(status).unwrap(), &headers, &from, &method);
        next.map(|next| next.map(|next| (next.url.into(), next.method, next.with_body))).map_err(|(kind, _)| kind)
    }

    #[test]
    fn methods() {
        for (status, method, expected, with_body) in [
            (301, Method::POST, Method::GET, false),
            (302, Method::POST, Method::GET, false),
            (302, Method::PUT, Method::PUT, true),
            (303, Method::PUT, Method::GET, false),
            (303, Method::HEAD, Method::HEAD, true),
            (307, Method::POST, Method::POST, true),
            (308, Method::POST, Method::POST, true),
            (301, Method::GET, Method::GET, true),
        ] {
            let next = followed(status, "/x", method.clone()).unwrap().unwrap();
            assert_eq!(next, ("https://a.example/x".to_owned(), expected, with_body), "{status} {method}");
        }
        assert_eq!(followed(300, "/x", Method::GET), Ok(None));
        assert_eq!(followed(304, "/x", Method::GET), Ok(None));
    }

    #[test]
    fn places() {
        let to = |location: &str| followed(302, location, Method::GET).map(|next| next.unwrap().0);
        assert_eq!(to("x#y").unwrap(), "https://a.example/b/x");
        assert_eq!(to("//b.example/x").unwrap(), "https://b.example/x");
        for refused in
            ["http://a.example/", "ftp://a.example/", "file:///etc/passwd", "https://a:b@c.example/", "https://"]
        {
            assert_eq!(to(refused), Err(FailureKind::RedirectRefused), "{refused}");
        }
    }
}
