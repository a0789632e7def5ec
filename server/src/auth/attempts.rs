//! How often somebody may try to sign in, in this process: by account and network, by account, and by address.
//!
//! Each of them has a number of attempts that it may make at once, and gets one back after a while. An attempt that succeeds is
//! given back. Few attempts are enough from one network, so that whoever knows somebody's e-mail address cannot keep that person
//! from signing in elsewhere; how many there may be from all networks together is bounded too, against those who have many.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Mutex;

use app::timestamp::Timestamp;
use sha2::{Digest, Sha256};

use super::limiter::{Limiter, Limits, SECOND, locked, network};
use super::people::Email;

/// Attempts at once with one e-mail address from one network, and the seconds until there is another one.
const BY_NETWORK: Limits = Limits { burst: 10, interval: 30 * SECOND };
/// The same with one e-mail address from anywhere: as many as twenty networks have at once, and ten later on.
const BY_EMAIL: Limits = Limits { burst: 200, interval: 3 * SECOND };
/// Attempts at once from one address, and the seconds until there is another one. More, since a whole office may share it.
const BY_ADDRESS: Limits = Limits { burst: 50, interval: 6 * SECOND };

/// Too many attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany {
    /// Seconds to wait.
    pub(crate) seconds: u32,
    /// Whether they were attempts with this e-mail address; else they came from one address, whatever was typed.
    pub(crate) with_email: bool,
}

/// Counts attempts to sign in.
pub(crate) struct Attempts {
    from_network: Mutex<Limiter<[u8; 32]>>,
    with_email: Mutex<Limiter<[u8; 32]>>,
    from_address: Mutex<Limiter<IpAddr>>,
}

impl Attempts {
    /// Nothing counted yet.
    pub(crate) fn new() -> Self {
        Self {
            from_network: Mutex::new(Limiter::new(BY_NETWORK)),
            with_email: Mutex::new(Limiter::new(BY_EMAIL)),
            from_address: Mutex::new(Limiter::new(BY_ADDRESS)),
        }
    }

    /// Counts an attempt with this e-mail address, if what was typed is one, from this address, if there is one.
    ///
    /// # Errors
    /// How long to wait.
    pub(crate) fn count(&self, email: Option<&Email>, address: Option<IpAddr>, now: Timestamp) -> Result<(), TooMany> {
        // The narrowest first: what is blocked must not use up somebody else's attempts.
        if let Some(address) = address {
            let from_address = locked(&self.from_address).take(network(address), now);
            from_address.map_err(|seconds| TooMany { seconds, with_email: false })?;
        }
        if let Some(email) = email {
            self.count_with(email, address, now).map_err(|seconds| TooMany { seconds, with_email: true })?;
        }
        Ok(())
    }

    fn count_with(&self, email: &Email, address: Option<IpAddr>, now: Timestamp) -> Result<(), u32> {
        let pair = hashed(email, address);
        locked(&self.from_network).take(pair, now)?;
        let anywhere = locked(&self.with_email).take(hashed(email, None), now);
        anywhere.inspect_err(|_seconds| locked(&self.from_network).give_back(&pair))
    }

    /// The attempt succeeded: it counts no more, and neither do earlier ones with this e-mail address from this network.
    pub(crate) fn succeeded(&self, email: &Email, address: Option<IpAddr>) {
        if let Some(address) = address {
            locked(&self.from_address).give_back(&network(address));
        }
        locked(&self.from_network).forget(&hashed(email, address));
        locked(&self.with_email).give_back(&hashed(email, None));
    }
}

/// As long for every address, and nobody's address lies in memory for it.
fn hashed(email: &Email, address: Option<IpAddr>) -> [u8; 32] {
    let mut hasher = Sha256::new_with_prefix(email.as_str());
    if let Some(address) = address {
        // No e-mail address has this byte.
        hasher.update([0]);
        hasher.update(neighbours(address).to_string());
    }
    hasher.finalize().into()
}

/// The network that an address is in, of some 256 customers: /24 of IPv4; /48 of IPv6, where a customer has /56 or all of it.
fn neighbours(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn by_email(seconds: u32) -> Result<(), TooMany> {
        Err(TooMany { seconds, with_email: true })
    }

    fn by_address(seconds: u32) -> Result<(), TooMany> {
        Err(TooMany { seconds, with_email: false })
    }

    #[test]
    fn an_account_has_ten_at_once_and_then_one_each_half_minute() {
        let attempts = Attempts::new();
        let ana = Email::parse("ana@meridian.example").unwrap();
        let tomas = Email::parse("tomas@meridian.example").unwrap();
        for _ in 0..10 {
            attempts.count(Some(&ana), None, NOW).unwrap();
        }
        assert_eq!(attempts.count(Some(&ana), None, NOW), by_email(30));
        assert_eq!(attempts.count(Some(&ana), None, NOW.plus_seconds(29)), by_email(1));
        assert_eq!(
            attempts.count(Some(&ana), None, Timestamp::from_microseconds(NOW.microseconds() + 29_000_001)),
            by_email(1)
        );
        assert_eq!(attempts.count(Some(&tomas), None, NOW), Ok(()), "somebody else is not hindered");
        assert_eq!(attempts.count(Some(&ana), None, NOW.plus_seconds(30)), Ok(()));
        assert_eq!(attempts.count(Some(&ana), None, NOW.plus_seconds(30)), by_email(30));
        for _ in 0..10 {
            assert_eq!(attempts.count(Some(&ana), None, NOW.plus_seconds(3_600)), Ok(()));
        }
    }

    #[test]
    fn success_clears_the_account() {
        let attempts = Attempts::new();
        let ana = Email::parse("ana@meridian.example").unwrap();
        for _ in 0..10 {
            attempts.count(Some(&ana), None, NOW).unwrap();
        }
        attempts.succeeded(&ana, None);
        assert_eq!(attempts.count(Some(&ana), None, NOW), Ok(()));
    }

    #[test]
    fn an_address_has_fifty_whatever_it_tries() {
        let attempts = Attempts::new();
        let here = Some("203.0.113.7".parse().unwrap());
        for number in 0..50 {
            let email = Email::parse(&format!("{number}@meridian.example")).unwrap();
            attempts.count((number % 2 == 0).then_some(&email), here, NOW).unwrap();
        }
        let ana = Email::parse("ana@meridian.example").unwrap();
        for _ in 0..20 {
            assert_eq!(attempts.count(Some(&ana), here, NOW), by_address(6));
        }
        assert_eq!(
            attempts.count(Some(&ana), Some("203.0.113.8".parse().unwrap()), NOW),
            Ok(()),
            "nothing was counted against Ana"
        );
        attempts.succeeded(&ana, here);
        assert_eq!(attempts.count(Some(&ana), here, NOW), Ok(()), "a success is given back");
        assert_eq!(attempts.count(Some(&ana), here, NOW), by_address(6));
    }

    #[test]
    fn whoever_is_blocked_elsewhere_hinders_nobody_here() {
        let attempts = Attempts::new();
        let ana = Email::parse("ana@meridian.example").unwrap();
        let there = |last: u8| Some(IpAddr::from([198, 51, 100, last]));
        let here = Some(IpAddr::from([203, 0, 113, 7]));
        for number in 0..100 {
            let answer = attempts.count(Some(&ana), there(number), NOW);
            assert_eq!(answer, if number < 10 { Ok(()) } else { by_email(30) }, "the whole network counts: {number}");
        }
        for _ in 0..10 {
            assert_eq!(attempts.count(Some(&ana), here, NOW), Ok(()));
        }
        attempts.succeeded(&ana, here);
        assert_eq!(attempts.count(Some(&ana), here, NOW), Ok(()));
        assert_eq!(attempts.count(Some(&ana), there(1), NOW), by_email(30), "her success frees nobody else");
    }

    #[test]
    fn many_networks_together_have_a_bound_too() {
        let attempts = Attempts::new();
        let ana = Email::parse("ana@meridian.example").unwrap();
        let from = |network: u8| Some(IpAddr::from([198, 18, network, 1]));
        for number in 0..200 {
            assert_eq!(attempts.count(Some(&ana), from(number / 10), NOW), Ok(()), "{number}");
        }
        for _ in 0..20 {
            assert_eq!(attempts.count(Some(&ana), from(99), NOW), by_email(3));
        }
        let later = NOW.plus_seconds(30);
        for _ in 0..10 {
            assert_eq!(attempts.count(Some(&ana), from(99), later), Ok(()), "what was refused was not counted");
        }
        assert_eq!(attempts.count(Some(&ana), from(98), later), by_email(3));
    }

    #[test]
    fn networks_of_customers_who_are_neighbours() {
        let of = |text: &str| neighbours(text.parse().unwrap()).to_string();
        assert_eq!(of("203.0.113.7"), "203.0.113.0");
        assert_eq!(of("::ffff:203.0.113.7"), "203.0.113.0");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1::");
    }
}
