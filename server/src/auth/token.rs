//! Session identifiers and one-time tokens.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::clock::{NoRandomness, Randomness};

const BYTES: usize = 32;

/// A session identifier or a one-time link's token: 256 unpredictable bits, written in base64url without padding (RFC 4648 section 5).
///
/// Whoever holds it is believed, so it is stored only as its hash, wiped from memory when dropped, and `Debug` is blank.
pub struct Token(Zeroizing<String>);

impl Token {
    /// A new one.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        let mut bytes = Zeroizing::new([0; BYTES]);
        randomness.fill(&mut *bytes)?;
        Ok(Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(*bytes))))
    }

    /// What somebody sent, if it can be a token at all.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; BYTES + 1]);
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut *bytes).ok()?;
        (length == BYTES).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The text, for the one who is to hold it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// SHA-256 of the text: what is stored. Without salt or stretching, since there is nothing to guess in 256 random bits.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandomness;

    #[test]
    fn are_43_characters_and_never_the_same() {
        let one = Token::random(&SystemRandomness).unwrap();
        let other = Token::random(&SystemRandomness).unwrap();
        assert_eq!(one.expose().len(), 43);
        assert_ne!(one.expose(), other.expose());
        assert_eq!(Token::parse(one.expose()).unwrap().hash(), one.hash());
    }

    #[test]
    fn nothing_else_is_a_token() {
        let token = Token::random(&SystemRandomness).unwrap();
        for text in [
            "",
            "x",
            &token.expose()[1..],
            &format!("{}A", token.expose()),
            &format!(" {}", token.expose()),
            &"=".repeat(43),
        ] {
            assert!(Token::parse(text).is_none(), "{text:?}");
        }
        // 43 digits hold 258 bits: the last two must be zero, so that a token is written in one way only.
        let zeros = "A".repeat(42);
        assert!(Token::parse(&format!("{zeros}A")).is_some());
        assert!(Token::parse(&format!("{zeros}B")).is_none());
    }

    #[test]
    fn debug_is_blank() {
        assert_eq!(format!("{:?}", Token::random(&SystemRandomness).unwrap()), "Token(…)");
    }
}
