//! API tokens: how their secrets are written, and how they are recognised.
//!
//! `sgn_`, then 43 characters of 0-9, A-Z and a-z that are chosen at random (43 · log₂ 62 = 256 bits), then six more that are the
//! CRC-32 of those 43, written in the same digits. So a secret scanner needs only `\bsgn_[0-9A-Za-z]{49}\b` and the checksum to be
//! sure without asking anybody, and a typing error is told from a token that is not known.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::clock::{NoRandomness, Randomness};

const PREFIX: &str = "sgn_";
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BODY: usize = 43;
const CHECKSUM: usize = 6;
/// How much of it people see in lists: the prefix and four characters, which leaves 232 bits unknown.
const BEGINNING: usize = 8;

/// An API token's secret.
///
/// Whoever holds it is believed, so it is stored only as its hash, wiped from memory when dropped, and `Debug` is blank.
pub struct ApiToken(Zeroizing<String>);

impl ApiToken {
    /// A new one.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn random(randomness: &dyn Randomness) -> Result<Self, NoRandomness> {
        let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + BODY + CHECKSUM));
        text.push_str(PREFIX);
        let mut bytes = Zeroizing::new([0; 64]);
        while text.len() < PREFIX.len() + BODY {
            randomness.fill(&mut *bytes)?;
            // Six bits of each byte; the two values that are no digit are thrown away, so that all digits are equally likely.
            let digits = bytes.iter().filter_map(|byte| DIGITS.get(usize::from(byte & 63)));
            for digit in digits.take(PREFIX.len() + BODY - text.len()) {
                text.push(char::from(*digit));
            }
        }
        let checksum = checksum(text.get(PREFIX.len()..).unwrap_or_default());
        text.push_str(&checksum);
        Ok(Self(text))
    }

    /// What somebody sent, if it can be a token at all: prefix, length, digits and checksum are right.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX)?;
        let (body, check) = rest.split_at_checked(BODY)?;
        (body.bytes().all(|byte| DIGITS.contains(&byte)) && check == checksum(body))
            .then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The text, for the one who is to hold it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// SHA-256 of the text: what is stored. Without salt or stretching, since there is nothing to guess in 256 random bits.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The first characters, by which people tell their tokens apart.
    pub fn beginning(&self) -> &str {
        self.0.get(..BEGINNING).unwrap_or_default()
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiToken(…)")
    }
}

/// The CRC-32 (ISO 3309, RFC 1952 section 8) of a text in six digits, the most significant first.
fn checksum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS.get((rest % 62) as usize).copied().unwrap_or(b'0');
        rest /= 62;
    }
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandomness;

    #[test]
    fn the_checksum_is_the_one_that_others_compute() {
        // The check value of CRC-32/ISO-HDLC, 0xCBF43926, in base 62.
        assert_eq!(checksum("123456789"), "3jZRME");
        assert_eq!(checksum(""), "000000");
    }

    #[test]
    fn are_53_characters_and_never_the_same() {
        let one = ApiToken::random(&SystemRandomness).unwrap();
        let other = ApiToken::random(&SystemRandomness).unwrap();
        assert_eq!(one.expose().len(), 53);
        assert!(one.expose().starts_with("sgn_"));
        assert_eq!(one.beginning(), &one.expose()[..8]);
        assert_ne!(one.expose(), other.expose());
        assert_ne!(one.hash(), other.hash());
        let parsed = ApiToken::parse(one.expose()).unwrap();
        assert_eq!((parsed.expose(), parsed.hash()), (one.expose(), one.hash()));
    }

    #[test]
    fn every_digit_comes_up_about_as_often() {
        let mut counts = [0_u32; 128];
        for _ in 0..1_000 {
            for byte in ApiToken::random(&SystemRandomness).unwrap().expose()[4..47].bytes() {
                counts[usize::from(byte)] += 1;
            }
        }
        // 43,000 characters: 694 of each, with a standard deviation of 26.
        assert!(DIGITS.iter().all(|digit| (500..900).contains(&counts[usize::from(*digit)])), "{counts:?}");
        assert_eq!(counts.iter().sum::<u32>(), 43_000);
    }

    #[test]
    fn a_typing_error_is_noticed() {
        let token = ApiToken::random(&SystemRandomness).unwrap();
        let text = token.expose();
        for place in 0..text.len() {
            let mut bytes = text.as_bytes().to_vec();
            bytes[place] = if bytes[place] == b'x' { b'y' } else { b'x' };
            assert!(ApiToken::parse(std::str::from_utf8(&bytes).unwrap()).is_none(), "place {place}");
            let mut bytes = text.as_bytes().to_vec();
            if place > 0 && bytes[place] != bytes[place - 1] {
                bytes.swap(place, place - 1);
                assert!(ApiToken::parse(std::str::from_utf8(&bytes).unwrap()).is_none(), "swapped at {place}");
            }
        }
        for other in
            [&text[..52], &text[4..], &format!("{text}0"), &format!(" {text}"), &text.to_uppercase(), "", "sgn_"]
        {
            assert!(ApiToken::parse(other).is_none(), "{other}");
        }
        let not_ascii = format!("sgn_{}é", "a".repeat(42));
        assert!(ApiToken::parse(&not_ascii).is_none());
    }

    #[test]
    fn debug_is_blank() {
        assert_eq!(format!("{:?}", ApiToken::random(&SystemRandomness).unwrap()), "ApiToken(…)");
    }
}
