//! Passwords: what is accepted, and how they are hashed (Argon2id, RFC 9106) without letting strangers use up the machine.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use app::service::{FieldProblem, Secret};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{CustomizedPasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::known_passwords::{Guessable, guessable};
use super::people::problem;
use crate::clock::{NoRandomness, Randomness};

/// Characters (Unicode scalar values) that a password has at least.
const SHORTEST: usize = 12;
/// Bytes that a password has at most.
const LONGEST: usize = 1024;

/// What a hash costs: 19 MiB and two passes, the least that OWASP's password storage cheat sheet takes for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT: usize = 16;

/// Hashes that are computed at the same time: 38 MiB in all.
const AT_ONCE: usize = 2;
/// Hashes that are computed or wait for their turn; one more is turned away.
const ADMITTED: usize = 64;

/// Checked against when there is no such user, so that the answer takes as long: same cost, and nobody knows a password for it.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c2lnbmV0LCBub2JvZHkhIQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password that is good enough to be set. Wiped from memory when dropped; `Debug` is blank.
pub struct Password(Secret);

impl Password {
    /// The password, if it has 12 characters or more and 1024 bytes or fewer, and is none of those that are guessed first. `own` are
    /// the name, the e-mail address and the company of whoever chooses it: those are guessed too.
    pub fn parse(password: Secret, own: &[&str]) -> Result<Self, FieldProblem> {
        let text = password.expose();
        if text.is_empty() {
            return Err(problem("password", "Choose a password."));
        }
        if text.chars().count() < SHORTEST {
            return Err(problem("password", "Use at least 12 characters."));
        }
        if text.len() > LONGEST {
            return Err(problem("password", "Use at most 1024 bytes; that is 1024 letters without accents."));
        }
        match guessable(&normalised(text), own) {
            None => Ok(Self(password)),
            Some(Guessable::Common) => Err(problem(
                "password",
                "This password is one of the first that are guessed. Choose another one: a few unrelated words make a good one.",
            )),
            Some(Guessable::Personal) => Err(problem(
                "password",
                "Name, email address and company are guessed first. Choose a password without them.",
            )),
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password(…)")
    }
}

/// Hashes and checks passwords on threads that may block, a few at a time.
#[derive(Clone)]
pub struct Passwords {
    working: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
    hashed: Arc<AtomicU64>,
}

impl Passwords {
    /// One for the whole server, since its bounds are the server's.
    pub fn new() -> Self {
        Self {
            working: Arc::new(Semaphore::new(AT_ONCE)),
            admitted: Arc::new(Semaphore::new(ADMITTED)),
            hashed: Arc::default(),
        }
    }

    /// The PHC string to store for a password.
    pub async fn hash(&self, password: Password, randomness: &dyn Randomness) -> Result<String, Busy> {
        let mut salt = [0; SALT];
        randomness.fill(&mut salt)?;
        self.work(move || {
            argon2()?
                .hash_password_customized(normalised(password.0.expose()).as_bytes(), &salt, None, None, params()?)
                .map(|hash: PasswordHash| hash.to_string())
                .map_err(|_unable| Busy::Hashing)
        })
        .await?
    }

    /// Whether a password is the one of this PHC string. `None` stands for a user that does not exist: the same work, and the
    /// answer is no.
    pub async fn verify(&self, password: Secret, stored: Option<String>) -> Result<bool, Busy> {
        self.work(move || {
            let known = stored.is_some();
            let hash = PasswordHash::new(stored.as_deref().unwrap_or(NOBODY)).map_err(|_unreadable| Busy::Hashing)?;
            // One that is longer than any that could be set is not hashed as it is, so that the work stays the same.
            let text = password.expose();
            let possible = text.len() <= LONGEST;
            let text = normalised(if possible { text } else { "" });
            let same = argon2()?.verify_password(text.as_bytes(), &hash).is_ok();
            Ok(same && known && possible)
        })
        .await?
    }

    /// How many passwords were hashed since the start, whether to set or to check one.
    pub fn hashed(&self) -> u64 {
        self.hashed.load(Ordering::Relaxed)
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_full| Busy::Full)?;
        let working = Arc::clone(&self.working).acquire_owned().await.map_err(|_closed| Busy::Full)?;
        self.hashed.fetch_add(1, Ordering::Relaxed);
        // The thread holds the permits: whoever stops waiting for it does not make room while it still works.
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop((working, admitted));
            result
        })
        .await
        .map_err(|_its_message| Busy::Thread)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// Why no password was hashed.
#[derive(Debug, thiserror::Error)]
pub enum Busy {
    /// Too many are waiting already: try again in a few seconds.
    #[error("too many passwords are being checked")]
    Full,
    /// The operating system gave no random bytes for the salt.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// Not enough memory, or the stored hash is not one.
    #[error("a password could not be hashed")]
    Hashing,
    /// The thread that hashed it failed.
    #[error("the thread that hashed a password panicked or was stopped")]
    Thread,
}

fn argon2() -> Result<Argon2<'static>, Busy> {
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params()?))
}

fn params() -> Result<Params, Busy> {
    Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_impossible| Busy::Hashing)
}

/// NFC, so that the same letters typed on another machine are the same password (RFC 8265 section 4.2.2).
fn normalised(password: &str) -> Zeroizing<String> {
    // NFC makes no text more than three times as long (UAX #15): with that room nothing is moved and left behind.
    let mut text = Zeroizing::new(String::with_capacity(3 * password.len()));
    text.extend(password.nfc());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandomness;

    #[test]
    fn short_and_endless_ones_are_refused() {
        let refused = |text: &str| Password::parse(Secret::from(text.to_owned()), &[]).unwrap_err().message;
        assert_eq!(refused(""), "Choose a password.");
        assert_eq!(refused("elevenchars"), "Use at least 12 characters.");
        assert_eq!(refused("ñññññññññññ"), "Use at least 12 characters.", "characters, not bytes");
        assert_eq!(refused(&"x".repeat(1025)), "Use at most 1024 bytes; that is 1024 letters without accents.");
        for text in ["twelve chars", &"long ago, ".repeat(103)[..1024]] {
            assert!(Password::parse(Secret::from(text.to_owned()), &[]).is_ok());
        }
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        let refused = |text: &str| {
            Password::parse(Secret::from(text.to_owned()), &["Ana Ruiz", "ana@meridian.example"]).unwrap_err().message
        };
        assert!(refused("Passw0rd2026!").starts_with("This password is one of the first that are guessed."));
        assert!(refused("ana@meridian.example").starts_with("Name, email address and company are guessed first."));
    }

    #[tokio::test]
    async fn only_the_same_password_is_the_same() {
        let passwords = Passwords::new();
        let hash = passwords.hash(password("correct horse bättery"), &SystemRandomness).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let verify = |text: &str| passwords.verify(Secret::from(text.to_owned()), Some(hash.clone()));
        assert!(verify("correct horse bättery").await.unwrap());
        assert!(verify("correct horse ba\u{308}ttery").await.unwrap(), "the same letters in another encoding");
        assert!(!verify("correct horse battery").await.unwrap());
        assert!(!verify("").await.unwrap());
        assert!(!verify(&"x".repeat(1025)).await.unwrap());
        assert_ne!(hash, passwords.hash(password("correct horse bättery"), &SystemRandomness).await.unwrap(), "salted");
    }

    #[tokio::test]
    async fn nobody_costs_as_much_as_somebody_and_has_no_password() {
        let somebody = Passwords::new().hash(password("a long password"), &SystemRandomness).await.unwrap();
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let somebody = PasswordHash::new(&somebody).unwrap();
        assert_eq!(nobody.algorithm, somebody.algorithm);
        assert_eq!(nobody.version, somebody.version);
        assert_eq!(nobody.params, somebody.params);
        assert_eq!(nobody.salt.unwrap().len(), somebody.salt.unwrap().len());
        assert_eq!(nobody.hash.unwrap().len(), somebody.hash.unwrap().len());
        assert!(!Passwords::new().verify(Secret::from("anything".to_owned()), None).await.unwrap());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn too_many_at_once_are_turned_away() {
        let passwords = Passwords::new();
        let held: Vec<_> =
            (0..ADMITTED).map(|_| Arc::clone(&passwords.admitted).try_acquire_owned().unwrap()).collect();
        let refused = passwords.verify(Secret::default(), None).await;
        assert!(matches!(refused, Err(Busy::Full)), "{refused:?}");
        drop(held);
        assert!(passwords.verify(Secret::default(), None).await.is_ok());
    }

    #[test]
    fn debug_is_blank() {
        assert_eq!(format!("{:?}", password("correct horse battery")), "Password(…)");
    }

    fn password(text: &str) -> Password {
        Password::parse(Secret::from(text.to_owned()), &[]).unwrap()
    }
}
