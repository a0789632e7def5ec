//! Which names Signet answers to.
//!
//! A page of another site can have its own name resolve to Signet's address, and then reads Signet's answers as its own ("DNS
//! rebinding"). It cannot do so without its name in the `Host` header.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::Response;
use url::Host;

use super::Common;
use super::refusal::refuse;
use super::sessions::{Peer, peer};
use crate::configuration::PublicUrl;

/// Refuses requests to a name that is not Signet's.
pub(super) fn refusal(state: &Common, request: &Request) -> Option<Response> {
    // A reverse proxy may send any name, and it knows which ones lead to Signet.
    let through_proxy = peer(request, &state.options.trusted_proxies) == Peer::TrustedProxy;
    if through_proxy || is_ours(name(request.uri(), request.headers()), &state.options.public_url) {
        return None;
    }
    tracing::warn!("refused: the request's Host is not the public URL's");
    Some(refuse(
        request.uri().path(),
        StatusCode::MISDIRECTED_REQUEST,
        "Signet does not answer to this name. If it should, set SIGNET_PUBLIC_URL to it.",
    ))
}

/// The name that the request is for, with or without a port: the target's in HTTP/2, the header's in HTTP/1.
fn name<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    match uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => headers.get(header::HOST).map(|host| host.to_str().unwrap_or("?")),
    }
}

/// Addresses are no names, and `localhost` is nobody else's; browsers always send a name.
fn is_ours(name: Option<&str>, public_url: &PublicUrl) -> bool {
    let Some(name) = name else { return true };
    if public_url.is_authority(name) {
        return true;
    }
    // An IPv6 address has its colons in brackets.
    let without_port = match name.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => host,
        _ => name,
    };
    match Host::parse(without_port) {
        Ok(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        Ok(Host::Domain(domain)) => {
            domain == "localhost" || domain.ends_with(".localhost") || public_url.is_host(&Host::Domain(domain))
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let public_url = PublicUrl::parse("https://signet.example.com").unwrap();
        for (name, ours) in [
            (None, true),
            (Some("signet.example.com"), true),
            (Some("example.com"), false),
            (Some("https://signet.example.com"), false),
            (Some("Signet.Example.com:443"), true),
            (Some("127.0.0.1:3000"), true),
            (Some("10.1.2.3"), true),
            (Some("[::1]:3000"), true),
            (Some("[::1]"), true),
            (Some("localhost:3000"), true),
            (Some("evil.example:3000"), false),
            (Some("127.0.0.1.evil.example"), false),
            (Some("signet.example.com.evil.example"), false),
            (Some(""), false),
            (Some("a b"), false),
        ] {
            assert_eq!(is_ours(name, &public_url), ours, "{name:?}");
        }
    }
}
