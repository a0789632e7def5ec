//! Locked files, opened with their passphrase: PKCS#12 (RFC 7292) and encrypted PKCS#8 keys (RFC 5958 section 3). The rules of
//! [`Rule::OF_UNLOCKING`](super::Rule::OF_UNLOCKING).
//!
//! Opening comes before judging: what comes out is PEM, which [`validate`](super::validate) judges like any other file. Whether a
//! file is locked is what its report says, [`Report::locked`](super::Report::locked).
//!
//! A file's way: `ber` brings it into one form, `pfx` takes a PKCS#12 file apart, `scheme` reads how something is encrypted and
//! decrypts it, `work` refuses what would take too long before any of it is done, `derive` makes keys of passphrases. What goes
//! wrong is a `fault`.

mod ber;
mod derive;
mod fault;
mod pfx;
mod scheme;
mod work;

use std::fmt;

use zeroize::Zeroizing;

use self::ber::Fields;
use self::derive::Passphrase;
use self::fault::{Fault, Locked};
use self::scheme::Scheme;
use self::work::Budget;
use super::der::{Element, Shape, tag};
use super::input::{self, Content};
use super::pem::{self, LockedKey};
use super::report::{Finding, Place, Pointer};
use super::rules::Rule;

/// A file after it was opened: PEM text, or the file itself if it was not locked.
///
/// Wiped from memory when dropped; `Debug` is blank, and there is no `Serialize`.
pub struct Opened(Zeroizing<Vec<u8>>);

impl Opened {
    /// The file's bytes.
    pub fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Opened(…)")
    }
}

/// Opens a file. The other blocks of a PEM file stay as they are, on the lines where they were.
///
/// It can take seconds: as many as the file's maker wanted, within the bounds.
///
/// # Errors
/// A finding of [`Rule::OF_UNLOCKING`] at `pointer`. It holds nothing of the passphrase or of what it protects.
pub fn unlock(file: &[u8], pointer: Pointer, passphrase: &str) -> Result<Opened, Finding> {
    let place = Place::input(pointer);
    let forms = Passphrase::forms(passphrase);
    let mut findings = Vec::new();
    let opened = match input::read(file, pointer, &mut findings) {
        Some(Content::Text { bytes, has_line_numbers, .. }) => open_text(&bytes, &forms).map_err(|(fault, line)| {
            let line = has_line_numbers.then_some(line);
            fault.told(Locked::Key, Place { line, ..place })
        })?,
        Some(Content::Der { bytes, shape: Shape::EncryptedPkcs8 }) => {
            let key = open_key(&bytes, &forms, &mut Budget::new()).map_err(|fault| fault.told(Locked::Key, place))?;
            Zeroizing::new(pem::encode("PRIVATE KEY", &key).as_bytes().to_vec())
        }
        None if findings.iter().any(|finding| finding.rule == Rule::InPfx) => {
            pfx::open(file, &forms).map_err(|fault| fault.told(Locked::Pfx, place))?
        }
        Some(Content::Der { .. }) | None => Zeroizing::new(file.to_vec()),
    };
    Ok(Opened(opened))
}

/// Opens the encrypted keys of a PEM text. An error comes with the line on which the block begins.
fn open_text(text: &[u8], forms: &[Passphrase]) -> Result<Zeroizing<Vec<u8>>, (Fault, u32)> {
    let mut budget = Budget::new();
    // Never longer than it was: an encrypted key is longer than the key. So no copy is left behind by growing.
    let mut opened = Zeroizing::new(Vec::with_capacity(text.len()));
    let (locked, rest) = pem::locked_keys(text);
    for LockedKey { before, line, lines, der } in locked {
        let der = der.ok_or((Fault::Damaged, line))?;
        let key = open_key(&der, forms, &mut budget).map_err(|fault| (fault, line))?;
        opened.extend_from_slice(before);
        pem::append_in_lines(&mut opened, "PRIVATE KEY", &key, lines);
    }
    opened.extend_from_slice(rest);
    Ok(opened)
}

/// Opens an `EncryptedPrivateKeyInfo`.
fn open_key(der: &[u8], forms: &[Passphrase], budget: &mut Budget) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let der = ber::to_der(der).ok_or(Fault::Damaged)?;
    let (scheme, encrypted) = read_encrypted_key(&der, budget)?;
    derive::with_any(forms, |passphrase| decrypt_key(&scheme, encrypted, passphrase))
}

/// `EncryptedPrivateKeyInfo` (RFC 5958 section 3): how it is encrypted, and what.
fn read_encrypted_key<'a>(der: &'a [u8], budget: &mut Budget) -> Result<(Scheme<'a>, &'a [u8]), Fault> {
    let mut fields = Fields::of(Fields::of(der).take(tag::SEQUENCE)?);
    let scheme = Scheme::read(fields.take(tag::SEQUENCE)?, budget)?;
    Ok((scheme, fields.take(tag::OCTET_STRING)?))
}

/// The PKCS#8 key. One wrong passphrase in 256 leaves a sound padding behind, but no key.
fn decrypt_key(scheme: &Scheme<'_>, encrypted: &[u8], passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let key = scheme.decrypt(encrypted, passphrase)?;
    let is_key = Shape::of(&key) == Shape::Pkcs8 && Element::length_of_first(&key) == Some(key.len());
    if is_key { Ok(key) } else { Err(Fault::Passphrase) }
}
