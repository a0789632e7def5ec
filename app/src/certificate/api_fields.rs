//! Two fields of a certificate in the words of Cloudflare's v4 API, which other programs read.

use super::parsed::Parsed;
use super::report::{Facts, Place, Pointer};
use super::{distinguished_name, signature};

/// What is kept of a certificate for the REST API besides its [`Facts`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiFields {
    /// The issuer, `CN=Issuing CA,O=Meridian Retail,C=ES`: common name, organizational unit, organization, locality, state, country,
    /// then all other attributes as they come; no blanks, parts that it lacks are left out, RFC 4514 escaping.
    pub issuer: String,
    /// The signature algorithm, `ECDSAWithSHA384`; its identifier in dots if it has no name.
    pub signature: String,
}

impl ApiFields {
    /// Reads them from the DER of a certificate; none if it is not one.
    pub fn read(der: &[u8]) -> Option<Self> {
        let certificate = read(der)?;
        Some(Self {
            issuer: distinguished_name::in_fixed_order(certificate.x509.issuer()),
            signature: signature::api_name_of(&certificate),
        })
    }
}

impl Facts {
    /// The public facts of stored certificates, DER in handshake order; none if one of them cannot be read.
    pub fn read(chain: &[Vec<u8>]) -> Option<Self> {
        let certificates = chain.iter().map(|der| read(der)).collect::<Option<Vec<_>>>()?;
        Some(Self::of(certificates.first()?, &certificates.iter().collect::<Vec<_>>(), false))
    }
}

pub(super) fn read(der: &[u8]) -> Option<Parsed<'_>> {
    Parsed::read(der, Place::input(Pointer::Certificates), &mut Vec::new())
}
