//! The hosts that a certificate may be presented to.

/// Whether a host is among them: names as they are compared (lower case, A-labels), addresses without brackets. `*.` in front stands for
/// exactly one label; none at all for any host.
pub fn allows(allowed_hosts: &[String], host: &str) -> bool {
    allowed_hosts.is_empty() || allowed_hosts.iter().any(|allowed| is_same(allowed, host))
}

fn is_same(allowed: &str, host: &str) -> bool {
    match allowed.strip_prefix("*.") {
        None => allowed == host,
        Some(parent) => host.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && rest == parent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_is_one_label() {
        let allowed = ["api.bank.example", "*.partner.example", "2001:db8::1"].map(str::to_owned);
        for (host, expected) in [
            ("api.bank.example", true),
            ("a.partner.example", true),
            ("2001:db8::1", true),
            ("bank.example", false),
            ("x.api.bank.example", false),
            ("partner.example", false),
            (".partner.example", false),
            ("a.b.partner.example", false),
            ("apartner.example", false),
            ("2001:db8::2", false),
            ("", false),
        ] {
            assert_eq!(allows(&allowed, host), expected, "{host}");
        }
        assert!(allows(&[], "anything.example"));
    }
}
