//! The hosts that a certificate may be presented to.

use std::collections::BTreeSet;

use url::Host;

/// The most hosts of one certificate.
const MOST: usize = 100;
/// Octets of a host name (RFC 1035 section 2.3.4).
const LONGEST: usize = 253;

/// Names and addresses as they are compared: lower case, international names as A-labels (RFC 5890), each once. `*.` in front stands for
/// one label.
///
/// # Errors
/// For each entry that is none: its place, from 0, and one sentence.
pub(super) fn parse(typed: &[String]) -> Result<Vec<String>, Vec<(usize, &'static str)>> {
    if typed.len() > MOST {
        return Err(vec![(MOST, "A certificate can have at most 100 allowed hosts.")]);
    }
    let mut hosts = Vec::new();
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for (place, typed) in typed.iter().enumerate() {
        match host(typed.trim()) {
            Some(host) if seen.insert(host.clone()) => hosts.push(host),
            Some(_twice) => {}
            None => problems.push((place, EXPECTED)),
        }
    }
    if problems.is_empty() { Ok(hosts) } else { Err(problems) }
}

const EXPECTED: &str =
    "This is not a host: write a name such as api.example.com or *.example.com, or an IP address; without a port.";

fn host(typed: &str) -> Option<String> {
    let (wildcard, name) = typed.strip_prefix("*.").map_or(("", typed), |name| ("*.", name));
    let name = name.strip_suffix('.').unwrap_or(name);
    // An IPv6 address is written in brackets in a URL, and without them nearly everywhere else.
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    if let Ok(address) = bare.parse::<std::net::IpAddr>() {
        return wildcard.is_empty().then(|| address.to_string());
    }
    match Host::parse(name) {
        Ok(Host::Domain(name)) if is_host_name(&name) => Some(format!("{wildcard}{name}")),
        _ => None,
    }
}

/// RFC 1123 section 2.1, and the underscore that some names have all the same. The last label is no number, or it would be an address.
fn is_host_name(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= LONGEST && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(typed: &[&str]) -> Result<Vec<String>, Vec<usize>> {
        let typed: Vec<String> = typed.iter().map(|&host| host.to_owned()).collect();
        parse(&typed).map_err(|problems| problems.into_iter().map(|(place, _message)| place).collect())
    }

    #[test]
    fn hosts_are_brought_into_one_form() {
        let typed = [
            "API.Example.com.",
            " *.example.com ",
            "müller.example",
            "203.0.113.7",
            "[2001:DB8::1]",
            "api.example.com",
        ];
        let expected = ["api.example.com", "*.example.com", "xn--mller-kva.example", "203.0.113.7", "2001:db8::1"];
        assert_eq!(parsed(&typed).unwrap(), expected);
        assert_eq!(parsed(&[]).unwrap(), [""; 0]);
    }

    #[test]
    fn what_is_no_host_is_refused_by_its_place() {
        let typed = [
            "api.example.com",
            "",
            "https://api.example.com",
            "api.example.com:443",
            "*",
            "*.*.example.com",
            "a*.example.com",
            "api..example.com",
            "-a.example",
            "*.203.0.113.7",
            "a b",
            "a\nb",
        ];
        assert_eq!(parsed(&typed).unwrap_err(), (1..typed.len()).collect::<Vec<_>>());
        assert_eq!(parsed(&["a.example"; 101]).unwrap_err(), [100]);
    }
}
