//! How something is encrypted under a passphrase: PBES2 (RFC 8018 section 6.2), or the schemes of PKCS#12's own (RFC 7292
//! appendix C).

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt as _, KeyInit, KeyIvInit as _};
use der::asn1::ObjectIdentifier;
use zeroize::Zeroizing;

use super::ber::Fields;
use super::derive::{Derivation, Hash, Passphrase, Purpose, pkcs12};
use super::fault::Fault;
use super::work::{Budget, Cost, Rounds};
use crate::certificate::der::tag;

/// An encryption under a passphrase whose work is within the bounds.
pub(super) enum Scheme<'a> {
    /// PBES2.
    Pbes2 { derivation: Derivation<'a>, cipher: Cipher, initialization_vector: &'a [u8] },
    /// One of PKCS#12's own; key and initialization vector are both derived, with SHA-1.
    Pkcs12 { cipher: Cipher, salt: &'a [u8], rounds: Rounds },
}

impl<'a> Scheme<'a> {
    /// Reads the content of an `AlgorithmIdentifier`, and takes its work from the budget.
    pub(super) fn read(algorithm: &'a [u8], budget: &mut Budget) -> Result<Self, Fault> {
        let mut fields = Fields::of(algorithm);
        let identifier = identifier(&mut fields)?;
        if identifier == PBES2 {
            return Self::read_pbes2(fields.take(tag::SEQUENCE)?, budget);
        }
        let cipher = match identifier {
            PKCS12_3DES => Cipher::TripleDes,
            PKCS12_3DES_2_KEYS => Cipher::TripleDesOf2Keys,
            PKCS12_RC2_128 => Cipher::Rc2 { key_length: 16 },
            PKCS12_RC2_40 => Cipher::Rc2 { key_length: 5 },
            _ => return Err(Fault::scheme(&identifier)),
        };
        let mut parameters = Fields::of(fields.take(tag::SEQUENCE)?);
        let salt = parameters.take(tag::OCTET_STRING)?;
        let rounds = Rounds::read(parameters.take(tag::INTEGER)?, budget)?;
        Ok(Self::Pkcs12 { cipher, salt, rounds })
    }

    /// `PBES2-params` (RFC 8018 appendix A.4).
    fn read_pbes2(parameters: &'a [u8], budget: &mut Budget) -> Result<Self, Fault> {
        let mut fields = Fields::of(parameters);
        let derivation = fields.take(tag::SEQUENCE)?;
        let mut encryption = Fields::of(fields.take(tag::SEQUENCE)?);
        let identifier = identifier(&mut encryption)?;
        let cipher = match identifier {
            AES_128_CBC => Cipher::Aes128,
            AES_192_CBC => Cipher::Aes192,
            AES_256_CBC => Cipher::Aes256,
            DES_EDE3_CBC => Cipher::TripleDes,
            _ => return Err(Fault::scheme(&identifier)),
        };
        let initialization_vector = encryption.take(tag::OCTET_STRING)?;
        let (derivation, length) = read_derivation(derivation, budget)?;
        if initialization_vector.len() != cipher.block() || length.is_some_and(|length| length != cipher.key_length()) {
            return Err(Fault::Damaged);
        }
        Ok(Self::Pbes2 { derivation, cipher, initialization_vector })
    }

    /// What was encrypted. Without a MAC, a wrong passphrase is seen by the padding only, and not always.
    pub(super) fn decrypt(&self, encrypted: &[u8], passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, Fault> {
        match self {
            Self::Pbes2 { derivation, cipher, initialization_vector } => {
                let key = derivation.key(passphrase, cipher.key_length())?;
                cipher.decrypt(&key, initialization_vector, encrypted)
            }
            Self::Pkcs12 { cipher, salt, rounds } => {
                let derive = |purpose, length| pkcs12(Hash::Sha1, passphrase, salt, purpose, *rounds, length);
                let key = derive(Purpose::Key, cipher.key_length());
                let initialization_vector = derive(Purpose::InitializationVector, cipher.block());
                cipher.decrypt(&key, &initialization_vector, encrypted)
            }
        }
    }
}

/// The `AlgorithmIdentifier` of a key derivation in PKCS#5 version 2: PBKDF2 (RFC 8018 appendix A.2) or scrypt (RFC 7914 section 7),
/// and the length of the key if it says one.
pub(super) fn read_derivation<'a>(
    algorithm: &'a [u8],
    budget: &mut Budget,
) -> Result<(Derivation<'a>, Option<usize>), Fault> {
    let mut fields = Fields::of(algorithm);
    let identifier = identifier(&mut fields)?;
    let mut parameters = Fields::of(fields.take(tag::SEQUENCE)?);
    match identifier {
        PBKDF2 => {
            let salt = parameters.take(tag::OCTET_STRING)?;
            let rounds = Rounds::read(parameters.take(tag::INTEGER)?, budget)?;
            let length = parameters.take_if(tag::INTEGER).map(read_length).transpose()?;
            let hash = parameters.take_if(tag::SEQUENCE).map_or(Ok(Hash::Sha1), read_hmac)?;
            Ok((Derivation::Pbkdf2 { salt, rounds, hash }, length))
        }
        SCRYPT => {
            let salt = parameters.take(tag::OCTET_STRING)?;
            let [cost, block_size, passes] = [(); 3].map(|()| parameters.take(tag::INTEGER));
            let cost = Cost::read([cost?, block_size?, passes?], budget)?;
            let length = parameters.take_if(tag::INTEGER).map(read_length).transpose()?;
            Ok((Derivation::Scrypt { salt, cost }, length))
        }
        _ => Err(Fault::scheme(&identifier)),
    }
}

/// The content of the `AlgorithmIdentifier` of an HMAC.
pub(super) fn read_hmac(algorithm: &[u8]) -> Result<Hash, Fault> {
    Hash::of_hmac(&identifier(&mut Fields::of(algorithm))?)
}

/// The object identifier that comes next.
pub(super) fn identifier(fields: &mut Fields<'_>) -> Result<ObjectIdentifier, Fault> {
    ObjectIdentifier::from_bytes(fields.take(tag::OBJECT_IDENTIFIER)?).map_err(|_| Fault::Damaged)
}

/// A key's length in bytes. No key has more than 64.
fn read_length(integer: &[u8]) -> Result<usize, Fault> {
    match integer {
        [length @ 1..=64] => Ok(usize::from(*length)),
        _ => Err(Fault::Damaged),
    }
}

/// A block cipher in CBC mode.
#[derive(Clone, Copy)]
pub(super) enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    TripleDes,
    TripleDesOf2Keys,
    Rc2 { key_length: usize },
}

impl Cipher {
    /// The length of a key in bytes.
    const fn key_length(self) -> usize {
        match self {
            Self::Aes128 | Self::TripleDesOf2Keys => 16,
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => 32,
            Self::Rc2 { key_length } => key_length,
        }
    }

    /// The length of a block in bytes.
    const fn block(self) -> usize {
        match self {
            Self::Aes128 | Self::Aes192 | Self::Aes256 => 16,
            Self::TripleDes | Self::TripleDesOf2Keys | Self::Rc2 { .. } => 8,
        }
    }

    fn decrypt(self, key: &[u8], initialization_vector: &[u8], encrypted: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
        if encrypted.is_empty() || !encrypted.len().is_multiple_of(self.block()) {
            return Err(Fault::Damaged);
        }
        let decrypt = match self {
            Self::Aes128 => decrypt_with::<aes::Aes128Dec>,
            Self::Aes192 => decrypt_with::<aes::Aes192Dec>,
            Self::Aes256 => decrypt_with::<aes::Aes256Dec>,
            Self::TripleDes => decrypt_with::<des::TdesEde3>,
            Self::TripleDesOf2Keys => decrypt_with::<des::TdesEde2>,
            Self::Rc2 { .. } => decrypt_with::<rc2::Rc2>,
        };
        decrypt(key, initialization_vector, encrypted)
    }
}

/// Decrypts and takes off the padding (RFC 8018 section 6.1.1).
fn decrypt_with<C: BlockCipherDecrypt + KeyInit>(
    key: &[u8],
    initialization_vector: &[u8],
    encrypted: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let cipher = cbc::Decryptor::<C>::new_from_slices(key, initialization_vector).map_err(|_| Fault::Damaged)?;
    let mut decrypted = Zeroizing::new(encrypted.to_vec());
    let length = cipher.decrypt_padded::<Pkcs7>(&mut decrypted).map_err(|_| Fault::Passphrase)?.len();
    decrypted.truncate(length);
    Ok(decrypted)
}

/// id-PBES2 and id-PBKDF2 (RFC 8018 appendix A).
const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");
const PBKDF2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.12");
/// id-scrypt (RFC 7914 section 7).
const SCRYPT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11591.4.11");
/// id-aes…-CBC (RFC 8018 appendix B.2.5).
const AES_128_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.2");
const AES_192_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.22");
const AES_256_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.42");
/// des-ede3-cbc (RFC 8018 appendix B.2.2).
const DES_EDE3_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.3.7");
/// pbeWithSHAAnd3-KeyTripleDES-CBC and its siblings (RFC 7292 appendix C).
const PKCS12_3DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.3");
const PKCS12_3DES_2_KEYS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.4");
const PKCS12_RC2_128: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.5");
const PKCS12_RC2_40: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.6");
