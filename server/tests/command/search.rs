//! Looking for a private key, or any piece of it, in whatever was written or answered.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::material::Pair;

/// So many characters of a key in a row are a piece of it.
const PIECE: usize = 24;

/// The ways in which pieces of a secret could be written.
pub struct Needles {
    /// Texts of which any [`PIECE`] characters in a row are looked for.
    texts: Vec<Vec<u8>>,
    /// Bytes of which any so many in a row are looked for that they stand for as many characters.
    bytes: Vec<Vec<u8>>,
}

impl Needles {
    /// A private key, as Base64 in all three alignments, as hex, as bytes, and the secret number in it alone; its PEM text in the same
    /// ways.
    pub fn of_key(pair: &Pair) -> Self {
        let secret = &pair.key_der[pair.secret.clone()];
        let body: String = pair.key.lines().filter(|line| !line.starts_with("-----")).collect();
        // Those characters in which there is nothing but the secret: three bytes are four.
        let text = &body.as_bytes()[pair.secret.start.div_ceil(3) * 4..pair.secret.end / 3 * 4];
        let mut texts = vec![text.to_vec()];
        for shift in 0..3 {
            texts.push(STANDARD.encode(&secret[shift..]).into_bytes());
            texts.push(URL_SAFE.encode(&secret[shift..]).into_bytes());
        }
        texts.push(hex::encode(secret).into_bytes());
        texts.push(hex::encode_upper(secret).into_bytes());
        // As lists of numbers, in which bytes are printed by `Debug`.
        texts.push(format!("{secret:?}").into_bytes());
        // The same of the PEM text.
        texts.push(hex::encode(text).into_bytes());
        texts.push(hex::encode_upper(text).into_bytes());
        texts.push(format!("{text:?}").into_bytes());
        for shift in 0..3 {
            texts.push(STANDARD.encode(&text[shift..]).into_bytes());
            texts.push(URL_SAFE.encode(&text[shift..]).into_bytes());
        }
        Self { texts, bytes: vec![secret.to_vec()] }
    }

    /// Both.
    pub fn and(mut self, other: Self) -> Self {
        self.texts.extend(other.texts);
        self.bytes.extend(other.bytes);
        self
    }

    /// A text that is secret.
    pub fn of_text(text: &str) -> Self {
        Self { texts: vec![text.as_bytes().to_vec()], bytes: Vec::new() }
    }

    /// Fails if a piece is in there.
    pub fn assert_none_in(&self, what: &str, hay: &[u8]) {
        assert_eq!(self.find(hay), None, "a piece of the private key is in {what}");
    }

    /// Where the first piece is.
    pub fn find(&self, hay: &[u8]) -> Option<usize> {
        let texts = self.texts.iter().flat_map(|text| text.windows(PIECE));
        // 12 bytes are 16 characters of Base64 and 24 of hex.
        let bytes = self.bytes.iter().flat_map(|bytes| bytes.windows(PIECE / 2));
        let needles: std::collections::HashSet<&[u8]> = texts.chain(bytes).collect();
        let lengths = [PIECE, PIECE / 2];
        (0..hay.len()).find(|start| {
            lengths.iter().any(|length| hay.get(*start..start + length).is_some_and(|piece| needles.contains(piece)))
        })
    }
}

#[test]
fn a_piece_of_an_rsa_key_is_found() {
    let pair = Pair::rsa_client("canary");
    let needles = Needles::of_key(&Pair::client("other")).and(Needles::of_key(&pair));
    let body: String = pair.key.lines().filter(|line| !line.starts_with("-----")).collect();
    assert!(needles.find(&pair.key_der).is_some());
    // Each of the secret numbers by itself, and the last of them.
    for start in [310, 600, 740, 880, 1010, pair.key_der.len() - 20] {
        let piece = &pair.key_der[start..(start + 20).min(pair.key_der.len())];
        assert!(needles.find(piece).is_some(), "{start}");
        assert!(needles.find(hex::encode(piece).as_bytes()).is_some(), "{start}");
    }
    assert!(needles.find(&body.as_bytes()[1200..1224]).is_some());
    assert_eq!(needles.find(pair.certificate.as_bytes()), None, "the public half is no secret");
    assert_eq!(needles.find(&pair.certificate_der), None);
}

#[test]
fn a_piece_is_found_however_it_is_written() {
    let pair = Pair::client("canary");
    let needles = Needles::of_key(&pair);
    let body: String = pair.key.lines().filter(|line| !line.starts_with("-----")).collect();
    assert!(needles.find(body.as_bytes()).is_some());
    assert!(needles.find(&pair.key_der).is_some());
    assert!(needles.find(hex::encode(&pair.key_der).as_bytes()).is_some());
    assert!(needles.find(hex::encode_upper(&pair.key_der[30..60]).as_bytes()).is_some());
    assert!(needles.find(format!("{:?}", pair.key_der).as_bytes()).is_some());
    assert!(needles.find(hex::encode(&pair.key).as_bytes()).is_some());
    assert!(needles.find(format!("{:?}", pair.key.as_bytes()).as_bytes()).is_some());
    for shift in 0..3 {
        let shifted = [&b"xyz"[..shift], pair.key.as_bytes()].concat();
        assert!(needles.find(STANDARD.encode(&shifted).as_bytes()).is_some(), "{shift}");
        let shifted = [&b"xyz"[..shift], pair.key_der.as_slice()].concat();
        assert!(needles.find(STANDARD.encode(&shifted).as_bytes()).is_some(), "{shift}");
    }
    assert_eq!(
        needles.find(&[b"{\"key\":\"", &body.as_bytes()[60..84]].concat()),
        Some(8),
        "24 characters of the middle"
    );
    assert_eq!(needles.find(pair.certificate.as_bytes()), None, "the public half is no secret");
    assert_eq!(needles.find(&pair.certificate_der), None);
    assert_eq!(needles.find(Pair::client("canary").key.as_bytes()), None, "another key");
}
