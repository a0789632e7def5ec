//! What a TLS handshake says of certificates: names in DER, as a server lists the issuers that it accepts (RFC 8446 section 4.2.4).

use x509_parser::prelude::FromDer as _;
use x509_parser::x509::X509Name;

use super::distinguished_name;
use super::parsed::Parsed;
use super::report::{Place, Pointer};

/// Subject and issuer of a certificate, each as DER of a `Name` (RFC 5280 section 4.1.2.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawNames {
    /// Whom it is issued to.
    pub subject: Vec<u8>,
    /// Who has issued it.
    pub issuer: Vec<u8>,
}

impl RawNames {
    /// Reads them from the DER of a certificate; none if it is not one.
    pub fn read(der: &[u8]) -> Option<Self> {
        let certificate = Parsed::read(der, Place::input(Pointer::Certificates), &mut Vec::new())?;
        let (subject, issuer) = (certificate.x509.subject().as_raw(), certificate.x509.issuer().as_raw());
        Some(Self { subject: subject.to_vec(), issuer: issuer.to_vec() })
    }
}

/// DER of a `Name` in words, as people are shown one: its common name, else all of it; none if it is not one.
pub fn name_in_words(der: &[u8]) -> Option<String> {
    let (rest, name) = X509Name::from_der(der).ok()?;
    rest.is_empty().then(|| distinguished_name::shown(&name))
}
