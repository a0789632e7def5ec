//! How often somebody may try to sign in: by account and by address, in this process.
//!
//! Each of the two has a number of attempts that it may make at once, and gets one back after a while (the generic cell rate
//! algorithm, so one number is all that is remembered). An attempt that succeeds is given back.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use app::timestamp::Timestamp;
use sha2::{Digest, Sha256};

use super::people::Email;

/// Attempts at once with one e-mail address, and the seconds until there is another one.
const BY_EMAIL: Limits = Limits { burst: 10, interval: 30 };
/// Attempts at once from one address, and the seconds until there is another one. More, since a whole office may share it.
const BY_ADDRESS: Limits = Limits { burst: 50, interval: 6 };
/// Keys that are remembered at most, by e-mail and by address each: about a megabyte in all.
const REMEMBERED: usize = 10_000;

/// Counts attempts to sign in.
pub(crate) struct Attempts {
    by_email: Mutex<Limiter<[u8; 32]>>,
    by_address: Mutex<Limiter<IpAddr>>,
}

impl Attempts {
    /// Nothing counted yet.
    pub(crate) fn new() -> Self {
        Self { by_email: Mutex::new(Limiter::new(BY_EMAIL)), by_address: Mutex::new(Limiter::new(BY_ADDRESS)) }
    }

    /// Counts an attempt with this e-mail address, if what was typed is one, from this address, if there is one.
    ///
    /// # Errors
    /// Seconds to wait.
    pub(crate) fn count(&self, email: Option<&Email>, address: Option<IpAddr>, now: Timestamp) -> Result<(), u32> {
        // The address first: one that is blocked must not use up somebody else's attempts.
        if let Some(address) = address {
            locked(&self.by_address).take(network(address), now)?;
        }
        if let Some(email) = email {
            locked(&self.by_email).take(hashed(email), now)?;
        }
        Ok(())
    }

    /// The attempt succeeded: it counts no more, and neither do earlier ones with this e-mail address.
    pub(crate) fn succeeded(&self, email: &Email, address: Option<IpAddr>) {
        if let Some(address) = address {
            locked(&self.by_address).give_back(&network(address));
        }
        locked(&self.by_email).forget(&hashed(email));
    }
}

#[derive(Clone, Copy)]
struct Limits {
    burst: i64,
    interval: i64,
}

/// For each key the time at which nothing will be counted against it any more.
struct Limiter<K> {
    limits: Limits,
    clear_at: HashMap<K, Timestamp>,
}

impl<K: Copy + Eq + Hash> Limiter<K> {
    fn new(limits: Limits) -> Self {
        Self { limits, clear_at: HashMap::new() }
    }

    fn take(&mut self, key: K, now: Timestamp) -> Result<(), u32> {
        let Limits { burst, interval } = self.limits;
        let clear_at = self.clear_at.get(&key).copied().unwrap_or(now).max(now).plus_seconds(interval);
        // Microseconds, so that the wait is rounded up.
        let over = clear_at.microseconds() - now.plus_seconds(burst * interval).microseconds();
        if over > 0 {
            return Err(u32::try_from(over.div_euclid(1_000_000) + i64::from(over.rem_euclid(1_000_000) > 0))
                .unwrap_or(u32::MAX));
        }
        if !self.clear_at.contains_key(&key) && self.clear_at.len() >= REMEMBERED {
            self.make_room(now);
        }
        self.clear_at.insert(key, clear_at);
        Ok(())
    }

    fn give_back(&mut self, key: &K) {
        let interval = self.limits.interval;
        if let Some(clear_at) = self.clear_at.get_mut(key) {
            *clear_at = clear_at.plus_seconds(-interval);
        }
    }

    fn forget(&mut self, key: &K) {
        self.clear_at.remove(key);
    }

    /// Forgets those against whom nothing counts; if that is not enough, half of the others or more, those against
    /// whom the least counts.
    fn make_room(&mut self, now: Timestamp) {
        self.clear_at.retain(|_key, clear_at| *clear_at > now);
        if self.clear_at.len() < REMEMBERED {
            return;
        }
        let mut times: Vec<_> = self.clear_at.values().copied().collect();
        let middle = times.len() / 2;
        let (_earlier, &mut median, _later) = times.select_nth_unstable(middle);
        self.clear_at.retain(|_key, clear_at| *clear_at > median);
    }
}

/// An IPv6 customer has a network of 2⁶⁴ addresses, so that counts as one.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// As long for every address, and nobody's address lies in memory for it.
fn hashed(email: &Email) -> [u8; 32] {
    Sha256::digest(email.as_str()).into()
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    #[test]
    fn an_account_has_ten_at_once_and_then_one_each_half_minute() {
        let attempts = Attempts::new();
        let ana = Email::parse("ana@meridian.example").unwrap();
        let tomas = Email::parse("tomas@meridian.example").unwrap();
        for _ in 0..10 {
            attempts.count(Some(&ana), None, NOW).unwrap();
        }
        assert_eq!(attempts.count(Some(&ana), None, NOW), Err(30));
        assert_eq!(attempts.count(Some(&ana), None, NOW.plus_seconds(29)), Err(1));
        assert_eq!(
            attempts.count(Some(&ana), None, Timestamp::from_microseconds(NOW.microseconds() + 29_000_001)),
            Err(1)
        );
        assert_eq!(attempts.count(Some(&tomas), None, NOW), Ok(()), "somebody else is not hindered");
        assert_eq!(attempts.count(Some(&ana), None, NOW.plus_seconds(30)), Ok(()));
        assert_eq!(attempts.count(Some(&ana), None, NOW.plus_seconds(30)), Err(30));
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
            assert_eq!(attempts.count(Some(&ana), here, NOW), Err(6));
        }
        assert_eq!(
            attempts.count(Some(&ana), Some("203.0.113.8".parse().unwrap()), NOW),
            Ok(()),
            "nothing was counted against Ana"
        );
        attempts.succeeded(&ana, here);
        assert_eq!(attempts.count(Some(&ana), here, NOW), Ok(()), "a success is given back");
        assert_eq!(attempts.count(Some(&ana), here, NOW), Err(6));
    }

    #[test]
    fn addresses_that_one_customer_has_are_one() {
        let parse = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(network(parse("2001:db8:1:2:3:4:5:6")), network(parse("2001:db8:1:2::1")));
        assert_ne!(network(parse("2001:db8:1:2::1")), network(parse("2001:db8:1:3::1")));
        assert_eq!(network(parse("::ffff:203.0.113.7")), parse("203.0.113.7"));
    }

    #[test]
    fn remembers_no_more_than_it_may_and_forgets_the_worst_last() {
        let mut limiter = Limiter::new(BY_EMAIL);
        for _ in 0..10 {
            limiter.take(u32::MAX, NOW).unwrap();
        }
        for key in 0..u32::try_from(3 * REMEMBERED).unwrap() {
            limiter.take(key, NOW).unwrap();
            assert!(limiter.clear_at.len() <= REMEMBERED);
        }
        assert!(limiter.take(u32::MAX, NOW).is_err(), "still blocked");
        limiter.make_room(NOW.plus_seconds(86_400));
        assert!(limiter.clear_at.is_empty());
    }
}
