//! The `Authorization` header of a request that comes with a token (RFC 6750 section 2.1).

/// What an `Authorization` header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer<'a> {
    /// There is none.
    Missing,
    /// It is not `Bearer` and one word, or there are several.
    Malformed,
    /// What stands behind `Bearer`; whether it is a token is another question.
    Text(&'a str),
}

/// Reads the values of all `Authorization` headers of a request.
pub fn read_bearer<'a>(mut headers: impl Iterator<Item = &'a [u8]>) -> Bearer<'a> {
    let Some(header) = headers.next() else { return Bearer::Missing };
    if headers.next().is_some() {
        return Bearer::Malformed;
    }
    let text = std::str::from_utf8(header).ok().and_then(|header| header.trim().split_once(' '));
    match text {
        Some((scheme, text)) if scheme.eq_ignore_ascii_case("bearer") && is_token68(text.trim_start()) => {
            Bearer::Text(text.trim_start())
        }
        _ => Bearer::Malformed,
    }
}

/// RFC 9110 section 11.2, "token68".
fn is_token68(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        let read = |headers: &[&'static str]| read_bearer(headers.iter().copied().map(str::as_bytes));
        assert_eq!(read(&[]), Bearer::Missing);
        for header in ["Bearer sgn_abc", "bearer sgn_abc", "BEARER   sgn_abc", " Bearer sgn_abc "] {
            assert_eq!(read(&[header]), Bearer::Text("sgn_abc"), "{header:?}");
        }
        assert_eq!(read(&["Bearer AbC-._~+/09=="]), Bearer::Text("AbC-._~+/09=="));
        for header in [
            "",
            "Bearer",
            "Bearer ",
            "sgn_abc",
            "Basic c2lnbmV0",
            "Bearer a b",
            "Bearer a,b",
            "Bearer \"a\"",
            "Bearer =",
            "Bearer a=b",
            "Bearer é",
            "Bearer a\u{0}",
            "Bearersgn_abc",
        ] {
            assert_eq!(read(&[header]), Bearer::Malformed, "{header:?}");
        }
        assert_eq!(read(&["Bearer a", "Bearer a"]), Bearer::Malformed, "which of them?");
        assert_eq!(read_bearer(std::iter::once(b"Bearer \xff".as_slice())), Bearer::Malformed);
    }
}
