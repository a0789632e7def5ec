//! Keys on the curves P-256, P-384 and P-521.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Encode};
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
pub(in super::super) fn curve_of(parameters: Option<AnyRef<'_>>) -> Result<Curve, Fault> {
    let parameters = parameters.ok_or(Fault::Structure(NO_CURVE))?;
    if der::Tagged::tag(&parameters) == der::Tag::Sequence {
        return Err(Fault::ExplicitCurve);
    }
    let oid: ObjectIdentifier = parameters.decode_as().map_err(|_| Fault::Structure(NO_CURVE))?;
    Curve::ALL.into_iter().find(|curve| curve.oid() == oid).ok_or_else(|| Fault::Algorithm(algorithm::name(&oid)))
}

/// `ECPrivateKey` (RFC 5915 section 3); `outer` is the curve that PKCS#8 names around it.
pub(super) fn read(der: &[u8], outer: Option<Curve>) -> Read {
    let inner = inner_parameters(der).map(|any| curve_of(Some(any))).transpose()?;
    let curve = match (outer, inner) {
        (Some(outer), Some(inner)) if outer != inner => return Err(Fault::CurveConflict),
        (Some(curve), _) | (None, Some(curve)) => curve,
        (None, None) => return Err(Fault::Structure(NO_CURVE)),
    };
    let key = EcPrivateKey::from_der(der).map_err(|_| Fault::Structure(DAMAGED))?;
    let scalar = padded(key.private_key, curve.size()).ok_or(Fault::CurveConflict)?;
    let point = curve.multiply(&scalar).ok_or(Fault::CurveConflict)?;
    if key.public_key.is_some_and(|said| curve.point(said).as_ref() != Some(&point)) {
        return Err(Fault::CurveConflict);
    }
    let kept = EcPrivateKey { private_key: &scalar, parameters: None, public_key: Some(&point) };
    let kept = kept.to_der().map(Zeroizing::new).map_err(|_| Fault::Structure(DAMAGED))?;
    let oid = curve.oid();
    let pkcs8 = encode(EC_PUBLIC_KEY, Some(AnyRef::from(&oid)), &kept);
    Ok((PublicKey::Elliptic { curve, point }, pkcs8))
}

const NO_CURVE: &str = "it does not name its curve";

/// The `[0] parameters` of an `ECPrivateKey`. The sec1 crate reads only named curves.
fn inner_parameters(der: &[u8]) -> Option<AnyRef<'_>> {
    let parts = Element::all(Element::first(der)?.content, 4);
    let parameters = parts.iter().find(|part| part.tag == tag::CONTEXT_0)?;
    AnyRef::from_der(parameters.content).ok()
}

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
