//! How often something may be done: the generic cell rate algorithm, so one time is all that is remembered of each key.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use app::timestamp::Timestamp;

/// Microseconds.
pub(crate) const SECOND: i64 = 1_000_000;
/// Keys that one limiter remembers at most: half a megabyte.
const REMEMBERED: usize = 10_000;

/// How much may be done at once, and after how many microseconds one more.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) burst: i64,
    pub(crate) interval: i64,
}

/// For each key the time at which nothing will be counted against it any more.
pub(crate) struct Limiter<K> {
    limits: Limits,
    clear_at: HashMap<K, Timestamp>,
}

impl<K: Copy + Eq + Hash> Limiter<K> {
    /// Nothing counted yet.
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, clear_at: HashMap::new() }
    }

    /// Counts one.
    ///
    /// # Errors
    /// Seconds to wait, rounded up.
    pub(crate) fn take(&mut self, key: K, now: Timestamp) -> Result<(), u32> {
        let Limits { burst, interval } = self.limits;
        let clear_at = later(self.clear_at.get(&key).copied().unwrap_or(now).max(now), interval);
        let over = clear_at.microseconds() - later(now, burst.saturating_mul(interval)).microseconds();
        if over > 0 {
            let seconds = over.div_euclid(SECOND) + i64::from(over.rem_euclid(SECOND) > 0);
            return Err(u32::try_from(seconds).unwrap_or(u32::MAX));
        }
        if !self.clear_at.contains_key(&key) && self.clear_at.len() >= REMEMBERED {
            self.make_room(now);
        }
        self.clear_at.insert(key, clear_at);
        Ok(())
    }

    /// Counts one less.
    pub(super) fn give_back(&mut self, key: &K) {
        let interval = self.limits.interval;
        if let Some(clear_at) = self.clear_at.get_mut(key) {
            *clear_at = later(*clear_at, -interval);
        }
    }

    /// Counts nothing any more.
    pub(super) fn forget(&mut self, key: &K) {
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

fn later(time: Timestamp, microseconds: i64) -> Timestamp {
    Timestamp::from_microseconds(time.microseconds().saturating_add(microseconds))
}

/// What is behind a mutex; whoever held it and panicked has left nothing half done.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    #[test]
    fn addresses_that_one_customer_has_are_one() {
        let parse = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(network(parse("2001:db8:1:2:3:4:5:6")), network(parse("2001:db8:1:2::1")));
        assert_ne!(network(parse("2001:db8:1:2::1")), network(parse("2001:db8:1:3::1")));
        assert_eq!(network(parse("::ffff:203.0.113.7")), parse("203.0.113.7"));
    }

    #[test]
    fn remembers_no_more_than_it_may_and_forgets_the_worst_last() {
        let mut limiter = Limiter::new(Limits { burst: 10, interval: 30 * SECOND });
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
