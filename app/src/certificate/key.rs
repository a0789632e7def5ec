//! Private keys: read, checked against themselves, and brought into one form. Rules `key.*` about one key.
//!
//! The public key is always computed from the private one. What a key file says about its public half is only compared with it.

mod algorithm;
mod elliptic;
mod public;
mod rsa;

use der::Encode;
use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use pkcs8::PrivateKeyInfoRef;
use pkcs8::spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::der::{Element, Shape, tag};
use super::report::{Finding, Place};
use super::rules::Rule;
use super::validate::PrivateKey;

use self::algorithm::{EC_PUBLIC_KEY, ED25519, RSA, RSA_ENCRYPTION};

pub(super) use self::algorithm::name as algorithm_name;
pub(super) use self::elliptic::Curve;
pub(super) use self::public::{MAX_RSA_BITS, PublicKey, Unusable, bits, hex};

/// A private key that is sound in itself.
pub(super) struct Key {
    /// The public key, computed from the private one.
    pub(super) public: PublicKey,
    /// The private key as it is kept.
    pub(super) private: PrivateKey,
    /// Where it was found.
    pub(super) place: Place,
}

/// Why a private key cannot be used.
pub(super) enum Fault {
    /// Its structure is not that of a key; says what is wrong with it.
    Structure(&'static str),
    /// Another algorithm, by its name or dotted identifier.
    Algorithm(String),
    /// The curve is spelled out.
    ExplicitCurve,
    /// The parts of a key on a curve contradict each other.
    CurveConflict,
    /// The parts of an RSA key contradict each other.
    RsaConflict,
    /// An RSA key with more than two primes (RFC 8017 section 3.2).
    ManyPrimes,
    /// RSASSA-PSS, which TLS libraries do not sign with.
    Provider,
}

/// Reads the private key in a block, and says what is wrong or remarkable about it.
pub(super) fn read(der: &[u8], place: Place, findings: &mut Vec<Finding>) -> Option<Key> {
    let read = match Shape::of(der) {
        Shape::Pkcs8 => read_pkcs8(der, place, findings),
        Shape::Pkcs1 => rsa::read(der),
        Shape::Sec1 => elliptic::read(der, None),
        Shape::Dsa => Err(Fault::Algorithm("DSA".to_owned())),
        Shape::EncryptedPkcs8 => {
            findings.push(encrypted_pkcs8(place));
            return None;
        }
        Shape::Certificate => Err(Fault::Structure("the block holds a certificate")),
        Shape::PublicKey => Err(Fault::Structure("the block holds a public key")),
        _ => Err(Fault::Structure(DAMAGED)),
    };
    match read.and_then(|(public, pkcs8)| Ok((public, PrivateKey::from_pkcs8(pkcs8?)))) {
        Ok((public, private)) => Some(Key { public, private, place }),
        Err(fault) => {
            findings.push(fault.told(place));
            None
        }
    }
}

/// What is said where an algorithm is already known to be unusable.
pub(super) fn unusable_algorithm(name: &str, place: Place) -> Finding {
    Fault::Algorithm(name.to_owned()).told(place)
}

/// What is said of a key under a passphrase, whether its label or its content tells.
pub(super) fn encrypted_pkcs8(place: Place) -> Finding {
    let message = "The private key is protected by a passphrase.";
    let hint = "The page asks for the passphrase; `signet check --passphrase-stdin` reads it. The REST API takes keys without one \
                only: `openssl pkey -in FILE -out key.pem`, then send key.pem.";
    place.finds(Rule::KeyEncryptedPkcs8, message).hint(hint)
}

/// What every format of key is read to: the public key, and PKCS#8 version 1 without attributes.
type Read = Result<(PublicKey, Result<Zeroizing<Vec<u8>>, Fault>), Fault>;

const DAMAGED: &str = "its structure is damaged";

/// `OneAsymmetricKey` (RFC 5958 section 2), read by its elements: many programs take the version lightly, and so does OpenSSL.
fn read_pkcs8(der: &[u8], place: Place, findings: &mut Vec<Finding>) -> Read {
    let parts = Element::of_sequence(der, 5).ok_or(Fault::Structure(DAMAGED))?;
    let [_version, algorithm, key, others @ ..] = parts.as_slice() else {
        return Err(Fault::Structure(DAMAGED));
    };
    let (oid, parameters) = identifier(algorithm).ok_or(Fault::Structure(DAMAGED))?;
    let read = match oid {
        RSA_ENCRYPTION | RSA => rsa::read(key.content),
        algorithm::RSASSA_PSS => Err(Fault::Provider),
        EC_PUBLIC_KEY => elliptic::read(key.content, Some(elliptic::curve_of(parameters)?)),
        ED25519 => read_ed25519(key.content),
        other => Err(Fault::Algorithm(algorithm::name(&other))),
    }?;
    if let Some(said) = others.iter().find_map(public_half) {
        if !read.0.is_written_as(said) {
            return Err(if matches!(read.0, PublicKey::Rsa { .. }) {
                Fault::RsaConflict
            } else {
                Fault::CurveConflict
            });
        }
        let message = "The key file also holds the public key (PKCS#8 version 2). It was checked and fits.";
        findings.push(place.finds(Rule::KeyPkcs8V2, message));
    }
    if others.iter().any(|part| part.tag == tag::CONTEXT_0) {
        findings.push(place.finds(Rule::KeyPkcs8Attrs, "The attributes in the key file were dropped."));
    }
    Ok(read)
}

/// `AlgorithmIdentifier` (RFC 5280 section 4.1.1.2).
fn identifier<'a>(algorithm: &Element<'a>) -> Option<(ObjectIdentifier, Option<Element<'a>>)> {
    let parts = Element::exactly(algorithm.content, 2)?;
    let (oid, parameters) = parts.split_first().filter(|(oid, _)| oid.tag == tag::OBJECT_IDENTIFIER)?;
    Some((ObjectIdentifier::from_bytes(oid.content).ok()?, parameters.first().copied()))
}

/// The `[1] publicKey` of a `OneAsymmetricKey`. Old versions of ring wrap its bit string instead of replacing the tag.
fn public_half<'a>(part: &Element<'a>) -> Option<&'a [u8]> {
    let bit_string = match part.tag {
        tag::CONTEXT_1_PRIMITIVE => part.content,
        tag::CONTEXT_1 => Element::first(part.content).map_or(&[][..], |inner| inner.content),
        _ => return None,
    };
    Some(bit_string.get(1..).unwrap_or_default())
}

/// `CurvePrivateKey` (RFC 8410 section 7).
fn read_ed25519(inner: &[u8]) -> Read {
    let seed = Element::first(inner).filter(|seed| seed.tag == tag::OCTET_STRING).ok_or(Fault::Structure(DAMAGED))?;
    let seed: &[u8; 32] =
        seed.content.try_into().map_err(|_| Fault::Structure("an Ed25519 key has 32 bytes, and this one has not"))?;
    let public = ed25519_dalek::SigningKey::from_bytes(seed).verifying_key().to_bytes();
    let inner = OctetStringRef::new(seed).and_then(|seed| seed.to_der()).map(Zeroizing::new);
    let inner = inner.map_err(|_| Fault::Structure(DAMAGED))?;
    Ok((PublicKey::Ed25519(public), encode(ED25519, None, &inner)))
}

/// PKCS#8 version 1: what every TLS library reads.
fn encode(oid: ObjectIdentifier, parameters: Option<AnyRef<'_>>, key: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let encoded = OctetStringRef::new(key)
        .and_then(|key| PrivateKeyInfoRef::new(AlgorithmIdentifierRef { oid, parameters }, key).to_der());
    encoded.map(Zeroizing::new).map_err(|_| Fault::Structure(DAMAGED))
}

impl Fault {
    fn told(&self, place: Place) -> Finding {
        const REPLACE: &str =
            "Choose another copy of the .key file. If there is none, create a new key and certificate.";
        const USABLE: &str = "Use an RSA key of 2048 to 8192 bits, P-256, P-384, P-521 or Ed25519.";
        match self {
            Self::Structure(reason) => {
                let message = format!("The private key cannot be read: {reason}.");
                place.finds(Rule::KeyParse, message).hint(REPLACE)
            }
            Self::Algorithm(name) => {
                let message = format!("{name} keys cannot be used for TLS client authentication here.");
                place.finds(Rule::KeyAlg, message).hint(USABLE)
            }
            Self::ExplicitCurve => {
                let message = "The EC key spells out its curve instead of naming it.";
                let hint =
                    "Convert it: `openssl ec -in FILE -param_enc named_curve -out key.pem`, then upload key.pem.";
                place.finds(Rule::KeyEcExplicit, message).hint(hint)
            }
            Self::CurveConflict => {
                let message = "The private key is damaged: its parts contradict each other.";
                place.finds(Rule::KeyEcCurveConflict, message).hint(REPLACE)
            }
            Self::RsaConflict => {
                let message = "The RSA private key is damaged: its parts contradict each other.";
                place.finds(Rule::KeyRsaInconsistent, message).hint(REPLACE)
            }
            Self::ManyPrimes => {
                let message = "The RSA private key has more than two primes, which TLS libraries do not take.";
                place.finds(Rule::KeyRsaInconsistent, message).hint(USABLE)
            }
            Self::Provider => {
                let message = "RSASSA-PSS keys cannot be used in a TLS handshake here.";
                place.finds(Rule::KeyProvider, message).hint(USABLE)
            }
        }
    }
}
