//! Signatures of certificates (RFC 5280 section 4.1.1.3), checked with the issuer's key.

use der::Tag;
use der::asn1::{AnyRef, ObjectIdentifier};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use pkcs1::RsaPssParamsOwned;
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, RsaPublicKey};
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use x509_parser::x509::AlgorithmIdentifier;

use super::key::{Curve, MAX_RSA_BITS, PublicKey, algorithm_name};
use super::parsed::Parsed;

/// What became of checking a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was made with the issuer's key.
    Good,
    /// It was not.
    Bad,
    /// The algorithm or the key is none that can be checked here.
    Unverifiable,
    /// Too many signatures were checked already; this one was not.
    Unchecked,
}

/// The most signatures that are checked in one upload.
pub(super) const MOST_CHECKS: usize = 20;

/// Checks signatures, each once and not too many.
#[derive(Default)]
pub(super) struct Checker {
    /// The numbers of two certificates, and whether the second one signed the first.
    known: Vec<(u32, u32, Outcome)>,
}

impl Checker {
    /// Whether `issuer` signed `certificate`.
    pub(super) fn check(&mut self, certificate: &Parsed<'_>, issuer: &Parsed<'_>) -> Outcome {
        let pair = (certificate.number(), issuer.number());
        if let Some((.., outcome)) = self.known.iter().find(|(signed, by, _)| (*signed, *by) == pair) {
            return *outcome;
        }
        let outcome = if self.known.len() < MOST_CHECKS { check(certificate, issuer) } else { Outcome::Unchecked };
        self.known.push((pair.0, pair.1, outcome));
        outcome
    }

    /// Whether there were more signatures to check than are checked.
    pub(super) fn is_exhausted(&self) -> bool {
        self.known.len() > MOST_CHECKS
    }
}

fn check(certificate: &Parsed<'_>, issuer: &Parsed<'_>) -> Outcome {
    let (Some(algorithm), Ok(key)) = (Algorithm::of(&certificate.x509.signature_algorithm), &issuer.public_key) else {
        return Outcome::Unverifiable;
    };
    let message = certificate.x509.tbs_certificate.as_ref();
    let signature = &certificate.x509.signature_value.data;
    match algorithm.verify(key, message, signature) {
        Some(true) => Outcome::Good,
        Some(false) => Outcome::Bad,
        None => Outcome::Unverifiable,
    }
}

/// The broken hash function of a certificate's signature, if it has one: `MD5`, `SHA-1`.
pub(super) fn weak_hash_of(certificate: &Parsed<'_>) -> Option<&'static str> {
    let written = &certificate.x509.signature_algorithm;
    if let Some(Algorithm::Pss { hash: Hash::Sha1, .. }) = Algorithm::of(written) {
        return Some("SHA-1");
    }
    let oid = written.algorithm.to_id_string();
    WEAK.iter().find(|(weak, _)| *weak == oid).map(|(_, hash)| *hash)
}

/// The name of a certificate's signature algorithm, else its identifier in dots.
pub(super) fn name_of(certificate: &Parsed<'_>) -> String {
    let oid = certificate.x509.signature_algorithm.algorithm.to_id_string();
    let known = NAMES.iter().find(|(known, _)| *known == oid);
    known.map_or_else(
        || ObjectIdentifier::new(&oid).map_or(oid, |oid| algorithm_name(&oid)),
        |(_, name)| (*name).to_owned(),
    )
}

/// The same in the words of Cloudflare's API, which are those of Go's `crypto/x509`: `SHA256WithRSA`.
pub(super) fn api_name_of(certificate: &Parsed<'_>) -> String {
    let written = &certificate.x509.signature_algorithm;
    let Some(algorithm) = Algorithm::of(written) else {
        let oid = written.algorithm.to_id_string();
        let known = API_NAMES.iter().find(|(known, _)| *known == oid).map(|(_, name)| (*name).to_owned());
        return known.unwrap_or(oid);
    };
    match algorithm {
        Algorithm::Pkcs1(hash) => format!("{}WithRSA", hash.api_name()),
        Algorithm::Pss { hash, .. } => format!("{}WithRSAPSS", hash.api_name()),
        Algorithm::Ecdsa(hash) => format!("ECDSAWith{}", hash.api_name()),
        Algorithm::Ed25519 => "PureEd25519".to_owned(),
    }
}

/// A signature algorithm that can be checked.
#[derive(Clone, Copy)]
enum Algorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).
    Pkcs1(Hash),
    /// RSASSA-PSS with MGF1 over the same hash function (RFC 8017 section 8.1).
    Pss {
        hash: Hash,
        /// In octets.
        salt: usize,
    },
    /// ECDSA (RFC 5758 section 3.2).
    Ecdsa(Hash),
    /// Ed25519 (RFC 8410 section 3).
    Ed25519,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Algorithm {
    fn of(written: &AlgorithmIdentifier<'_>) -> Option<Self> {
        let oid = written.algorithm.to_id_string();
        let known = match oid.as_str() {
            "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => Self::Pkcs1(Hash::Sha1),
            "1.2.840.113549.1.1.14" => Self::Pkcs1(Hash::Sha224),
            "1.2.840.113549.1.1.11" => Self::Pkcs1(Hash::Sha256),
            "1.2.840.113549.1.1.12" => Self::Pkcs1(Hash::Sha384),
            "1.2.840.113549.1.1.13" => Self::Pkcs1(Hash::Sha512),
            "1.2.840.10045.4.1" => Self::Ecdsa(Hash::Sha1),
            "1.2.840.10045.4.3.1" => Self::Ecdsa(Hash::Sha224),
            "1.2.840.10045.4.3.2" => Self::Ecdsa(Hash::Sha256),
            "1.2.840.10045.4.3.3" => Self::Ecdsa(Hash::Sha384),
            "1.2.840.10045.4.3.4" => Self::Ecdsa(Hash::Sha512),
            "1.3.101.112" => Self::Ed25519,
            "1.2.840.113549.1.1.10" => return Self::pss(written),
            _ => return None,
        };
        Some(known)
    }

    /// RSASSA-PSS-params (RFC 8017 appendix A.2.3).
    fn pss(written: &AlgorithmIdentifier<'_>) -> Option<Self> {
        let parameters = AnyRef::new(Tag::Sequence, written.parameters.as_ref()?.data).ok()?;
        let parameters = parameters.decode_as::<RsaPssParamsOwned>().ok()?;
        let hash = Hash::of(&parameters.hash.oid)?;
        let mask = parameters.mask_gen.parameters.as_ref().and_then(|mask| Hash::of(&mask.oid));
        let is_mgf1 = parameters.mask_gen.oid == MGF1;
        (is_mgf1 && mask == Some(hash)).then_some(Self::Pss { hash, salt: usize::from(parameters.salt_len) })
    }

    /// Whether `key` signed `message`; `None` if a key of this kind cannot be used with this algorithm.
    fn verify(self, key: &PublicKey, message: &[u8], signature: &[u8]) -> Option<bool> {
        match (self, key) {
            (Self::Pkcs1(_) | Self::Pss { .. }, PublicKey::Rsa { modulus, exponent }) => {
                let key = rsa_key(modulus, exponent)?;
                Some(self.verify_rsa(&key, message, signature))
            }
            (Self::Ecdsa(hash), PublicKey::Elliptic { curve, point }) => {
                Some(verify_ecdsa(*curve, point, &hash.of_message(message), signature))
            }
            (Self::Ed25519, PublicKey::Ed25519(key)) => {
                let key = ed25519_dalek::VerifyingKey::from_bytes(key).ok();
                let signature = ed25519_dalek::Signature::from_slice(signature).ok();
                Some(key.zip(signature).is_some_and(|(key, signature)| key.verify_strict(message, &signature).is_ok()))
            }
            // A key of another kind cannot have made it.
            _ => Some(false),
        }
    }

    fn verify_rsa(self, key: &RsaPublicKey, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Pkcs1(hash) => {
                let scheme = match hash {
                    Hash::Sha1 => Pkcs1v15Sign::new::<Sha1>(),
                    Hash::Sha224 => Pkcs1v15Sign::new::<Sha224>(),
                    Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
                    Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
                    Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
                };
                key.verify(scheme, &hash.of_message(message), signature).is_ok()
            }
            Self::Pss { hash, salt } => {
                let hashed = hash.of_message(message);
                match hash {
                    Hash::Sha1 => key.verify(Pss::<Sha1>::new_with_salt(salt), &hashed, signature),
                    Hash::Sha224 => key.verify(Pss::<Sha224>::new_with_salt(salt), &hashed, signature),
                    Hash::Sha256 => key.verify(Pss::<Sha256>::new_with_salt(salt), &hashed, signature),
                    Hash::Sha384 => key.verify(Pss::<Sha384>::new_with_salt(salt), &hashed, signature),
                    Hash::Sha512 => key.verify(Pss::<Sha512>::new_with_salt(salt), &hashed, signature),
                }
                .is_ok()
            }
            Self::Ecdsa(_) | Self::Ed25519 => false,
        }
    }
}

impl Hash {
    fn of(oid: &ObjectIdentifier) -> Option<Self> {
        match *oid {
            SHA1 => Some(Self::Sha1),
            SHA224 => Some(Self::Sha224),
            SHA256 => Some(Self::Sha256),
            SHA384 => Some(Self::Sha384),
            SHA512 => Some(Self::Sha512),
            _ => None,
        }
    }

    const fn api_name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha224 => "SHA224",
            Self::Sha256 => "SHA256",
            Self::Sha384 => "SHA384",
            Self::Sha512 => "SHA512",
        }
    }

    fn of_message(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(message).to_vec(),
            Self::Sha224 => Sha224::digest(message).to_vec(),
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }
}

/// The key, if its modulus is one that arithmetic is done on and its exponent is not made to cost time (at most 33 bits).
fn rsa_key(modulus: &[u8], exponent: &[u8]) -> Option<RsaPublicKey> {
    let [modulus, exponent] = [modulus, exponent].map(BoxedUint::from_be_slice_vartime);
    RsaPublicKey::new_with_size_limits(modulus, exponent, SHORTEST_RSA..=MAX_RSA_BITS).ok()
}

/// Old certificates have such keys; another rule says that they are too short.
const SHORTEST_RSA: usize = 512;

fn verify_ecdsa(curve: Curve, point: &[u8], hashed: &[u8], signature: &[u8]) -> bool {
    // A hash much shorter than the curve's order is taken as the number it is (FIPS 186-5 section 6.4.2); the crates want its zeros.
    let mut number = vec![0; curve.size().div_ceil(2).saturating_sub(hashed.len())];
    number.extend(hashed);
    match curve {
        Curve::P256 => verify_prehash(
            p256::ecdsa::VerifyingKey::from_sec1_bytes(point),
            p256::ecdsa::Signature::from_der(signature),
            &number,
        ),
        Curve::P384 => verify_prehash(
            p384::ecdsa::VerifyingKey::from_sec1_bytes(point),
            p384::ecdsa::Signature::from_der(signature),
            &number,
        ),
        Curve::P521 => verify_prehash(
            p521::ecdsa::VerifyingKey::from_sec1_bytes(point),
            p521::ecdsa::Signature::from_der(signature),
            &number,
        ),
    }
}

fn verify_prehash<K: PrehashVerifier<S>, S, E>(key: Result<K, E>, signature: Result<S, E>, hashed: &[u8]) -> bool {
    key.ok().zip(signature.ok()).is_some_and(|(key, signature)| key.verify_prehash(hashed, &signature).is_ok())
}

/// id-mgf1 (RFC 8017 appendix B.2.1).
const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");
const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const SHA224: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.4");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");

/// Signature algorithms with a broken hash function.
const WEAK: &[(&str, &str)] = &[
    ("1.2.840.113549.1.1.2", "MD2"),
    ("1.2.840.113549.1.1.3", "MD4"),
    ("1.2.840.113549.1.1.4", "MD5"),
    ("1.3.14.3.2.3", "MD5"),
    ("1.2.840.113549.1.1.5", "SHA-1"),
    ("1.3.14.3.2.29", "SHA-1"),
    ("1.2.840.10040.4.3", "SHA-1"),
    ("1.3.14.3.2.27", "SHA-1"),
    ("1.2.840.10045.4.1", "SHA-1"),
];

/// Signature algorithms that are not checked and have a name in Go's `crypto/x509`.
const API_NAMES: &[(&str, &str)] = &[
    ("1.2.840.113549.1.1.2", "MD2WithRSA"),
    ("1.2.840.113549.1.1.4", "MD5WithRSA"),
    ("1.2.840.10040.4.3", "DSAWithSHA1"),
    ("2.16.840.1.101.3.4.3.2", "DSAWithSHA256"),
];

/// Signature algorithms that are met and not checked, or whose key cannot be used.
const NAMES: &[(&str, &str)] = &[
    ("1.2.840.113549.1.1.5", "RSA with SHA-1"),
    ("1.2.840.113549.1.1.10", "RSASSA-PSS"),
    ("1.2.840.113549.1.1.11", "RSA with SHA-256"),
    ("1.2.840.113549.1.1.12", "RSA with SHA-384"),
    ("1.2.840.113549.1.1.13", "RSA with SHA-512"),
    ("1.2.840.10040.4.3", "DSA with SHA-1"),
    ("2.16.840.1.101.3.4.3.2", "DSA with SHA-256"),
    ("1.2.840.10045.4.1", "ECDSA with SHA-1"),
    ("1.2.840.10045.4.3.2", "ECDSA with SHA-256"),
    ("1.2.840.10045.4.3.3", "ECDSA with SHA-384"),
    ("1.2.840.10045.4.3.4", "ECDSA with SHA-512"),
    ("1.2.156.10197.1.501", "SM2 with SM3"),
    ("1.2.643.7.1.1.3.2", "GOST R 34.10-2012 (256)"),
    ("1.2.643.7.1.1.3.3", "GOST R 34.10-2012 (512)"),
];
