//! How often somebody may try to sign in: by account and by address, in this process.
//!
//! Each of the two has a number of attempts that it may make at once, and gets one back after a while. An attempt that succeeds is
//! given back.

use std::net::IpAddr;
use std::sync::Mutex;

use app::timestamp::Timestamp;
use sha2::{Digest, Sha256};

use super::limiter::{Limiter, Limits, SECOND, locked, network};
use super::people::Email;

/// Attempts at once with one e-mail address, and the seconds until there is another one.
const BY_EMAIL: Limits = Limits { burst: 10, interval: 30 * SECOND };
/// Attempts at once from one address, and the seconds until there is another one. More, since a whole office may share it.
const BY_ADDRESS: Limits = Limits { burst: 50, interval: 6 * SECOND };

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

/// As long for every address, and nobody's address lies in memory for it.
fn hashed(email: &Email) -> [u8; 32] {
    Sha256::digest(email.as_str()).into()
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
}
