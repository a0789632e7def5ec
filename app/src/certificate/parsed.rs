//! A certificate that could be read, and what the rules ask about it.

mod names;
mod unreadable;

use x509_parser::asn1_rs::Oid;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{BasicConstraints, ExtendedKeyUsage, KeyUsage, ParsedExtension, X509Extension};
use x509_parser::prelude::FromDer;

use super::der::tag;
use super::distinguished_name::{self as name, ComparableName};
use super::key::{PublicKey, Unusable};
use super::report::{Finding, Place};
use super::rules::Rule;
use super::signature::Outcome;
use crate::timestamp::Timestamp;

pub(super) use self::unreadable::Validity;

/// Identifiers of extensions (RFC 5280 section 4.2.1).
pub(super) mod extension {
    pub(in super::super) const KEY_USAGE: &str = "2.5.29.15";
    pub(in super::super) const ALTERNATIVE_NAME: &str = "2.5.29.17";
    pub(in super::super) const BASIC_CONSTRAINTS: &str = "2.5.29.19";
    pub(in super::super) const EXTENDED_KEY_USAGE: &str = "2.5.29.37";

    /// Whether it is a list without an entry.
    pub(in super::super) fn is_empty_sequence(extension: &super::X509Extension<'_>) -> bool {
        extension.value == [super::tag::SEQUENCE, 0]
    }
}

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
            findings.push(unreadable::finding(der, place));
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

    /// Whether its authority key identifier, if it has one, is its own subject key identifier.
    pub(super) fn names_own_key_as_issuer(&self) -> bool {
        self.authority_key_identifier().is_none_or(|wanted| self.subject_key_identifier() == Some(wanted))
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

    /// Whether it has this extension and nobody can read it. Rules about what it says then have nothing to say.
    pub(super) fn has_malformed(&self, identifier: &str) -> bool {
        self.malformed_extensions().any(|extension| extension.oid.to_id_string() == identifier)
    }

    /// The extensions of known kinds that cannot be read.
    pub(super) fn malformed_extensions(&self) -> impl Iterator<Item = &X509Extension<'a>> {
        let is_malformed =
            |extension: &&X509Extension<'_>| matches!(extension.parsed_extension(), ParsedExtension::ParseError { .. });
        self.x509.extensions().iter().filter(is_malformed)
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

    /// Whether it has one without a purpose in it; x509-parser calls that an error.
    pub(super) fn has_empty_extended_key_usage(&self) -> bool {
        let is_empty = |extension: &X509Extension<'_>| {
            extension.oid.to_id_string() == extension::EXTENDED_KEY_USAGE && extension::is_empty_sequence(extension)
        };
        self.x509.extensions().iter().any(is_empty)
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

    /// What its key may do, in words.
    pub(super) fn key_usages(&self) -> Vec<String> {
        let Some(usage) = self.key_usage() else {
            return Vec::new();
        };
        let known = [
            (usage.digital_signature(), "Digital signature"),
            (usage.non_repudiation(), "Non-repudiation"),
            (usage.key_encipherment(), "Key encipherment"),
            (usage.data_encipherment(), "Data encipherment"),
            (usage.key_agreement(), "Key agreement"),
            (usage.key_cert_sign(), "Certificate signing"),
            (usage.crl_sign(), "CRL signing"),
            (usage.encipher_only(), "Encipher only"),
            (usage.decipher_only(), "Decipher only"),
        ];
        known.into_iter().filter(|(given, _)| *given).map(|(_, words)| words.to_owned()).collect()
    }

    fn extensions(&self) -> impl Iterator<Item = &ParsedExtension<'a>> {
        self.x509.extensions().iter().map(x509_parser::extensions::X509Extension::parsed_extension)
    }
}
