//! How bytes are sealed: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), bound to where they belong.
//!
//! Sealed bytes are a random nonce of 24 bytes, the ciphertext and the tag of 16 bytes.

use std::fmt;

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::Seat;
use crate::clock::{NoRandomness, Randomness};

/// Bytes of a key.
pub(super) const KEY: usize = 32;
const NONCE: usize = 24;
const TAG: usize = 16;

/// Stands in everything that is authenticated; another way of sealing gets another number.
const FORMAT: u8 = 1;

/// A key that seals: a version of the master key, or a data key. It stays in one place in memory and is wiped when dropped.
pub(super) struct SealingKey(Box<Zeroizing<[u8; KEY]>>);

impl SealingKey {
    /// A new random one.
    pub(super) fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        let mut key = Self::zero();
        randomness.fill(key.bytes_mut())?;
        Ok(key)
    }

    /// The key with these bytes; `None` if they are not as many as a key has.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut key = Self::zero();
        if bytes.len() != KEY {
            return None;
        }
        key.bytes_mut().copy_from_slice(bytes);
        Some(key)
    }

    /// The bytes, for whoever stores or wraps the key.
    pub(super) fn expose(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Seals `plain`, so that it opens only with the same `bound`.
    pub(super) fn seal(
        &self,
        plain: &[u8],
        bound: &Bound,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, SealingError> {
        let mut nonce = XNonce::default();
        randomness.fill(&mut nonce)?;
        // With room for the tag, so that the plain bytes are never moved and left behind.
        let mut text = Zeroizing::new(Vec::with_capacity(plain.len() + TAG));
        text.extend_from_slice(plain);
        self.cipher().encrypt_in_place(&nonce, &bound.0, &mut *text).map_err(|_too_long| SealingError::TooLong)?;
        Ok([nonce.as_slice(), text.as_slice()].concat())
    }

    /// Opens what was sealed with the same `bound`; `None` if it was not, or was changed.
    pub(super) fn open(&self, sealed: &[u8], bound: &Bound) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, text) = sealed.split_at_checked(NONCE)?;
        let mut plain = Zeroizing::new(text.to_vec());
        self.cipher().decrypt_in_place(&XNonce::try_from(nonce).ok()?, &bound.0, &mut *plain).ok()?;
        Some(plain)
    }

    fn zero() -> Self {
        Self(Box::new(Zeroizing::new([0; KEY])))
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        self.0.as_mut_slice()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        let key: &[u8; KEY] = &self.0;
        XChaCha20Poly1305::new(key.into())
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SealingKey(…)")
    }
}

/// What sealed bytes are bound to (associated data): what they are and where they belong, each part with its length in front, so
/// that two different lists of parts are never the same bytes.
pub(super) struct Bound(Vec<u8>);

impl Bound {
    /// What is sealed, in its place.
    pub(super) fn contents<S: Seat>(place: &S) -> Self {
        place.bind(Self::new(S::CONTENTS))
    }

    /// The data key of what is sealed, wrapped by one version of the master key.
    pub(super) fn data_key<S: Seat>(place: &S, master_key_version: i64) -> Self {
        place.bind(Self::new(S::DATA_KEY).and(&master_key_version.to_be_bytes()))
    }

    /// The check value of one version of the master key.
    pub(super) fn check_value(master_key_version: i64) -> Self {
        Self::new("signet master key check").and(&master_key_version.to_be_bytes())
    }

    fn new(what: &str) -> Self {
        Self(vec![FORMAT]).and(what.as_bytes())
    }

    /// With another part.
    pub(super) fn and(mut self, part: &[u8]) -> Self {
        self.0.extend_from_slice(&(part.len() as u64).to_be_bytes());
        self.0.extend_from_slice(part);
        self
    }
}

/// Why nothing was sealed.
#[derive(Debug, thiserror::Error)]
pub(super) enum SealingError {
    /// There is no randomness.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// More than the cipher can take (256 GiB): a mistake in Signet.
    #[error("too long to be sealed")]
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandomness;
    use crate::vault::{HeaderPlace, Place};

    const PLACE: Place<'_> = Place {
        account_id: "account",
        certificate_id: "certificate",
        fingerprint_sha256: "fingerprint",
        content_version: 3,
    };

    #[test]
    fn opens_what_it_sealed() {
        let key = SealingKey::random(&SystemRandomness).unwrap();
        for plain in [&b""[..], b"x", &[7; 5000]] {
            let sealed = key.seal(plain, &Bound::contents(&PLACE), &SystemRandomness).unwrap();
            assert_eq!(sealed.len(), NONCE + plain.len() + TAG);
            assert_eq!(key.open(&sealed, &Bound::contents(&PLACE)).unwrap().as_slice(), plain);
        }
    }

    #[test]
    fn never_seals_the_same_bytes_twice_alike() {
        let key = SealingKey::random(&SystemRandomness).unwrap();
        let seal = || key.seal(b"the same", &Bound::contents(&PLACE), &SystemRandomness).unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn a_flipped_bit_anywhere_does_not_open() {
        let key = SealingKey::random(&SystemRandomness).unwrap();
        let sealed = key.seal(b"something secret", &Bound::contents(&PLACE), &SystemRandomness).unwrap();
        for byte in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[byte] ^= 1 << bit;
                assert!(key.open(&changed, &Bound::contents(&PLACE)).is_none(), "byte {byte}, bit {bit}");
            }
        }
        for length in 0..sealed.len() {
            assert!(key.open(&sealed[..length], &Bound::contents(&PLACE)).is_none(), "cut to {length} bytes");
        }
    }

    #[test]
    fn another_key_does_not_open() {
        let sealed = SealingKey::random(&SystemRandomness)
            .unwrap()
            .seal(b"something secret", &Bound::contents(&PLACE), &SystemRandomness)
            .unwrap();
        assert!(SealingKey::random(&SystemRandomness).unwrap().open(&sealed, &Bound::contents(&PLACE)).is_none());
    }

    #[test]
    fn opens_only_in_its_place_and_as_what_it_is() {
        let key = SealingKey::random(&SystemRandomness).unwrap();
        let sealed = key.seal(b"something secret", &Bound::contents(&PLACE), &SystemRandomness).unwrap();
        let elsewhere = [
            Bound::contents(&Place { account_id: "other", ..PLACE }),
            Bound::contents(&Place { certificate_id: "other", ..PLACE }),
            Bound::contents(&Place { fingerprint_sha256: "other", ..PLACE }),
            Bound::contents(&Place { content_version: 4, ..PLACE }),
            // The same letters, divided in another way.
            Bound::contents(&Place { account_id: "accountc", certificate_id: "ertificate", ..PLACE }),
            Bound::data_key(&PLACE, 1),
            Bound::check_value(1),
            Bound::contents(&HeaderPlace { account_id: "account", node_id: "certificate", header: "fingerprint" }),
        ];
        for bound in elsewhere {
            assert!(key.open(&sealed, &bound).is_none());
        }
        let wrapped = key.seal(b"a data key", &Bound::data_key(&PLACE, 1), &SystemRandomness).unwrap();
        assert!(key.open(&wrapped, &Bound::data_key(&PLACE, 1)).is_some());
        assert!(key.open(&wrapped, &Bound::data_key(&PLACE, 2)).is_none());
    }

    #[test]
    fn debug_is_blank() {
        assert_eq!(format!("{:?}", SealingKey::from_bytes(&[0x41; KEY]).unwrap()), "SealingKey(…)");
    }
}
