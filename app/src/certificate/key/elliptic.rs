//! Keys on the curves P-256, P-384 and P-521.

use der::Encode;
use der::asn1::{AnyRef, ObjectIdentifier};
use p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use p256::elliptic_curve::{AffinePoint, CurveArithmetic, FieldBytesSize, PublicKey as Point, SecretKey};
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

use super::algorithm::{self, EC_PUBLIC_KEY};
use super::public::PublicKey;
use super::{DAMAGED, Fault, Read, encode};
use crate::certificate::der::{Element, tag};

/// A curve that TLS 1.3 knows (RFC 8446 section 4.2.3) and every TLS library signs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Curve {
    /// secp256r1.
    P256,
    /// secp384r1.
    P384,
    /// secp521r1.
    P521,
}

impl Curve {
    const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// `P-256`.
    pub(in super::super) const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// Its identifier (RFC 5480 section 2.1.1.1).
    pub(super) const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::P256 => ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"),
            Self::P384 => ObjectIdentifier::new_unwrap("1.3.132.0.34"),
            Self::P521 => ObjectIdentifier::new_unwrap("1.3.132.0.35"),
        }
    }

    /// Bytes of a scalar and of a coordinate.
    pub(in super::super) const fn size(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The point of a public key (SEC 1 section 2.3.4, compressed or not) in its uncompressed form, `None` if it is not on the
    /// curve or at infinity.
    pub(super) fn point(self, written: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::P256 => uncompressed::<p256::NistP256>(written),
            Self::P384 => uncompressed::<p384::NistP384>(written),
            Self::P521 => uncompressed::<p521::NistP521>(written),
        }
    }

    /// The public key's point of a private key, `None` if the scalar is 0 or not less than the group's order.
    fn multiply(self, scalar: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::P256 => base_times::<p256::NistP256>(scalar),
            Self::P384 => base_times::<p384::NistP384>(scalar),
            Self::P521 => base_times::<p521::NistP521>(scalar),
        }
    }
}

/// The curve that an algorithm's parameters name (RFC 5480 section 2.1.1).
pub(super) fn curve_of(parameters: Option<Element<'_>>) -> Result<Curve, Fault> {
    let oid = match parameters {
        Some(Element { tag: tag::SEQUENCE, .. }) => return Err(Fault::ExplicitCurve),
        Some(Element { tag: tag::OBJECT_IDENTIFIER, content, .. }) => ObjectIdentifier::from_bytes(content).ok(),
        _ => None,
    };
    let oid = oid.ok_or(Fault::Structure(NO_CURVE))?;
    Curve::ALL.into_iter().find(|curve| curve.oid() == oid).ok_or_else(|| Fault::Algorithm(algorithm::name(&oid)))
}

/// `ECPrivateKey` (RFC 5915 section 3), read by its elements; `outer` is the curve that PKCS#8 names around it.
pub(super) fn read(der: &[u8], outer: Option<Curve>) -> Read {
    let parts = Element::of_sequence(der, 4).ok_or(Fault::Structure(DAMAGED))?;
    let [_version, Element { tag: tag::OCTET_STRING, content: scalar, .. }, others @ ..] = parts.as_slice() else {
        return Err(Fault::Structure(DAMAGED));
    };
    let optional = |tag: u8| others.iter().find(|part| part.tag == tag).map(|part| Element::first(part.content));
    let inner = optional(tag::CONTEXT_0).map(curve_of).transpose()?;
    let curve = match (outer, inner) {
        (Some(outer), Some(inner)) if outer != inner => return Err(Fault::CurveConflict),
        (Some(curve), _) | (None, Some(curve)) => curve,
        (None, None) => return Err(Fault::Structure(NO_CURVE)),
    };
    let scalar = padded(scalar, curve.size()).ok_or(Fault::CurveConflict)?;
    let point = curve.multiply(&scalar).ok_or(Fault::CurveConflict)?;
    // A bit string, behind the number of bits that do not count.
    let said = optional(tag::CONTEXT_1).map(|bits| bits.and_then(|bits| bits.content.get(1..)).unwrap_or_default());
    if said.is_some_and(|said| curve.point(said).as_ref() != Some(&point)) {
        return Err(Fault::CurveConflict);
    }
    let kept = EcPrivateKey { private_key: &scalar, parameters: None, public_key: Some(&point) };
    let kept = kept.to_der().map(Zeroizing::new).map_err(|_| Fault::Structure(DAMAGED))?;
    let oid = curve.oid();
    let pkcs8 = encode(EC_PUBLIC_KEY, Some(AnyRef::from(&oid)), &kept);
    Ok((PublicKey::Elliptic { curve, point }, pkcs8))
}

const NO_CURVE: &str = "it does not name its curve";

/// The scalar with exactly as many bytes as the field has: old tools leave out leading zeros, or add one.
fn padded(scalar: &[u8], size: usize) -> Option<Zeroizing<Vec<u8>>> {
    let digits = scalar.iter().position(|byte| *byte != 0).and_then(|start| scalar.get(start..)).unwrap_or_default();
    let zeros = size.checked_sub(digits.len())?;
    let mut padded = Zeroizing::new(vec![0; zeros]);
    padded.reserve_exact(digits.len());
    padded.extend(digits);
    Some(padded)
}

fn uncompressed<C>(written: &[u8]) -> Option<Vec<u8>>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let point = Point::<C>::from_sec1_bytes(written).ok()?;
    Some(point.to_sec1_point(false).as_bytes().to_vec())
}

fn base_times<C>(scalar: &[u8]) -> Option<Vec<u8>>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let secret = SecretKey::<C>::from_slice(scalar).ok()?;
    Some(secret.public_key().to_sec1_point(false).as_bytes().to_vec())
}
