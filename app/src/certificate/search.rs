//! What a stored certificate is found by.

use unicode_normalization::UnicodeNormalization as _;

use super::api_fields::read;
use super::key::hex;
use super::report::Facts;

/// Text in the form in which texts are compared: equal but for case.
pub fn folded(text: &str) -> String {
    // Through upper case and back: that makes one of "ß" and "SS", "ſ" and "s".
    text.to_uppercase().to_lowercase().nfc().collect()
}

/// Everything of a stored certificate that people search for, besides its name: subject, subject alternative names, issuer, serial number
/// (decimal, and in hex digits), fingerprint; each in a line, folded. DER in handshake order; `None` if the leaf cannot be read.
pub fn searchable(chain: &[Vec<u8>]) -> Option<String> {
    let facts = Facts::read(chain)?;
    let leaf = read(chain.first()?)?;
    let mut lines = vec![facts.subject];
    lines.extend(facts.names);
    lines.extend([facts.issuer, facts.serial_number, hex(leaf.x509.raw_serial()), facts.fingerprint_sha256]);
    Some(folded(&lines.join("\n")))
}

/// The most characters that are searched for.
const MAX_TERM: usize = 200;

/// What somebody typed into a search: folded, without blanks around it, one between words; control characters are blanks.
pub fn searched(typed: &str) -> String {
    let is_blank = |character: char| character.is_whitespace() || character.is_control();
    let words: Vec<&str> = typed.split(is_blank).filter(|word| !word.is_empty()).collect();
    folded(&words.join(" "))
}

/// What somebody typed into the search for certificates, in the form of [`searchable`]: as [`searched`], the first 200 characters of it; hex
/// digits without colons between them. Empty if nothing is searched for.
pub fn search_term(typed: &str) -> String {
    let term: String = searched(typed).chars().take(MAX_TERM).collect();
    let octets: Vec<&str> = term.split([':', ' ']).collect();
    let are_octets = octets.len() > 1
        && octets.iter().all(|octet| octet.len() == 2 && octet.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if are_octets { octets.concat() } else { term }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_folded_and_octets_joined() {
        for (typed, term) in [
            ("  Bank   PROD ", "bank prod"),
            ("Straße", "strasse"),
            ("AB:cd:01", "abcd01"),
            ("ab cd", "abcd"),
            ("ab:", "ab:"),
            ("ab", "ab"),
            ("be:ef:bank", "be:ef:bank"),
            ("", ""),
            (" ", ""),
            (&"x".repeat(201), &"x".repeat(200)),
            ("bank\0\u{1b}prod\0", "bank prod"),
        ] {
            assert_eq!(search_term(typed), term, "{typed}");
        }
    }

    #[test]
    fn what_is_no_certificate_has_nothing_to_search() {
        assert_eq!(searchable(&[]), None);
        assert_eq!(searchable(&[vec![0x30, 0]]), None);
    }
}
