//! Public keys, as numbers: two are the same key if they are equal here, however they were written.

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, UintRef};
use der::{Decode, Encode};
use pkcs1::RsaPublicKeyRef;
use pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use sha2::{Digest, Sha256};

use super::Fault;
use super::algorithm::{self, EC_PUBLIC_KEY, ED25519, RSA, RSA_ENCRYPTION};
use super::elliptic::{self, Curve};
use crate::certificate::der::{Element, tag};

/// The longest RSA modulus that arithmetic is done on.
pub(in super::super) const MAX_RSA_BITS: usize = 8192;

/// A public key of a kind that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum PublicKey {
    /// RSA; both numbers in big-endian bytes without leading zeros.
    Rsa {
        /// n.
        modulus: Vec<u8>,
        /// e.
        exponent: Vec<u8>,
    },
    /// A point on a curve, uncompressed (SEC 1 section 2.3.3).
    Elliptic {
        /// Which curve.
        curve: Curve,
        /// The point.
        point: Vec<u8>,
    },
    /// Ed25519 (RFC 8032).
    Ed25519([u8; 32]),
}

/// Why a certificate's public key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Unusable {
    /// Another algorithm or curve, by its name or dotted identifier.
    Algorithm(String),
    /// An elliptic curve other than the three.
    Curve(String),
    /// The curve is spelled out.
    ExplicitCurve,
    /// The point is not on its curve, or at infinity.
    Point(&'static str),
    /// Not a public key of the algorithm that it names.
    Damaged(String),
}

impl Unusable {
    /// The kind of key.
    pub(in super::super) fn name(&self) -> String {
        match self {
            Self::Algorithm(name) | Self::Damaged(name) => name.clone(),
            Self::Curve(name) => format!("EC {name}"),
            Self::ExplicitCurve => "EC with explicit parameters".to_owned(),
            Self::Point(curve) => format!("EC {curve}"),
        }
    }
}

impl PublicKey {
    /// The key in a `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7).
    pub(in super::super) fn read(spki: &[u8]) -> Result<Self, Unusable> {
        let info = SubjectPublicKeyInfoRef::from_der(spki).map_err(|_| Unusable::Damaged("unreadable".to_owned()))?;
        let name = algorithm::name(&info.algorithm.oid);
        let damaged = || Unusable::Damaged(name.clone());
        let bytes = info.subject_public_key.as_bytes().ok_or_else(damaged)?;
        match info.algorithm.oid {
            RSA_ENCRYPTION | RSA => read_rsa(bytes).ok_or_else(damaged),
            EC_PUBLIC_KEY => {
                let parameters = info.algorithm.parameters.and_then(|any| any.to_der().ok()).unwrap_or_default();
                let curve = elliptic::curve_of(Element::first(&parameters)).map_err(|fault| match fault {
                    Fault::Algorithm(name) => Unusable::Curve(name),
                    Fault::ExplicitCurve => Unusable::ExplicitCurve,
                    _ => damaged(),
                })?;
                let point = curve.point(bytes).ok_or(Unusable::Point(curve.name()))?;
                Ok(Self::Elliptic { curve, point })
            }
            ED25519 => bytes.try_into().map(Self::Ed25519).map_err(|_| damaged()),
            _ => Err(Unusable::Algorithm(name)),
        }
    }

    /// `RSA 2048`, `EC P-256`, `Ed25519`.
    pub(in super::super) fn name(&self) -> String {
        match self {
            Self::Rsa { modulus, .. } => format!("RSA {}", bits(modulus)),
            Self::Elliptic { curve, .. } => format!("EC {}", curve.name()),
            Self::Ed25519(_) => "Ed25519".to_owned(),
        }
    }

    /// Whether both are of one kind: RSA of any length, or the same curve.
    pub(in super::super) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Rsa { .. }, Self::Rsa { .. }) | (Self::Ed25519(_), Self::Ed25519(_)) => true,
            (Self::Elliptic { curve, .. }, Self::Elliptic { curve: other, .. }) => curve == other,
            _ => false,
        }
    }

    /// Whether `bytes` is this key as a `SubjectPublicKeyInfo` would hold it.
    pub(super) fn is_written_as(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Rsa { .. } => read_rsa(bytes).as_ref() == Some(self),
            Self::Elliptic { curve, point } => curve.point(bytes).as_ref() == Some(point),
            Self::Ed25519(key) => key == bytes,
        }
    }

    /// The first eight hex digits of the SHA-256 of the key as a `SubjectPublicKeyInfo`: enough for a person to tell keys apart.
    pub(in super::super) fn short_fingerprint(&self) -> String {
        hex(&Sha256::digest(self.encode())).chars().take(8).collect()
    }

    /// The key as a DER `SubjectPublicKeyInfo`, the point uncompressed.
    pub(in super::super) fn encode(&self) -> Vec<u8> {
        // It cannot fail: the numbers come from DER of a bounded length.
        self.try_encode().unwrap_or_default()
    }

    fn try_encode(&self) -> der::Result<Vec<u8>> {
        let spki = |oid: ObjectIdentifier, parameters: Option<AnyRef<'_>>, bytes: &[u8]| {
            let algorithm = AlgorithmIdentifierRef { oid, parameters };
            SubjectPublicKeyInfoRef { algorithm, subject_public_key: BitStringRef::from_bytes(bytes)? }.to_der()
        };
        match self {
            Self::Rsa { modulus, exponent } => {
                let key = RsaPublicKeyRef { modulus: UintRef::new(modulus)?, public_exponent: UintRef::new(exponent)? };
                spki(RSA_ENCRYPTION, Some(AnyRef::NULL), &key.to_der()?)
            }
            Self::Elliptic { curve, point } => spki(EC_PUBLIC_KEY, Some(AnyRef::from(&curve.oid())), point),
            Self::Ed25519(key) => spki(ED25519, None, key),
        }
    }
}

/// `RSAPublicKey` (RFC 8017 appendix A.1.1), read by its elements: old tools leave out the zero for the sign.
fn read_rsa(bytes: &[u8]) -> Option<PublicKey> {
    let numbers = Element::of_sequence(bytes, 2)?;
    let [modulus, exponent] = numbers.as_slice() else {
        return None;
    };
    Some(PublicKey::Rsa { modulus: unsigned(modulus)?.to_vec(), exponent: unsigned(exponent)?.to_vec() })
}

/// A number that cannot be negative, without leading zeros: what looks negative lacks the zero for its sign.
pub(super) fn unsigned<'a>(number: &Element<'a>) -> Option<&'a [u8]> {
    let digits = Some(number.content).filter(|digits| number.tag == tag::INTEGER && !digits.is_empty())?;
    UintRef::new(digits).ok().map(|number| number.as_bytes())
}

/// Length in bits of a big-endian number without leading zero bytes.
pub(in super::super) fn bits(number: &[u8]) -> usize {
    let leading = number.first().map_or(0, |byte| byte.leading_zeros() as usize);
    (number.len() * 8).saturating_sub(leading)
}

/// Lower-case hex digits.
pub(in super::super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
