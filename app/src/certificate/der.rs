//! A look at DER from outside: what kind of object is this?
//!
//! Enough of X.690 to tell objects apart and to see what a strict parser would only refuse. Reading for good is done by
//! x509-parser and the RustCrypto crates.

/// Tags that are asked for (X.690 section 8.1.2).
pub(super) mod tag {
    pub(in super::super) const INTEGER: u8 = 0x02;
    pub(in super::super) const BIT_STRING: u8 = 0x03;
    pub(in super::super) const OCTET_STRING: u8 = 0x04;
    pub(in super::super) const OBJECT_IDENTIFIER: u8 = 0x06;
    pub(in super::super) const UTF8_STRING: u8 = 0x0C;
    pub(in super::super) const UTC_TIME: u8 = 0x17;
    pub(in super::super) const GENERALIZED_TIME: u8 = 0x18;
    pub(in super::super) const SEQUENCE: u8 = 0x30;
    pub(in super::super) const CONTEXT_0: u8 = 0xA0;
    /// `[1] EXPLICIT`.
    pub(in super::super) const CONTEXT_1: u8 = 0xA1;
    /// `[1] IMPLICIT` of a type that is not constructed.
    pub(in super::super) const CONTEXT_1_PRIMITIVE: u8 = 0x81;
}

/// One element: tag, content, the two with the length between them, and what follows.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    pub(super) whole: &'a [u8],
    pub(super) rest: &'a [u8],
}

impl<'a> Element<'a> {
    /// The first element of `bytes`; `None` if they are cut off or not BER.
    ///
    /// An indefinite length (X.690 section 8.1.3.6), which PKCS#12 and PKCS#7 files of Windows have, counts as "all the rest".
    pub(super) fn first(bytes: &'a [u8]) -> Option<Self> {
        let (tag_and_length, content) = header(bytes)?;
        let (whole, rest) = bytes.split_at_checked(tag_and_length.checked_add(content)?)?;
        Some(Self { tag: *whole.first()?, content: whole.get(tag_and_length..)?, whole, rest })
    }

    /// How many bytes the first element of `bytes` should have, even if they are cut off.
    pub(super) fn promised_length(bytes: &[u8]) -> Option<usize> {
        let (tag_and_length, content) = header(bytes)?;
        content.checked_add(tag_and_length)
    }

    /// The elements of `bytes`, one after another, up to the first that cannot be read; never more than `most`.
    pub(super) fn all(bytes: &'a [u8], most: usize) -> Vec<Self> {
        let first = Self::first(bytes);
        std::iter::successors(first, |element| Self::first(element.rest)).take(most).collect()
    }

    /// The elements of `bytes`, never more than `most`; `None` if they are not all that is there.
    pub(super) fn exactly(bytes: &'a [u8], most: usize) -> Option<Vec<Self>> {
        let elements = Self::all(bytes, most);
        let rest = elements.last().map_or(bytes, |last| last.rest);
        rest.is_empty().then_some(elements)
    }

    /// The elements of the sequence that `bytes` are; `None` if it cannot be read or has more than `most`.
    pub(super) fn of_sequence(bytes: &'a [u8], most: usize) -> Option<Vec<Self>> {
        let sequence =
            Self::first(bytes).filter(|sequence| sequence.tag == tag::SEQUENCE && sequence.rest.is_empty())?;
        Self::exactly(sequence.content, most)
    }

    /// How many bytes of `bytes` are the first element.
    pub(super) fn length_of_first(bytes: &'a [u8]) -> Option<usize> {
        Self::first(bytes).map(|element| element.whole.len())
    }
}

/// How many bytes are the tag and length of the first element of `bytes`, and how many its content should be.
fn header(bytes: &[u8]) -> Option<(usize, usize)> {
    let &[_, length, ref behind @ ..] = bytes else {
        return None;
    };
    match length {
        0x00..=0x7F => Some((2, usize::from(length))),
        0x80 => Some((2, behind.len())),
        0x81..=0x84 => {
            let digits = behind.get(..usize::from(length & 0x7F))?;
            Some((2 + digits.len(), digits.iter().fold(0, |sum, digit| (sum << 8) | usize::from(*digit))))
        }
        _ => None,
    }
}

/// What a DER object looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `Certificate` (RFC 5280 section 4.1).
    Certificate,
    /// `CertificationRequest` (RFC 2986 section 4.2).
    CertificateRequest,
    /// `CertificateList` (RFC 5280 section 5.1).
    RevocationList,
    /// `OneAsymmetricKey`, version 1 or 2 (RFC 5958 section 2).
    Pkcs8,
    /// `EncryptedPrivateKeyInfo` (RFC 5958 section 3).
    EncryptedPkcs8,
    /// `RSAPrivateKey` (RFC 8017 appendix A.1.2).
    Pkcs1,
    /// `ECPrivateKey` (RFC 5915 section 3).
    Sec1,
    /// OpenSSL's own `DSAPrivateKey`.
    Dsa,
    /// `SubjectPublicKeyInfo` (RFC 5280 section 4.1) or `RSAPublicKey` (RFC 8017 appendix A.1.1).
    PublicKey,
    /// `PFX` (RFC 7292 section 4).
    Pkcs12,
    /// `ContentInfo` (RFC 5652 section 3).
    Pkcs7,
    /// Anything else.
    Unknown,
}

impl Shape {
    /// What the first element of `bytes` looks like.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let Some(outer) = Element::first(bytes).filter(|outer| outer.tag == tag::SEQUENCE) else {
            return Self::Unknown;
        };
        let parts = Element::all(outer.content, 16);
        let tags: Vec<u8> = parts.iter().map(|part| part.tag).collect();
        let first = parts.first().map_or(&[][..], |part| part.content);
        match (tags.as_slice(), first) {
            ([tag::INTEGER, tag::SEQUENCE, tag::OCTET_STRING, ..], _) => Self::Pkcs8,
            ([tag::INTEGER, tag::SEQUENCE, ..], [3]) => Self::Pkcs12,
            ([tag::INTEGER, tag::OCTET_STRING, ..], _) => Self::Sec1,
            ([tag::INTEGER, tag::INTEGER], _) => Self::PublicKey,
            (tags, _) if tags.starts_with(&[tag::INTEGER; 9]) => Self::Pkcs1,
            (tags, _) if tags == [tag::INTEGER; 6] => Self::Dsa,
            ([tag::SEQUENCE, tag::OCTET_STRING], _) => Self::EncryptedPkcs8,
            ([tag::SEQUENCE, tag::BIT_STRING], _) => Self::PublicKey,
            ([tag::SEQUENCE, tag::SEQUENCE, tag::BIT_STRING], signed) => Self::of_signed(signed),
            ([tag::OBJECT_IDENTIFIER, tag::CONTEXT_0, ..], oid) if is_content_type(oid) => Self::Pkcs7,
            _ => Self::Unknown,
        }
    }

    /// Tells apart what is signed, by what stands where a certificate has its serial number, issuer and validity.
    fn of_signed(content: &[u8]) -> Self {
        let tags: Vec<u8> = Element::all(content, 5).iter().map(|part| part.tag).collect();
        match tags.as_slice() {
            [tag::CONTEXT_0, ..] | [tag::INTEGER, tag::SEQUENCE, tag::SEQUENCE, tag::SEQUENCE, ..] => Self::Certificate,
            [tag::INTEGER, tag::SEQUENCE, tag::SEQUENCE]
            | [tag::INTEGER, tag::SEQUENCE, tag::SEQUENCE, tag::CONTEXT_0] => Self::CertificateRequest,
            [tag::INTEGER, tag::SEQUENCE, tag::SEQUENCE, ..] | [tag::SEQUENCE, tag::SEQUENCE, ..] => {
                Self::RevocationList
            }
            _ => Self::Unknown,
        }
    }
}

/// The arcs of the content types of PKCS#7 (RFC 5652 section 14), and of those that came later (RFC 3274 section 1.1, RFC 5083
/// section 2.1).
fn is_content_type(oid: &[u8]) -> bool {
    const PKCS7: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07];
    const LATER: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01];
    oid.starts_with(PKCS7) || oid.starts_with(LATER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_in_every_form() {
        assert_eq!(Element::first(&[4, 2, 7, 8, 9]).map(|e| (e.content, e.rest)), Some((&[7, 8][..], &[9][..])));
        assert_eq!(Element::first(&[4, 0x81, 1, 7]).map(|e| e.content), Some(&[7][..]));
        assert_eq!(Element::first(&[&[4, 0x82, 1, 2][..], &[7; 300]].concat()).map(|e| e.content.len()), Some(258));
        assert_eq!(Element::first(&[0x30, 0x80, 1, 2]).map(|e| e.content), Some(&[1, 2][..]));
        assert_eq!(Element::length_of_first(&[4, 1, 7, 9, 9]), Some(3));
    }

    #[test]
    fn what_is_cut_off_is_nothing() {
        for bytes in [&[][..], &[4], &[4, 1], &[4, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0], &[4, 0x85, 0, 0, 0, 0, 0]] {
            assert!(Element::first(bytes).is_none());
            assert_eq!(Shape::of(bytes), Shape::Unknown);
        }
    }
}
