//! The origin that browsers use.

use std::net::SocketAddr;

use url::{Host, Url};

/// Scheme, host and port, and nothing else: an origin (RFC 6454).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: Host<String>,
    secure: bool,
}

impl PublicUrl {
    /// An `http` or `https` URL without path, query, fragment or credentials.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        if !bare || !anonymous {
            return None;
        }
        Some(Self { origin: url.origin().ascii_serialization(), host: url.host()?.to_owned(), secure })
    }

    /// This address, over https or plain http.
    pub fn of_address(address: SocketAddr, secure: bool) -> Self {
        let host = match address.ip() {
            std::net::IpAddr::V4(ip) => Host::Ipv4(ip),
            std::net::IpAddr::V6(ip) => Host::Ipv6(ip),
        };
        // The port that no browser writes into an `Origin` header.
        let (scheme, usual_port) = if secure { ("https", 443) } else { ("http", 80) };
        let port = if address.port() == usual_port { String::new() } else { format!(":{}", address.port()) };
        Self { origin: format!("{scheme}://{host}{port}"), host, secure }
    }

    /// `https://signet.example.com`: as it stands in an `Origin` header, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether it is https.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether this is its host and port, as browsers write them into a `Host` header.
    pub fn is_authority(&self, text: &str) -> bool {
        let authority = self.origin.split_once("://").map(|(_scheme, authority)| authority);
        authority == Some(text)
    }

    /// Whether the host is this one.
    pub fn is_host(&self, host: &Host<String>) -> bool {
        self.host == *host
    }

    /// Whether what is sent can be read on the way: http to another machine.
    pub fn is_exposed(&self) -> bool {
        let loopback = match &self.host {
            Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        !self.secure && !loopback
    }

    /// The one-time set-up link with this token.
    pub fn setup_link(&self, token: &str) -> String {
        format!("{}/setup?token={token}", self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_normalised() {
        for (text, origin) in [
            ("https://Signet.Example.com", "https://signet.example.com"),
            ("https://signet.example.com:443/", "https://signet.example.com"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(PublicUrl::parse(text).unwrap().origin(), origin);
        }
    }

    #[test]
    fn refused() {
        for text in [
            "",
            "signet.example.com",
            "ftp://a",
            "https://a/b",
            "https://a/?b",
            "https://a#b",
            "https://me@a",
            "https://",
        ] {
            assert_eq!(PublicUrl::parse(text), None, "{text}");
        }
    }

    #[test]
    fn of_an_address() {
        for (address, secure, origin) in [
            ("127.0.0.1:3000", false, "http://127.0.0.1:3000"),
            ("[::1]:3000", false, "http://[::1]:3000"),
            ("10.0.0.1:80", false, "http://10.0.0.1"),
            ("10.0.0.1:443", false, "http://10.0.0.1:443"),
            ("10.0.0.1:443", true, "https://10.0.0.1"),
            ("[::1]:8443", true, "https://[::1]:8443"),
        ] {
            let url = PublicUrl::of_address(address.parse().unwrap(), secure);
            assert_eq!(url.origin(), origin);
            assert_eq!(PublicUrl::parse(url.origin()).unwrap(), url);
        }
    }

    #[test]
    fn exposed_is_http_to_another_machine() {
        for (text, exposed) in [
            ("http://127.0.0.1:3000", false),
            ("http://localhost", false),
            ("http://[::1]", false),
            ("http://10.0.0.1", true),
            ("http://signet.example.com", true),
            ("https://signet.example.com", false),
        ] {
            assert_eq!(PublicUrl::parse(text).unwrap().is_exposed(), exposed, "{text}");
        }
    }
}
