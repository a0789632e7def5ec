//! How often programs may call: by token, and by address for those who have none that is valid; in this process.

use std::net::IpAddr;
use std::sync::Mutex;

use app::timestamp::Timestamp;

use super::limiter::{Limiter, Limits, SECOND, locked, network};

/// How many seconds' worth of calls may come at once.
const BURST: i64 = 10;
/// Calls without a valid token at once from one address, and the time until there is another one: a program that was given the wrong token
/// is told so, one that guesses gets nowhere.
const STRANGERS: Limits = Limits { burst: 100, interval: SECOND };
/// The length of a token's id in bytes: 32 hex digits.
type TokenId = [u8; 32];

/// Counts calls.
pub(crate) struct Calls {
    by_token: Option<Mutex<Limiter<TokenId>>>,
    strangers: Mutex<Limiter<IpAddr>>,
}

impl Calls {
    /// Nothing counted yet; so many calls per second for each token, 0 for any number.
    pub(crate) fn new(per_second: u32) -> Self {
        let limits = (per_second > 0).then(|| Limits {
            burst: BURST.saturating_mul(i64::from(per_second)),
            // At least one microsecond: a million calls per second are no limit any more.
            interval: (SECOND / i64::from(per_second)).max(1),
        });
        Self {
            by_token: limits.map(|limits| Mutex::new(Limiter::new(limits))),
            strangers: Mutex::new(Limiter::new(STRANGERS)),
        }
    }

    /// Counts a call with this token.
    ///
    /// # Errors
    /// Seconds to wait.
    pub(crate) fn count(&self, token_id: &str, now: Timestamp) -> Result<(), u32> {
        let Some(by_token) = &self.by_token else { return Ok(()) };
        let mut key = TokenId::default();
        for (to, from) in key.iter_mut().zip(token_id.bytes()) {
            *to = from;
        }
        locked(by_token).take(key, now)
    }

    /// Counts a call without a valid token from this address.
    ///
    /// # Errors
    /// Seconds to wait.
    pub(crate) fn count_stranger(&self, address: IpAddr, now: Timestamp) -> Result<(), u32> {
        locked(&self.strangers).take(network(address), now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const TOKEN: &str = "0123456789abcdef0123456789abcdef";
    const OTHER: &str = "0123456789abcdef0123456789abcdee";

    #[test]
    fn each_token_has_its_rate_and_ten_seconds_at_once() {
        let calls = Calls::new(100);
        for _ in 0..1_000 {
            calls.count(TOKEN, NOW).unwrap();
        }
        assert_eq!(calls.count(TOKEN, NOW), Err(1));
        assert_eq!(calls.count(OTHER, NOW), Ok(()), "another token is not hindered");
        for _ in 0..100 {
            calls.count(TOKEN, NOW.plus_seconds(1)).unwrap();
        }
        assert_eq!(calls.count(TOKEN, NOW.plus_seconds(1)), Err(1));
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        let calls = Calls::new(0);
        for _ in 0..10_000 {
            calls.count(TOKEN, NOW).unwrap();
        }
    }

    #[test]
    fn strangers_are_slowed_down_by_address() {
        let calls = Calls::new(0);
        let [here, there] = ["203.0.113.7", "203.0.113.8"].map(|address| address.parse().unwrap());
        for _ in 0..100 {
            calls.count_stranger(here, NOW).unwrap();
        }
        assert_eq!(calls.count_stranger(here, NOW), Err(1));
        assert_eq!(calls.count_stranger(there, NOW), Ok(()));
    }
}
