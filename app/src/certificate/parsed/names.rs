//! Subject alternative names (RFC 5280 section 4.2.1.6): for people, and what is wrong with them.

use x509_parser::asn1_rs::Oid;
use x509_parser::extensions::{GeneralName, ParsedExtension, X509Extension};

use super::{Parsed, extension};
use crate::certificate::characters::{escaped, is_unsafe};
use crate::certificate::der::{Element, tag};
use crate::certificate::distinguished_name as name;
use crate::certificate::key::hex;

impl<'a> Parsed<'a> {
    /// Its subject alternative names (RFC 5280 section 4.2.1.6).
    pub(in super::super) fn alternative_names(&self) -> impl Iterator<Item = &GeneralName<'a>> {
        self.extensions()
            .filter_map(|extension| match extension {
                ParsedExtension::SubjectAlternativeName(names) => Some(&names.general_names),
                _ => None,
            })
            .flatten()
    }

    /// The same for people. Unsafe characters are shown as numbers, what cannot be read in hex.
    pub(in super::super) fn names(&self) -> Vec<String> {
        let readable = self.alternative_names().map(|name| match name {
            GeneralName::DNSName(text) | GeneralName::RFC822Name(text) | GeneralName::URI(text) => escaped(text),
            GeneralName::IPAddress(bytes) => address(bytes).unwrap_or_else(|| in_hex(bytes)),
            GeneralName::DirectoryName(name) => format!("Directory name: {}", name::text(name)),
            GeneralName::RegisteredID(identifier) => format!("Registered ID: {identifier}"),
            GeneralName::OtherName(kind, value) => match user_principal_name(kind, value) {
                Some(Ok(name)) => format!("UPN: {}", escaped(name)),
                _ => format!("Other name {kind}: {}", in_hex(value)),
            },
            GeneralName::X400Address(any) | GeneralName::EDIPartyName(any) => in_hex(any.data),
            GeneralName::Invalid(_, bytes) => in_hex(bytes),
        });
        let is_for_names = |extension: &&X509Extension<'_>| extension.oid.to_id_string() == extension::ALTERNATIVE_NAME;
        let unreadable = self.malformed_extensions().filter(is_for_names).map(|extension| in_hex(extension.value));
        readable.chain(unreadable).collect()
    }

    /// Whether a subject alternative name cannot be read, or there is none in their extension (RFC 5280 section 4.2.1.6).
    pub(in super::super) fn has_malformed_alternative_names(&self) -> bool {
        let is_empty = |extension: &ParsedExtension<'_>| match extension {
            ParsedExtension::SubjectAlternativeName(names) => names.general_names.is_empty(),
            _ => false,
        };
        self.has_malformed(extension::ALTERNATIVE_NAME)
            || self.extensions().any(is_empty)
            || self.alternative_names().any(|name| match name {
                GeneralName::Invalid(..) => true,
                GeneralName::DNSName(text) | GeneralName::RFC822Name(text) => !text.is_ascii() || text.is_empty(),
                GeneralName::IPAddress(bytes) => address(bytes).is_none(),
                GeneralName::OtherName(kind, value) => matches!(user_principal_name(kind, value), Some(Err(_))),
                _ => false,
            })
    }

    /// Whether a subject alternative name has a character that a person cannot see.
    pub(in super::super) fn has_unsafe_alternative_names(&self) -> bool {
        self.alternative_names().any(|name| match name {
            GeneralName::DNSName(text) | GeneralName::RFC822Name(text) | GeneralName::URI(text) => {
                text.chars().any(is_unsafe)
            }
            GeneralName::DirectoryName(name) => name::has_unsafe_characters(name),
            GeneralName::OtherName(kind, value) => {
                user_principal_name(kind, value).is_some_and(|name| name.is_ok_and(|name| name.chars().any(is_unsafe)))
            }
            _ => false,
        })
    }
}

/// The name of a user of Active Directory, a `[0] EXPLICIT UTF8String` ([MS-WCCE] section 2.2.2.7.7.4); nothing if it is some other name.
fn user_principal_name<'a>(kind: &Oid<'_>, value: &'a [u8]) -> Option<Result<&'a str, Malformed>> {
    const USER_PRINCIPAL_NAME: &str = "1.3.6.1.4.1.311.20.2.3";
    let text = || {
        let value = Element::first(value).filter(|value| value.tag == tag::CONTEXT_0)?;
        let text = Element::first(value.content).filter(|text| text.tag == tag::UTF8_STRING)?;
        str::from_utf8(text.content).ok()
    };
    (kind.to_id_string() == USER_PRINCIPAL_NAME).then(|| text().ok_or(Malformed))
}

/// It is not what it should be.
struct Malformed;

fn in_hex(bytes: &[u8]) -> String {
    format!("#{}", hex(bytes))
}

/// An IP address (RFC 5280 section 4.2.1.6): 4 or 16 octets.
fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(bytes).to_string());
    }
    <[u8; 16]>::try_from(bytes).ok().map(|bytes| std::net::Ipv6Addr::from(bytes).to_string())
}
