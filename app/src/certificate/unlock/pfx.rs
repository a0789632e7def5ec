//! PKCS#12 files (RFC 7292).

use der::asn1::ObjectIdentifier;
use zeroize::Zeroizing;

use super::ber::{Fields, joined, to_der};
use super::derive::{Derivation, Hash, Passphrase, Purpose, pkcs12, with_any};
use super::fault::Fault;
use super::scheme::{Scheme, identifier, read_derivation, read_hmac};
use super::work::{Budget, Rounds};
use super::{decrypt_key, read_encrypted_key};
use crate::certificate::der::tag;
use crate::certificate::pem;

/// Opens a file: its certificates as PEM, the one of the key first, then its keys.
///
/// All work that is visible without the passphrase is added up before any is done.
pub(super) fn open(file: &[u8], forms: &[Passphrase]) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let mut budget = Budget::new();
    let pfx = to_der(file).ok_or(Fault::Damaged)?;
    let mut fields = Fields::of(Fields::of(&pfx).take(tag::SEQUENCE)?);
    let _version = fields.take(tag::INTEGER)?;
    let authenticated = content(fields.take(tag::SEQUENCE)?)?;
    let mac = fields.take_if(tag::SEQUENCE).map(|mac| Mac::read(mac, &mut budget)).transpose()?;
    let safes = read_safes(authenticated)?;
    let visible = safes.iter().map(|safe| safe.look(&mut budget)).collect::<Result<Vec<_>, _>>()?;
    let found = with_any(forms, |passphrase| {
        if mac.as_ref().is_some_and(|mac| !mac.fits(authenticated, passphrase)) {
            return Err(Fault::Passphrase);
        }
        find_all(&visible, passphrase, mac.is_some(), budget.clone())
    })?;
    found.into_pem()
}

/// The content of a `ContentInfo` that is plain data (RFC 5652 section 4).
fn content(info: &[u8]) -> Result<&[u8], Fault> {
    let mut fields = Fields::of(info);
    match identifier(&mut fields)? {
        DATA => Fields::of(fields.take(tag::CONTEXT_0)?).take(tag::OCTET_STRING),
        other => Err(Fault::scheme(&other)),
    }
}

/// `AuthenticatedSafe` (RFC 7292 section 4.1).
fn read_safes(authenticated: &[u8]) -> Result<Vec<Safe>, Fault> {
    let der = to_der(authenticated).ok_or(Fault::Damaged)?;
    let mut infos = Fields::of(Fields::of(&der).take(tag::SEQUENCE)?);
    let mut safes = Vec::new();
    while !infos.is_empty() {
        safes.push(Safe::read(infos.take(tag::SEQUENCE)?)?);
    }
    Ok(safes)
}

/// One part of the file.
enum Safe {
    /// `SafeContents` that anybody can read; the keys in it may be encrypted.
    Plain(Zeroizing<Vec<u8>>),
    /// `SafeContents` under the passphrase.
    Encrypted {
        /// The content of an `AlgorithmIdentifier`.
        algorithm: Vec<u8>,
        /// What is encrypted.
        contents: Zeroizing<Vec<u8>>,
    },
}

impl Safe {
    /// Reads a `ContentInfo`.
    fn read(info: &[u8]) -> Result<Self, Fault> {
        let mut fields = Fields::of(info);
        if identifier(&mut fields)? != ENCRYPTED_DATA {
            return to_der(content(info)?).map(Self::Plain).ok_or(Fault::Damaged);
        }
        // EncryptedData (RFC 5652 section 8).
        let mut data = Fields::of(Fields::of(fields.take(tag::CONTEXT_0)?).take(tag::SEQUENCE)?);
        let _version = data.take(tag::INTEGER)?;
        let mut encrypted = Fields::of(data.take(tag::SEQUENCE)?);
        let _data = identifier(&mut encrypted)?;
        let algorithm = encrypted.take(tag::SEQUENCE)?.to_vec();
        // An OCTET STRING under another tag: in one piece, or in several.
        let contents = match encrypted.take_if(IMPLICIT_CONTEXT_0) {
            Some(contents) => Zeroizing::new(contents.to_vec()),
            None => joined(encrypted.take(tag::CONTEXT_0)?).ok_or(Fault::Damaged)?,
        };
        Ok(Self::Encrypted { algorithm, contents })
    }

    /// What can be seen without the passphrase, its work within the budget.
    fn look(&self, budget: &mut Budget) -> Result<Visible<'_>, Fault> {
        match self {
            Self::Plain(contents) => read_bags(contents, budget, DEEPEST).map(Visible::Bags),
            Self::Encrypted { algorithm, contents } => {
                Ok(Visible::Encrypted { scheme: Scheme::read(algorithm, budget)?, contents })
            }
        }
    }
}

/// What a part of the file shows without the passphrase.
enum Visible<'a> {
    Bags(Vec<Bag<'a>>),
    Encrypted { scheme: Scheme<'a>, contents: &'a [u8] },
}

/// A certificate or a key, and the identifier that says which belong together.
struct Bag<'a> {
    holds: Held<'a>,
    local_key_id: Option<&'a [u8]>,
}

/// What is kept of a bag.
enum Held<'a> {
    Certificate(&'a [u8]),
    Key(&'a [u8]),
    EncryptedKey { scheme: Scheme<'a>, key: &'a [u8] },
}

/// How deep bags may lie in each other.
const DEEPEST: u8 = 4;

/// `SafeContents` (RFC 7292 section 4.2). Revocation lists and secrets of other kinds are left out.
fn read_bags<'a>(contents: &'a [u8], budget: &mut Budget, depth: u8) -> Result<Vec<Bag<'a>>, Fault> {
    let depth = depth.checked_sub(1).ok_or(Fault::Damaged)?;
    let mut fields = Fields::of(Fields::of(contents).take(tag::SEQUENCE)?);
    let mut bags = Vec::new();
    while !fields.is_empty() {
        let mut bag = Fields::of(fields.take(tag::SEQUENCE)?);
        let kind = identifier(&mut bag)?;
        let value = bag.take(tag::CONTEXT_0)?;
        let local_key_id = bag.take_if(SET).and_then(local_key_id);
        let holds = match kind {
            KEY_BAG => Held::Key(value),
            SHROUDED_KEY_BAG => {
                let (scheme, key) = read_encrypted_key(value, budget)?;
                Held::EncryptedKey { scheme, key }
            }
            CERTIFICATE_BAG => match certificate(value)? {
                Some(certificate) => Held::Certificate(certificate),
                None => continue,
            },
            SAFE_CONTENTS_BAG => {
                bags.extend(read_bags(value, budget, depth)?);
                continue;
            }
            _ => continue,
        };
        bags.push(Bag { holds, local_key_id });
    }
    Ok(bags)
}

/// `CertBag` (RFC 7292 section 4.2.3); `None` for a certificate that is not X.509.
fn certificate(bag: &[u8]) -> Result<Option<&[u8]>, Fault> {
    let mut fields = Fields::of(Fields::of(bag).take(tag::SEQUENCE)?);
    if identifier(&mut fields)? != X509_CERTIFICATE {
        return Ok(None);
    }
    Fields::of(fields.take(tag::CONTEXT_0)?).take(tag::OCTET_STRING).map(Some)
}

/// The attribute localKeyId (RFC 2985 section 5.5.2) among those of a bag. One that cannot be read is none.
fn local_key_id(attributes: &[u8]) -> Option<&[u8]> {
    let mut attributes = Fields::of(attributes);
    while let Some(attribute) = attributes.take_if(tag::SEQUENCE) {
        let mut fields = Fields::of(attribute);
        if identifier(&mut fields).ok() == Some(LOCAL_KEY_ID) {
            return Fields::of(fields.take_if(SET)?).take_if(tag::OCTET_STRING);
        }
    }
    None
}

/// Everything in the file. `budget` is what the visible part has left.
fn find_all(
    visible: &[Visible<'_>],
    passphrase: &Passphrase,
    has_mac: bool,
    mut budget: Budget,
) -> Result<Found, Fault> {
    // Where no MAC has vouched for the passphrase, what it decrypts to does.
    let unreadable = |fault| if fault == Fault::Damaged && !has_mac { Fault::Passphrase } else { fault };
    let mut found = Found::default();
    for part in visible {
        match part {
            Visible::Bags(bags) => found.take(bags, passphrase)?,
            Visible::Encrypted { scheme, contents } => {
                let contents = scheme.decrypt(contents, passphrase)?;
                let contents = to_der(&contents).ok_or(Fault::Damaged).map_err(unreadable)?;
                let bags = read_bags(&contents, &mut budget, DEEPEST).map_err(unreadable)?;
                found.take(&bags, passphrase)?;
            }
        }
    }
    Ok(found)
}

/// What was found in the file.
#[derive(Default)]
struct Found {
    certificates: Vec<Item>,
    keys: Vec<Item>,
}

/// A DER certificate or PKCS#8 key, and its localKeyId.
struct Item {
    der: Zeroizing<Vec<u8>>,
    local_key_id: Option<Vec<u8>>,
}

impl Found {
    fn take(&mut self, bags: &[Bag<'_>], passphrase: &Passphrase) -> Result<(), Fault> {
        for Bag { holds, local_key_id } in bags {
            let (list, der) = match holds {
                Held::Certificate(certificate) => (&mut self.certificates, Zeroizing::new(certificate.to_vec())),
                Held::Key(key) => (&mut self.keys, Zeroizing::new(key.to_vec())),
                Held::EncryptedKey { scheme, key } => (&mut self.keys, decrypt_key(scheme, key, passphrase)?),
            };
            list.push(Item { der, local_key_id: local_key_id.map(<[u8]>::to_vec) });
        }
        Ok(())
    }

    /// A PKCS#12 file has no order, so the certificate that belongs to a key comes first.
    fn into_pem(mut self) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let belongs = |certificate: &Item| {
            certificate.local_key_id.is_some()
                && self.keys.iter().any(|key| key.local_key_id == certificate.local_key_id)
        };
        let place = self.certificates.iter().position(belongs).unwrap_or(0);
        if let Some(front) = self.certificates.get_mut(..=place) {
            front.rotate_right(1);
        }
        let certificates = self.certificates.iter().map(|item| pem::encode("CERTIFICATE", &item.der));
        let keys = self.keys.iter().map(|item| pem::encode("PRIVATE KEY", &item.der));
        let blocks: Vec<Zeroizing<String>> = certificates.chain(keys).collect();
        if blocks.is_empty() {
            return Err(Fault::Empty);
        }
        let mut text = Zeroizing::new(Vec::with_capacity(blocks.iter().map(|block| block.len()).sum()));
        for block in blocks {
            text.extend_from_slice(block.as_bytes());
        }
        Ok(text)
    }
}

/// What vouches for the file and for the passphrase.
enum Mac<'a> {
    /// HMAC under a key of PKCS#12's own derivation (RFC 7292 appendix A).
    Pkcs12 { hash: Hash, salt: &'a [u8], rounds: Rounds, code: &'a [u8] },
    /// PBMAC1 (RFC 9579).
    Pbmac1 { derivation: Derivation<'a>, key_length: usize, hash: Hash, code: &'a [u8] },
}

impl<'a> Mac<'a> {
    /// `MacData` (RFC 7292 section 4).
    fn read(data: &'a [u8], budget: &mut Budget) -> Result<Self, Fault> {
        let mut fields = Fields::of(data);
        let mut digest_info = Fields::of(fields.take(tag::SEQUENCE)?);
        let mut algorithm = Fields::of(digest_info.take(tag::SEQUENCE)?);
        let code = digest_info.take(tag::OCTET_STRING)?;
        let identifier = identifier(&mut algorithm)?;
        if identifier == PBMAC1 {
            return Self::read_pbmac1(algorithm.take(tag::SEQUENCE)?, code, budget);
        }
        let hash = Hash::of_digest(&identifier)?;
        let salt = fields.take(tag::OCTET_STRING)?;
        let rounds = Rounds::read(fields.take_if(tag::INTEGER).unwrap_or(&[1]), budget)?;
        Ok(Self::Pkcs12 { hash, salt, rounds, code })
    }

    /// `PBMAC1-params` (RFC 8018 appendix A.5). The key's length must be said (RFC 9579 section 5).
    fn read_pbmac1(parameters: &'a [u8], code: &'a [u8], budget: &mut Budget) -> Result<Self, Fault> {
        let mut fields = Fields::of(parameters);
        let (derivation, key_length) = read_derivation(fields.take(tag::SEQUENCE)?, budget)?;
        let hash = read_hmac(fields.take(tag::SEQUENCE)?)?;
        Ok(Self::Pbmac1 { derivation, key_length: key_length.ok_or(Fault::Damaged)?, hash, code })
    }

    fn fits(&self, authenticated: &[u8], passphrase: &Passphrase) -> bool {
        match self {
            Self::Pkcs12 { hash, salt, rounds, code } => {
                let key = pkcs12(*hash, passphrase, salt, Purpose::Mac, *rounds, hash.length());
                hash.is_hmac(&key, authenticated, code)
            }
            Self::Pbmac1 { derivation, key_length, hash, code } => {
                derivation.key(passphrase, *key_length).is_ok_and(|key| hash.is_hmac(&key, authenticated, code))
            }
        }
    }
}

/// SET OF, and an OCTET STRING under the tag `[0]`.
const SET: u8 = 0x31;
const IMPLICIT_CONTEXT_0: u8 = 0x80;

/// id-data and id-encryptedData (RFC 5652 sections 4 and 8).
const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const ENCRYPTED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.6");
/// The kinds of bags (RFC 7292 appendix D).
const KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.1");
const SHROUDED_KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");
const SAFE_CONTENTS_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.6");
/// x509Certificate (RFC 7292 section 4.2.3).
const X509_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");
/// pkcs-9-at-localKeyId (RFC 2985 section 5.5.2).
const LOCAL_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.21");
/// id-PBMAC1 (RFC 8018 appendix A.5).
const PBMAC1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.14");
