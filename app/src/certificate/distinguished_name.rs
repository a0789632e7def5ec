//! Distinguished names: written for people, and compared.

use std::fmt::Write as _;

use x509_parser::asn1_rs::ToDer;
use x509_parser::x509::{AttributeTypeAndValue, RelativeDistinguishedName, X509Name};

use super::characters::{escaped, is_unsafe};

/// The name as RFC 4514 writes it and OpenSSL too, most specific part first: `CN=api.meridian.example, O=Meridian Retail, C=ES`.
///
/// Unsafe characters are escaped as their UTF-8 bytes (RFC 4514 section 2.4), what cannot be read is shown in hex.
pub(super) fn text(name: &X509Name<'_>) -> String {
    let parts = name.iter_rdn().map(|part| in_reverse(part.iter().map(attribute_text), "+"));
    in_reverse(parts, ", ")
}

/// The name with its attributes in a fixed order, `CN=Issuing CA,O=Meridian Retail,C=ES`, and all others behind them; attributes of one
/// kind stay in the certificate's order.
pub(super) fn in_fixed_order(name: &X509Name<'_>) -> String {
    // CN, OU, O, L, ST, C
    const ORDER: [&str; 6] = [COMMON_NAME, "2.5.4.11", "2.5.4.10", "2.5.4.7", "2.5.4.8", "2.5.4.6"];
    let place = |attribute: &&AttributeTypeAndValue<'_>| {
        let oid = attribute.attr_type().to_id_string();
        ORDER.iter().position(|known| *known == oid).unwrap_or(ORDER.len())
    };
    let mut attributes: Vec<_> = name.iter_attributes().collect();
    attributes.sort_by_key(place);
    attributes.into_iter().map(attribute_text).collect::<Vec<_>>().join(",")
}

fn in_reverse(parts: impl Iterator<Item = String>, separator: &str) -> String {
    let mut parts: Vec<String> = parts.collect();
    parts.reverse();
    parts.join(separator)
}

/// The most specific common name, unsafe characters shown as numbers.
pub(super) fn common_name(name: &X509Name<'_>) -> Option<String> {
    name.iter_attributes()
        .filter(|attribute| attribute.attr_type().to_id_string() == COMMON_NAME)
        .filter_map(value)
        .filter(|name| !name.trim().is_empty())
        .last()
        .map(|name| escaped(&name))
}

/// What a person calls it: the common name, else the whole name.
pub(super) fn shown(name: &X509Name<'_>) -> String {
    common_name(name).unwrap_or_else(|| text(name))
}

/// A name as it is compared: two are the same if they have equal attributes in the same order, texts equal but for case and blanks
/// (RFC 5280 section 7.1, without its tables for foreign scripts).
///
/// Made once for each name: an upload has hundreds of pairs to compare, and a name can have hundreds of attributes.
#[derive(PartialEq, Eq)]
pub(super) struct ComparableName(Vec<Vec<(Vec<u8>, Comparable)>>);

impl ComparableName {
    /// The name, brought into the form in which it is compared.
    pub(super) fn of(name: &X509Name<'_>) -> Self {
        let part = |part: &RelativeDistinguishedName<'_>| {
            let mut attributes: Vec<_> = part
                .iter()
                .map(|attribute| (attribute.attr_type().as_bytes().to_vec(), comparable(attribute)))
                .collect();
            attributes.sort();
            attributes
        };
        Self(name.iter_rdn().map(part).collect())
    }
}

/// Whether it has no attribute.
pub(super) fn is_empty(name: &X509Name<'_>) -> bool {
    name.iter_attributes().next().is_none()
}

/// Whether the text of an attribute cannot be read. One that is not meant to be text has none.
pub(super) fn is_malformed(name: &X509Name<'_>) -> bool {
    const BIT_STRING: u32 = 3;
    let is_no_text = |attribute: &AttributeTypeAndValue<'_>| {
        attribute.attr_type().to_id_string() == UNIQUE_IDENTIFIER && attribute.attr_value().tag().0 == BIT_STRING
    };
    name.iter_attributes().any(|attribute| value(attribute).is_none() && !is_no_text(attribute))
}

/// Whether an attribute has a character that a person cannot see.
pub(super) fn has_unsafe_characters(name: &X509Name<'_>) -> bool {
    name.iter_attributes().filter_map(value).any(|value| value.chars().any(is_unsafe))
}

/// The text of an attribute in any of the string types of X.520.
fn value(attribute: &AttributeTypeAndValue<'_>) -> Option<String> {
    let any = attribute.attr_value();
    let bytes = any.data;
    match any.tag().0 {
        // UTF8String, NumericString, PrintableString, IA5String, VisibleString
        12 | 18 | 19 | 22 | 26 => str::from_utf8(bytes).ok().map(str::to_owned),
        // TeletexString: in practice Latin-1
        20 => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
        // UniversalString
        28 => {
            let (characters, rest) = bytes.as_chunks::<4>();
            let text = characters.iter().map(|character| char::from_u32(u32::from_be_bytes(*character)));
            text.collect::<Option<String>>().filter(|_| rest.is_empty())
        }
        // BMPString
        30 => {
            let (units, rest) = bytes.as_chunks::<2>();
            let text = char::decode_utf16(units.iter().map(|unit| u16::from_be_bytes(*unit)));
            text.collect::<Result<String, _>>().ok().filter(|_| rest.is_empty())
        }
        _ => None,
    }
}

/// An attribute's value as it is compared.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Comparable {
    Text(String),
    Bytes(u32, Vec<u8>),
}

fn comparable(attribute: &AttributeTypeAndValue<'_>) -> Comparable {
    let any = attribute.attr_value();
    value(attribute).map_or_else(
        || Comparable::Bytes(any.tag().0, any.data.to_vec()),
        |text| Comparable::Text(text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()),
    )
}

fn attribute_text(attribute: &AttributeTypeAndValue<'_>) -> String {
    let oid = attribute.attr_type().to_id_string();
    let name = NAMES.iter().find(|(known, _)| *known == oid).map_or(oid.as_str(), |(_, name)| *name);
    let written = value(attribute).map_or_else(|| in_hex(attribute), |value| escape(&value));
    format!("{name}={written}")
}

/// The whole element, tag and length included (RFC 4514 section 2.4).
fn in_hex(attribute: &AttributeTypeAndValue<'_>) -> String {
    let element = attribute.attr_value().to_der_vec().unwrap_or_default();
    format!("#{}", super::key::hex(&element).to_uppercase())
}

/// RFC 4514 section 2.4.
fn escape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (position, character) in value.chars().enumerate() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => text.extend(['\\', character]),
            '#' if position == 0 => text.push_str("\\#"),
            ' ' if position == 0 || position == last => text.push_str("\\ "),
            _ if is_unsafe(character) => {
                for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                    // Writing to a String cannot fail.
                    let _ = write!(text, "\\{byte:02X}");
                }
            }
            _ => text.push(character),
        }
    }
    text
}

const COMMON_NAME: &str = "2.5.4.3";
/// x500UniqueIdentifier (X.520 section 6.2.7).
const UNIQUE_IDENTIFIER: &str = "2.5.4.45";

/// RFC 4514 section 3, and what OpenSSL prints besides.
const NAMES: &[(&str, &str)] = &[
    (COMMON_NAME, "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "title"),
    ("2.5.4.17", "postalCode"),
    ("2.5.4.42", "GN"),
    ("2.5.4.97", "organizationIdentifier"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_separates_is_escaped() {
        assert_eq!(escape("a, b"), "a\\, b");
        assert_eq!(escape(" #a "), "\\ #a\\ ");
        assert_eq!(escape("#"), "\\#");
        assert_eq!(escape("a\u{202E}b"), "a\\E2\\80\\AEb");
    }
}
