//! The session cookie.
//!
//! Over https it is `__Host-signet`: browsers take it only with `Secure`, with `Path=/` and without `Domain`, so no other host can
//! set it (RFC 6265bis section 4.1.3.2). Plain http on this machine allows no such name: there it is `signet`.

use app::service::SessionCookie;

use super::session::ABSOLUTE;
use super::token::Token;
use crate::services::CookieRules;

/// The `Set-Cookie` value that gives a browser its session. The cookie lives as long as a session can; the server ends it earlier.
pub(crate) fn write_cookie(rules: CookieRules, token: &Token) -> SessionCookie {
    set_cookie(rules, token.expose(), ABSOLUTE)
}

/// The `Set-Cookie` value that takes the cookie away.
pub(crate) fn clear_cookie(rules: CookieRules) -> SessionCookie {
    set_cookie(rules, "", 0)
}

/// The session identifier in a `Cookie` header, if there is one: the first value of the cookie's name that can be one.
pub(crate) fn read_cookie(rules: CookieRules, header: &str) -> Option<Token> {
    header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(cookie, _value)| *cookie == name(rules))
        .find_map(|(_name, value)| Token::parse(value))
}

fn set_cookie(rules: CookieRules, value: &str, max_age: i64) -> SessionCookie {
    let secure = if rules.secure { "; Secure" } else { "" };
    SessionCookie(format!("{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}", name(rules)))
}

const fn name(rules: CookieRules) -> &'static str {
    if rules.secure { "__Host-signet" } else { "signet" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandomness;

    const HTTPS: CookieRules = CookieRules { secure: true };
    const HTTP: CookieRules = CookieRules { secure: false };

    #[test]
    fn says_all_that_keeps_it_here() {
        let token = Token::random(&SystemRandomness).unwrap();
        let text = token.expose();
        let attributes = "Path=/; Max-Age=604800; HttpOnly; SameSite=Lax";
        assert_eq!(write_cookie(HTTPS, &token).0, format!("__Host-signet={text}; {attributes}; Secure"));
        assert_eq!(write_cookie(HTTP, &token).0, format!("signet={text}; {attributes}"));
        assert_eq!(clear_cookie(HTTPS).0, "__Host-signet=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
    }

    #[test]
    fn is_read_under_its_own_name_only() {
        let token = Token::random(&SystemRandomness).unwrap();
        let text = token.expose();
        let read = |rules, header: &str| read_cookie(rules, header).map(|found| found.expose().to_owned());
        assert_eq!(read(HTTPS, &format!("a=b; __Host-signet={text};c=d")).as_deref(), Some(text));
        assert_eq!(read(HTTP, &format!("signet={text}")).as_deref(), Some(text));
        assert_eq!(read(HTTP, &format!("signet=tampered; signet={text}")).as_deref(), Some(text));
        for header in [
            "",
            "signet",
            "signet=",
            &format!("signet={text}"),
            &format!("__host-signet={text}"),
            &format!("__Host-signet={text}x"),
        ] {
            assert_eq!(read(HTTPS, header), None, "{header}");
        }
    }
}
