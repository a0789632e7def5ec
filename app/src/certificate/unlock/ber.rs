//! Reading BER: what Firefox, Windows and old versions of Java write need not be DER.

use zeroize::Zeroizing;

use super::fault::Fault;
use crate::certificate::der::{Element, tag};

/// How deep elements may lie in each other. PKCS#12 needs ten levels.
const DEEPEST: u8 = 32;

/// The first element of `bytes` with every length definite and as short as it can be, and every OCTET STRING in one piece (X.690
/// section 10). What lies within an OCTET STRING is left as it is.
pub(super) fn to_der(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    element(bytes, DEEPEST).map(|(der, _rest)| der)
}

/// The first element as DER, and what follows it.
fn element(bytes: &[u8], depth: u8) -> Option<(Zeroizing<Vec<u8>>, &[u8])> {
    let depth = depth.checked_sub(1)?;
    let (&tag, after) = bytes.split_first()?;
    let is_constructed = tag & CONSTRUCTED != 0;
    // Tag numbers of more than one byte are in none of these structures.
    if tag & LONG_TAG == LONG_TAG {
        return None;
    }
    if !is_constructed {
        let Element { content, rest, .. } = Element::first(bytes).filter(|_| after.first() != Some(&INDEFINITE))?;
        return Some((encode(tag, content)?, rest));
    }
    let (children, rest) = if let (&INDEFINITE, within) = after.split_first()? {
        children(within, true, depth)?
    } else {
        let Element { content, rest, .. } = Element::first(bytes)?;
        (children(content, false, depth)?.0, rest)
    };
    if tag == CONSTRUCTED | tag::OCTET_STRING {
        return Some((encode(tag::OCTET_STRING, &joined(&children)?)?, rest));
    }
    Some((encode(tag, &children)?, rest))
}

/// Elements one after another, up to the end of `bytes` or to the end-of-contents octets, and what follows these.
fn children(mut bytes: &[u8], is_indefinite: bool, depth: u8) -> Option<(Zeroizing<Vec<u8>>, &[u8])> {
    // Joining and shortening never makes it longer.
    let mut children = Zeroizing::new(Vec::with_capacity(bytes.len()));
    loop {
        if let (true, [0, 0, rest @ ..]) = (is_indefinite, bytes) {
            return Some((children, rest));
        }
        if bytes.is_empty() {
            return (!is_indefinite).then_some((children, bytes));
        }
        let (child, rest) = element(bytes, depth)?;
        children.extend_from_slice(&child);
        bytes = rest;
    }
}

/// The OCTET STRINGs in `bytes`, joined.
pub(super) fn joined(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut fields = Fields::of(bytes);
    let mut joined = Zeroizing::new(Vec::with_capacity(bytes.len()));
    while !fields.is_empty() {
        joined.extend_from_slice(fields.take(tag::OCTET_STRING).ok()?);
    }
    Some(joined)
}

fn encode(tag: u8, content: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let length = u32::try_from(content.len()).ok()?.to_be_bytes();
    let mut encoded = Zeroizing::new(Vec::with_capacity(content.len() + 6));
    encoded.push(tag);
    match length {
        [0, 0, 0, length @ 0..=0x7F] => encoded.push(length),
        [0, 0, 0, length] => encoded.extend_from_slice(&[0x81, length]),
        [0, 0, high, low] => encoded.extend_from_slice(&[0x82, high, low]),
        [0, first, second, third] => encoded.extend_from_slice(&[0x83, first, second, third]),
        [..] => return None,
    }
    encoded.extend_from_slice(content);
    Some(encoded)
}

/// X.690 section 8.1.2.5.
const CONSTRUCTED: u8 = 0x20;
/// X.690 section 8.1.2.4.
const LONG_TAG: u8 = 0x1F;
/// X.690 section 8.1.3.6.
const INDEFINITE: u8 = 0x80;

/// The elements in a DER structure, taken one after another.
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// Those that lie in `content`.
    pub(super) const fn of(content: &'a [u8]) -> Self {
        Self(content)
    }

    /// Whether all were taken.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The content of the next one, which must have this tag.
    pub(super) fn take(&mut self, tag: u8) -> Result<&'a [u8], Fault> {
        self.take_if(tag).ok_or(Fault::Damaged)
    }

    /// The content of the next one, if it has this tag.
    pub(super) fn take_if(&mut self, tag: u8) -> Option<&'a [u8]> {
        let next = Element::first(self.0).filter(|next| next.tag == tag)?;
        self.0 = next.rest;
        Some(next.content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(bytes: &[u8]) -> Option<Vec<u8>> {
        to_der(bytes).map(|der| der.to_vec())
    }

    #[test]
    fn der_stays_as_it_is() {
        for bytes in [&[4, 2, 7, 8][..], &[0x30, 3, 2, 1, 3], &[0x30, 0], &[0xA0, 4, 0x30, 2, 5, 0]] {
            assert_eq!(der(bytes).as_deref(), Some(bytes));
        }
        let long = [&[4, 0x82, 1, 2][..], &[7; 258]].concat();
        assert_eq!(der(&long), Some(long));
    }

    #[test]
    fn lengths_become_definite_and_short() {
        assert_eq!(der(&[0x30, 0x80, 2, 1, 3, 0, 0, 9]), Some(vec![0x30, 3, 2, 1, 3]));
        assert_eq!(der(&[0x30, 0x80, 0x30, 0x80, 0, 0, 5, 0, 0, 0]), Some(vec![0x30, 4, 0x30, 0, 5, 0]));
        assert_eq!(der(&[4, 0x83, 0, 0, 1, 7]), Some(vec![4, 1, 7]));
    }

    #[test]
    fn octet_strings_are_joined() {
        let pieces = [0x24, 0x80, 4, 1, 7, 0x24, 0x80, 4, 2, 8, 9, 0, 0, 0, 0];
        assert_eq!(der(&pieces), Some(vec![4, 3, 7, 8, 9]));
        assert_eq!(der(&[0x24, 0x80, 2, 1, 7, 0, 0]), None, "only octet strings make one");
    }

    #[test]
    fn what_is_no_ber_is_nothing() {
        for bytes in [&[][..], &[4], &[4, 2, 7], &[4, 0x80, 0, 0], &[0x30, 0x80, 2, 1, 3], &[0x1F, 1, 0], &[0x30, 1, 2]]
        {
            assert_eq!(der(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn depth_has_an_end() {
        let nested = |depth: usize| [[0x30, 0x80].repeat(depth), vec![0; 2 * depth]].concat();
        assert!(der(&nested(32)).is_some());
        assert!(der(&nested(33)).is_none());
        assert!(der(&nested(60_000)).is_none());
    }
}
