//! How data goes from the server to the page: [postcard], which names no fields. Its reader takes a fraction of the room in the WASM file that
//! one of JSON takes. Browser and server have to be built from the same sources to understand each other;
//! [`Reader`](crate::server_fns::Reader) tells.
//!
//! [postcard]: https://postcard.jamesmunns.com

use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What was to be read is not what these sources write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not what these sources write")]
pub struct NotUnderstood;

/// Writes a value.
///
/// # Errors
/// For a type that says no length before a sequence, or refuses to be written.
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, NotUnderstood> {
    postcard::to_allocvec(value).map_err(|_| NotUnderstood)
}

/// Reads a value, which has to be all that there is.
///
/// # Errors
/// If there is less, more or something else.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, NotUnderstood> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        Ok(_) | Err(_) => Err(NotUnderstood),
    }
}

/// What a page is drawn from, in the page itself: a character for each byte. Text stays text, which is compressed together with the page that
/// shows the same; what a script would have to escape becomes a letter, also since Leptos escapes `<` as only JSON reads it.
#[derive(Clone, Copy, Debug)]
pub struct InPage;

/// The letter for the byte 0.
const LETTERS: u32 = 0x100;

impl<T: Serialize> Encoder<T> for InPage {
    type Error = NotUnderstood;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, NotUnderstood> {
        let stays = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'<' | b'\\');
        let letter = |byte: u8| char::from_u32(u32::from(byte) + if stays(byte) { 0 } else { LETTERS });
        to_bytes(value)?.into_iter().map(letter).collect::<Option<_>>().ok_or(NotUnderstood)
    }
}

impl<T: DeserializeOwned> Decoder<T> for InPage {
    type Error = NotUnderstood;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, NotUnderstood> {
        let byte = |letter: char| {
            let number = u32::from(letter);
            u8::try_from(number.checked_sub(LETTERS).unwrap_or(number)).ok()
        };
        let bytes: Option<Vec<u8>> = text.chars().map(byte).collect();
        from_bytes(&bytes.ok_or(NotUnderstood)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::Finding;
    use crate::service::{Answer, Error};

    type Value = (Vec<u8>, String, Option<i64>);

    fn value() -> Value {
        ((0..=255).collect(), "Zoë & <b>\"\\\u{0}\u{2028}🔐".to_owned(), Some(-1))
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(from_bytes::<Value>(&to_bytes(&value()).unwrap()).unwrap(), value());
        let text = InPage::encode(&value()).unwrap();
        assert_eq!(InPage::decode(&text).as_ref(), Ok(&value()));
    }

    #[test]
    fn text_stays_readable_in_a_page_and_nothing_ends_a_script() {
        let text = InPage::encode(&value()).unwrap();
        assert!(text.contains("Zo"), "{text}");
        assert_eq!(format!("{text:?}"), format!("\"{text}\""), "nothing needs to be escaped");
        assert!(!text.contains('<'), "{text}");
        assert!(
            text.chars().all(|letter| !letter.is_control() && (letter.is_ascii() || letter.is_alphabetic())),
            "{text}"
        );
    }

    #[test]
    fn a_finding_is_read_again_from_either_writing() {
        let place = crate::certificate::Pointer::PrivateKey;
        for rule in crate::certificate::Rule::ALL {
            let finding = Finding { line: Some(7), ..Finding::new(*rule, place, "é").hint("openssl …") };
            assert_eq!(from_bytes::<Finding>(&to_bytes(&finding).unwrap()).as_ref(), Ok(&finding));
            assert_eq!(serde_json::from_str::<Finding>(&serde_json::to_string(&finding).unwrap()).unwrap(), finding);
        }
    }

    #[test]
    fn the_browser_tests_know_how_errors_are_written() {
        let refused = Error::Refused { findings: Vec::new() };
        let internal = Error::Internal { reference: "0123abcd".to_owned() };
        assert_eq!(to_bytes(&Answer::<()>::Err(refused)).unwrap(), [1, 4, 0]);
        assert_eq!(to_bytes(&Answer::<()>::Err(internal)).unwrap(), b"\x01\x12\x080123abcd");
    }

    #[test]
    fn less_or_more_is_not_understood() {
        let bytes = to_bytes(&value()).unwrap();
        let more = [&bytes[..], &[0]].concat();
        for bytes in [&[], &bytes[..bytes.len() - 1], &more[..]] {
            assert_eq!(from_bytes::<Value>(bytes), Err(NotUnderstood));
        }
        for text in ["", "€", "\u{300}"] {
            let read: Result<Value, _> = InPage::decode(text);
            assert_eq!(read, Err(NotUnderstood), "{text}");
        }
    }
}
