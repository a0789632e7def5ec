//! Which addresses API nodes may call: those that anybody on the internet can reach.
//!
//! From IANA's registries of special-purpose addresses (RFC 6890 and its updates). Addresses that carry another one inside them are
//! judged by that.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why an address may not be called, in words that follow "it is"; none if it may.
pub fn refused_because(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => refused_v4(address),
        IpAddr::V6(address) => refused_v6(address),
    }
}

fn refused_v4(address: Ipv4Addr) -> Option<&'static str> {
    match address.octets() {
        [0, ..] => Some("an unspecified address"),
        [127, ..] => Some("this machine itself"),
        [10, ..] | [192, 168, ..] => Some("a private address"),
        [172, second, ..] if second & 0xf0 == 16 => Some("a private address"),
        [169, 254, ..] => Some("a link-local address, as cloud metadata services have"),
        // Azure's platform services, and Oracle's metadata service.
        [168, 63, 129, 16] | [192, 0, 0, 192] => Some("a cloud provider's own address"),
        [100, second, ..] if second & 0xc0 == 64 => Some("an address behind a carrier's NAT"),
        [192, 0, 0, _] => Some("an address for protocols"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Some("an address for documentation"),
        [192, 88, 99, _] => Some("an address of a 6to4 relay"),
        [198, 18 | 19, ..] => Some("an address for benchmarks"),
        [224..=239, ..] => Some("a multicast address"),
        [240..=255, ..] => Some("a reserved address"),
        _ => None,
    }
}

fn refused_v6(address: Ipv6Addr) -> Option<&'static str> {
    let segments = address.segments();
    let inside = |high: u16, low: u16| {
        let ([first, second], [third, fourth]) = (high.to_be_bytes(), low.to_be_bytes());
        refused_v4(Ipv4Addr::new(first, second, third, fourth))
    };
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("an unspecified address"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("this machine itself"),
        // IPv4-mapped (RFC 4291 section 2.5.5.2), IPv4-translated (RFC 2765), NAT64 (RFC 6052); 6to4 (RFC 3056) has it in front.
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => inside(high, low),
        [0, 0, 0, 0, 0, 0, ..] => Some("an IPv4-compatible address, which nothing uses"),
        [0x64, 0xff9b, 1, ..] => Some("an address of a local NAT64"),
        [0x100, 0, 0, 0 | 1, ..] => Some("an address that discards"),
        [0x2001, 0x0db8, ..] | [0x3fff, 0x0000..=0x0fff, ..] => Some("an address for documentation"),
        // Teredo, benchmarks, identifiers, … (RFC 2928).
        [0x2001, 0x0000..=0x01ff, ..] => Some("an address for protocols"),
        [0x5f00, ..] => Some("an address for segment routing"),
        [0xfc00..=0xfdff, ..] => Some("a private address"),
        [0xfe80..=0xfebf, ..] => Some("a link-local address"),
        [0xfec0..=0xfeff, ..] => Some("a site-local address"),
        [0xff00..=0xffff, ..] => Some("a multicast address"),
        // All that is given out for the internet (RFC 4291 section 2.4).
        [0x2000..=0x3fff, ..] => None,
        _ => Some("an address that is not given out"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_anybody_can_reach_may_be_called() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "169.253.255.255",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2a00:1450::1",
            "2001:200::1",
            "2001:4860:4860::8888",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
        ] {
            assert_eq!(refused_because(address.parse().unwrap()), None, "{address}");
        }
    }

    #[test]
    fn everything_else_may_not() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "169.254.170.2",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
        ] {
            assert!(refused_because(address.parse().unwrap()).is_some(), "{address}");
        }
    }
}
