//! Who sends a request: from which address, and in whose session.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State as Shared};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;

use super::State;
use crate::configuration::Network;

/// Leaves the [`crate::services::Caller`] in the request's extensions.
pub(super) async fn recognise(Shared(state): Shared<State>, mut request: Request, next: Next) -> Response {
    let address = address(&request, &state.options.trusted_proxies);
    let caller = state.services.caller(cookies(request.headers()).as_deref(), address).await;
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// Who holds the other end of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Peer {
    /// One of the reverse proxies whose headers are believed.
    TrustedProxy,
    /// Anybody.
    Anybody,
}

/// Who holds the other end of the connection.
pub(super) fn peer(request: &Request, trusted_proxies: &[Network]) -> Peer {
    match connected(request) {
        Some(address) if is_trusted(address, trusted_proxies) => Peer::TrustedProxy,
        _ => Peer::Anybody,
    }
}

/// The client's address: the connection's, or what trusted proxies say of it.
pub(super) fn address(request: &Request, trusted_proxies: &[Network]) -> Option<IpAddr> {
    let forwarded = request.headers().get_all("x-forwarded-for").iter().map(|value| value.to_str().unwrap_or("?"));
    Some(client(connected(request)?, forwarded.collect::<Vec<_>>().join(",").as_str(), trusted_proxies))
}

fn connected(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip().to_canonical())
}

/// Each proxy appends the address it was called from, so the list is walked from its end for as long as the proxies are trusted: what
/// stands further to the left was written by anybody.
fn client(connected: IpAddr, forwarded: &str, trusted_proxies: &[Network]) -> IpAddr {
    let mut client = connected;
    for entry in forwarded.rsplit(',').map(str::trim) {
        if !is_trusted(client, trusted_proxies) {
            break;
        }
        let Some(address) = parse(entry) else { break };
        client = address;
    }
    client
}

/// An address; some proxies add a port.
fn parse(entry: &str) -> Option<IpAddr> {
    let bare = entry.strip_prefix('[').and_then(|entry| entry.strip_suffix(']')).unwrap_or(entry);
    let address = bare.parse::<IpAddr>().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address| address.to_canonical())
}

fn is_trusted(address: IpAddr, trusted_proxies: &[Network]) -> bool {
    trusted_proxies.iter().any(|network| network.contains(address))
}

/// All cookies in one line: HTTP/2 may send them in several (RFC 9113 section 8.2.3).
pub(super) fn cookies(headers: &HeaderMap) -> Option<String> {
    let lines: Vec<&str> = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok()).collect();
    (!lines.is_empty()).then(|| lines.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwarded_addresses() {
        let proxies = ["10.0.0.0/8", "::1"].map(|network| Network::parse(network).unwrap());
        for (connected, forwarded, expected) in [
            ("203.0.113.9", "", "203.0.113.9"),
            ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
            ("10.0.0.1", "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
            ("10.0.0.1", "nonsense, 10.0.0.2", "10.0.0.2"),
            ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
            ("::1", "[2001:db8::1]:4711", "2001:db8::1"),
            ("::1", "[2001:db8::1]", "2001:db8::1"),
            ("::1", "::ffff:198.51.100.1", "198.51.100.1"),
        ] {
            let expected: IpAddr = expected.parse().unwrap();
            assert_eq!(client(connected.parse().unwrap(), forwarded, &proxies), expected, "{connected} {forwarded}");
        }
    }

    #[test]
    fn cookies_of_several_lines() {
        let mut headers = HeaderMap::new();
        assert_eq!(cookies(&headers), None);
        headers.append(header::COOKIE, "a=b".parse().unwrap());
        headers.append(header::COOKIE, "c=d".parse().unwrap());
        assert_eq!(cookies(&headers).unwrap(), "a=b; c=d");
    }
}
