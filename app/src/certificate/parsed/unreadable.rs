//! What is no certificate, and which of its dates are not written as they should be.

use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;

use crate::certificate::der::{Element, Shape, tag};
use crate::certificate::report::{Finding, Place};
use crate::certificate::rules::Rule;

/// Why something is no certificate, as far as one can tell.
pub(super) fn finding(der: &[u8], place: Place) -> Finding {
    let what = match Shape::of(der) {
        Shape::Certificate => Validity::of(der).and_then(|validity| {
            let date = validity.unreadable_date()?;
            Some(format!("the date of its {date} cannot be read"))
        }),
        Shape::Pkcs8 | Shape::EncryptedPkcs8 | Shape::Pkcs1 | Shape::Sec1 | Shape::Dsa => Some(holds("a private key")),
        Shape::PublicKey => Some(holds("a public key")),
        Shape::CertificateRequest => Some(holds("a signing request")),
        Shape::RevocationList => Some(holds("a revocation list")),
        Shape::Pkcs7 => Some(holds("a PKCS#7 bundle")),
        Shape::Pkcs12 => Some(holds("a PKCS#12 file")),
        Shape::Unknown => None,
    };
    let number = place.certificate.unwrap_or(1);
    let what = what.map(|what| format!(": {what}")).unwrap_or_default();
    let message = format!("Certificate {number} is not a valid X.509 certificate{what}.");
    place.finds(Rule::CrtParse, message).hint("Export it again, or ask your issuer for it.")
}

fn holds(what: &str) -> String {
    format!("its block holds {what}")
}

/// The two dates of a certificate as they are written (RFC 5280 section 4.1.2.5).
pub(in super::super) struct Validity<'a> {
    not_before: Element<'a>,
    not_after: Element<'a>,
}

impl<'a> Validity<'a> {
    /// Those of this certificate, even of one that x509-parser does not read.
    pub(in super::super) fn of(certificate: &'a [u8]) -> Option<Self> {
        let signed = Element::first(Element::first(certificate)?.content)?;
        let mut fields = Element::all(signed.content, 6).into_iter().filter(|field| field.tag != tag::CONTEXT_0);
        // Behind serial number, signature algorithm and issuer.
        let dates = Element::exactly(fields.nth(3)?.content, 2)?;
        match dates.as_slice() {
            [not_before, not_after] => Some(Self { not_before: *not_before, not_after: *not_after }),
            _ => None,
        }
    }

    /// Whether both are written as RFC 5280 asks: `UTCTime` through 2049, `GeneralizedTime` from 2050 on, seconds in both, no
    /// fractions of them, and `Z`.
    pub(in super::super) fn is_well_written(&self) -> bool {
        [self.not_before, self.not_after].into_iter().all(|date| {
            let Some((b'Z', digits)) = date.content.split_last() else {
                return false;
            };
            let (length, is_in_its_century) = match date.tag {
                tag::UTC_TIME => (12, true),
                tag::GENERALIZED_TIME => (14, digits.get(..4) >= Some(b"2050")),
                _ => return false,
            };
            digits.len() == length && is_in_its_century && digits.iter().all(u8::is_ascii_digit)
        })
    }

    /// `begin` or `end`, whichever is no date.
    fn unreadable_date(&self) -> Option<&'static str> {
        let is_date = |date: &Element<'_>| ASN1Time::from_der(date.whole).is_ok();
        [("begin", &self.not_before), ("end", &self.not_after)]
            .into_iter()
            .find_map(|(name, date)| (!is_date(date)).then_some(name))
    }
}
