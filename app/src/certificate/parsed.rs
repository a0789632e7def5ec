//! A certificate that could be read, and what the rules ask about it.

use x509_parser::asn1_rs::Oid;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{BasicConstraints, ExtendedKeyUsage, GeneralName, KeyUsage, ParsedExtension};
use x509_parser::prelude::FromDer;

use super::characters::escaped;
use super::distinguished_name::{self as name, ComparableName};
use super::key::{PublicKey, Unusable};
use super::report::{Finding, Place};
use super::rules::Rule;
use super::signature::Outcome;
use crate::timestamp::Timestamp;

/// A certificate of the upload.
pub(super) struct Parsed<'a> {
    /// Where it stands; its number is set.
    pub(super) place: Place,
    /// As it came.
    pub(super) der: &'a [u8],
    /// As x509-parser read it.
    pub(super) x509: X509Certificate<'a>,
    subject: ComparableName,
    issuer: ComparableName,
    /// The public key.
    pub(super) public_key: Result<PublicKey, Unusable>,
    /// Its signature, checked with its own key, where it names itself as its issuer and no other certificate of the upload is it.
    pub(super) own_signature: Option<Outcome>,
    /// How findings call it: "The certificate", or "Certificate 2".
    pub(super) called: String,
}

impl<'a> Parsed<'a> {
    /// Reads the DER in a block.
    pub(super) fn read(der: &'a [u8], place: Place, findings: &mut Vec<Finding>) -> Option<Self> {
        let Ok((_, x509)) = X509Certificate::from_der(der) else {
            let number = place.certificate.unwrap_or(1);
            let message = format!("Certificate {number} is not a valid X.509 certificate.");
            findings.push(place.finds(Rule::CrtParse, message).hint("Export it again, or ask your issuer for it."));
            return None;
        };
        let public_key = PublicKey::read(x509.public_key().raw);
        Some(Self {
            place,
            der,
            subject: ComparableName::of(x509.subject()),
            issuer: ComparableName::of(x509.issuer()),
            x509,
            public_key,
            own_signature: None,
            called: "The certificate".to_owned(),
        })
    }

    /// What `rule` says about this certificate.
    pub(super) fn finds(&self, rule: Rule, message: impl Into<String>) -> Finding {
        self.place.finds(rule, message)
    }

    /// Its number in the upload, from 1.
    pub(super) fn number(&self) -> u32 {
        self.place.certificate.unwrap_or(1)
    }

    /// The subject as a person calls it.
    pub(super) fn shown(&self) -> String {
        name::shown(self.x509.subject())
    }

    /// Begin of the validity.
    pub(super) fn not_before(&self) -> Timestamp {
        Timestamp::from_seconds(self.x509.validity().not_before.timestamp())
    }

    /// End of the validity.
    pub(super) fn not_after(&self) -> Timestamp {
        Timestamp::from_seconds(self.x509.validity().not_after.timestamp())
    }

    /// The kind of its public key.
    pub(super) fn key_type(&self) -> String {
        self.public_key.as_ref().map_or_else(Unusable::name, PublicKey::name)
    }

    /// Whether subject and issuer are one name (RFC 5280 section 6.1).
    pub(super) fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }

    /// Whether it says that it is signed with its own key: nothing stands above it.
    pub(super) const fn is_self_signed(&self) -> bool {
        self.own_signature.is_some()
    }

    /// Whether `issuer` has the name of this certificate's issuer.
    pub(super) fn names_as_issuer(&self, issuer: &Parsed<'_>) -> bool {
        self.issuer == issuer.subject
    }

    /// Whether the key identifiers leave it open that `issuer` is the issuer (RFC 5280 sections 4.2.1.1 and 4.2.1.2).
    pub(super) fn may_be_signed_by(&self, issuer: &Parsed<'_>) -> bool {
        match (self.authority_key_identifier(), issuer.subject_key_identifier()) {
            (Some(wanted), Some(given)) => wanted == given,
            _ => true,
        }
    }

    fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.extensions().find_map(|extension| match extension {
            ParsedExtension::AuthorityKeyIdentifier(identifier) => identifier.key_identifier.as_ref().map(|key| key.0),
            _ => None,
        })
    }

    fn subject_key_identifier(&self) -> Option<&[u8]> {
        self.extensions().find_map(|extension| match extension {
            ParsedExtension::SubjectKeyIdentifier(identifier) => Some(identifier.0),
            _ => None,
        })
    }

    /// RFC 5280 section 4.2.1.9.
    pub(super) fn basic_constraints(&self) -> Option<&BasicConstraints> {
        self.extensions().find_map(|extension| match extension {
            ParsedExtension::BasicConstraints(constraints) => Some(constraints),
            _ => None,
        })
    }

    /// Whether its basic constraints say CA.
    pub(super) fn is_ca(&self) -> bool {
        self.basic_constraints().is_some_and(|constraints| constraints.ca)
    }

    /// RFC 5280 section 4.2.1.3.
    pub(super) fn key_usage(&self) -> Option<KeyUsage> {
        self.extensions().find_map(|extension| match extension {
            ParsedExtension::KeyUsage(usage) => Some(*usage),
            _ => None,
        })
    }

    /// RFC 5280 section 4.2.1.12.
    pub(super) fn extended_key_usage(&self) -> Option<&ExtendedKeyUsage<'a>> {
        self.extensions().find_map(|extension| match extension {
            ParsedExtension::ExtendedKeyUsage(usage) => Some(usage),
            _ => None,
        })
    }

    /// What it may be used for, in words.
    pub(super) fn usages(&self) -> Vec<String> {
        let Some(usage) = self.extended_key_usage() else {
            return Vec::new();
        };
        let known = [
            (usage.client_auth, "Client authentication"),
            (usage.server_auth, "Server authentication"),
            (usage.code_signing, "Code signing"),
            (usage.email_protection, "E-mail protection"),
            (usage.time_stamping, "Time stamping"),
            (usage.ocsp_signing, "OCSP signing"),
            (usage.any, "Any"),
        ];
        let known = known.into_iter().filter(|(given, _)| *given).map(|(_, words)| words.to_owned());
        known.chain(usage.other.iter().map(Oid::to_id_string)).collect()
    }

    /// Its subject alternative names (RFC 5280 section 4.2.1.6).
    pub(super) fn alternative_names(&self) -> impl Iterator<Item = &GeneralName<'a>> {
        self.extensions()
            .filter_map(|extension| match extension {
                ParsedExtension::SubjectAlternativeName(names) => Some(&names.general_names),
                _ => None,
            })
            .flatten()
    }

    /// Those that have a text: DNS names, e-mail and IP addresses, URIs. Unsafe characters are shown as numbers.
    pub(super) fn names(&self) -> Vec<String> {
        self.alternative_names()
            .filter_map(|name| match name {
                GeneralName::DNSName(text) | GeneralName::RFC822Name(text) | GeneralName::URI(text) => {
                    Some(escaped(text))
                }
                GeneralName::IPAddress(bytes) => address(bytes),
                _ => None,
            })
            .collect()
    }

    fn extensions(&self) -> impl Iterator<Item = &ParsedExtension<'a>> {
        self.x509.extensions().iter().map(x509_parser::extensions::X509Extension::parsed_extension)
    }
}

/// An IP address (RFC 5280 section 4.2.1.6): 4 or 16 octets.
pub(super) fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(bytes).to_string());
    }
    <[u8; 16]>::try_from(bytes).ok().map(|bytes| std::net::Ipv6Addr::from(bytes).to_string())
}
