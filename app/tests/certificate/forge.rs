//! Certificates to order: every field can be as wrong as a rule needs it, the signature is real.

use rcgen::{KeyPair, PublicKeyData as _, SigningKey as _};

use crate::der::*;
use crate::openssl;

/// Who signs, and with what.
pub enum Signer {
    /// ECDSA with SHA-256.
    Ecdsa(KeyPair),
    /// An RSA key in PEM, and what OpenSSL calls the hash function.
    OpenSsl { key: Vec<u8>, hash: &'static str },
    /// Any key in PEM, the arguments for `openssl pkeyutl -sign -rawin`, and its `AlgorithmIdentifier`.
    Any { key: Vec<u8>, arguments: &'static [&'static str], algorithm: Vec<u8> },
}

impl Signer {
    /// A new P-256 key.
    pub fn new() -> Self {
        Self::Ecdsa(KeyPair::generate().unwrap())
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Ecdsa(key) => key.sign(message).unwrap(),
            Self::OpenSsl { key, hash } => {
                openssl::run(&["dgst", &format!("-{hash}"), "-sign", "{0}", "{1}"], &[key, message])
            }
            Self::Any { key, arguments, .. } => {
                let sign = ["pkeyutl", "-sign", "-rawin", "-inkey", "{0}", "-in", "{1}"];
                openssl::run(&[&sign, *arguments].concat(), &[key, message])
            }
        }
    }

    /// The `AlgorithmIdentifier` of its signatures.
    pub fn algorithm(&self) -> Vec<u8> {
        match self {
            Self::Ecdsa(_) => sequence(&[&oid("1.2.840.10045.4.3.2")]),
            Self::OpenSsl { hash: "md5", .. } => sequence(&[&oid("1.2.840.113549.1.1.4"), &null()]),
            Self::OpenSsl { hash: "sha1", .. } => sequence(&[&oid("1.2.840.113549.1.1.5"), &null()]),
            Self::OpenSsl { .. } => sequence(&[&oid("1.2.840.113549.1.1.11"), &null()]),
            Self::Any { algorithm, .. } => algorithm.clone(),
        }
    }

    /// Its public key.
    pub fn spki(&self) -> Vec<u8> {
        match self {
            Self::Ecdsa(key) => key.subject_public_key_info(),
            Self::OpenSsl { key, .. } | Self::Any { key, .. } => openssl::spki(key),
        }
    }

    /// Its private key, as PKCS#8 in PEM.
    pub fn pem(&self) -> Vec<u8> {
        match self {
            Self::Ecdsa(key) => pem("PRIVATE KEY", key.serialized_der()),
            Self::OpenSsl { key, .. } | Self::Any { key, .. } => key.clone(),
        }
    }
}

/// A certificate that is still to be signed.
#[derive(Clone)]
pub struct Forge {
    /// 2 is version 3; `None` leaves it out, which means version 1.
    pub version: Option<u8>,
    /// The content of the INTEGER.
    pub serial: Vec<u8>,
    /// What the signed part says; `None` for the signer's.
    pub inner_algorithm: Option<Vec<u8>>,
    pub issuer: Vec<u8>,
    pub not_before: Vec<u8>,
    pub not_after: Vec<u8>,
    pub subject: Vec<u8>,
    pub spki: Vec<u8>,
    /// Identifier, critical, value.
    pub extensions: Vec<(&'static str, bool, Vec<u8>)>,
}

pub const BASIC_CONSTRAINTS: &str = "2.5.29.19";
pub const KEY_USAGE: &str = "2.5.29.15";
pub const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
pub const ALTERNATIVE_NAME: &str = "2.5.29.17";
pub const AUTHORITY_KEY_IDENTIFIER: &str = "2.5.29.35";
pub const SUBJECT_KEY_IDENTIFIER: &str = "2.5.29.14";
pub const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";
pub const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";

impl Forge {
    /// A client certificate without fault: valid from 1 Jun 2026 to 1 Jun 2027.
    pub fn leaf(common: &str, issuer: &str, spki: Vec<u8>) -> Self {
        Self {
            version: Some(2),
            serial: vec![0x51, 0x67, 0x0A],
            inner_algorithm: None,
            issuer: common_name(issuer),
            not_before: utc_time("260601000000Z"),
            not_after: utc_time("270601000000Z"),
            subject: common_name(common),
            spki,
            extensions: vec![
                (BASIC_CONSTRAINTS, true, sequence(&[])),
                (KEY_USAGE, true, key_usage(&[0])),
                (EXTENDED_KEY_USAGE, false, sequence(&[&oid(CLIENT_AUTH)])),
                (ALTERNATIVE_NAME, false, sequence(&[&tlv(0x82, common.as_bytes())])),
            ],
        }
    }

    /// A CA certificate without fault, valid for ten years.
    pub fn authority(common: &str, issuer: &str, spki: Vec<u8>) -> Self {
        Self {
            not_before: utc_time("200101000000Z"),
            not_after: utc_time("400101000000Z"),
            extensions: vec![
                (BASIC_CONSTRAINTS, true, sequence(&[&tlv(0x01, &[0xFF])])),
                (KEY_USAGE, true, key_usage(&[5, 6])),
            ],
            ..Self::leaf(common, issuer, spki)
        }
    }

    pub fn with(mut self, extension: &'static str, critical: bool, value: Vec<u8>) -> Self {
        self = self.without(extension);
        self.extensions.push((extension, critical, value));
        self
    }

    pub fn without(mut self, extension: &'static str) -> Self {
        self.extensions.retain(|(known, ..)| *known != extension);
        self
    }

    pub fn valid(mut self, not_before: &str, not_after: &str) -> Self {
        self.not_before = utc_time(not_before);
        self.not_after = utc_time(not_after);
        self
    }

    /// The DER certificate.
    pub fn sign(&self, signer: &Signer) -> Vec<u8> {
        let version = self.version.map(|version| tlv(0xA0, &integer(&[version]))).unwrap_or_default();
        let extensions: Vec<Vec<u8>> = self
            .extensions
            .iter()
            .map(|(identifier, critical, value)| {
                let critical = if *critical { tlv(0x01, &[0xFF]) } else { Vec::new() };
                sequence(&[&oid(identifier), &critical, &octet_string(value)])
            })
            .collect();
        let extensions = if extensions.is_empty() { Vec::new() } else { tlv(0xA3, &tlv(0x30, &extensions.concat())) };
        let algorithm = signer.algorithm();
        let content = sequence(&[
            &version,
            &integer(&self.serial),
            self.inner_algorithm.as_ref().unwrap_or(&algorithm),
            &self.issuer,
            &sequence(&[&self.not_before, &self.not_after]),
            &self.subject,
            &self.spki,
            &extensions,
        ]);
        let signature = signer.sign(&content);
        sequence(&[&content, &algorithm, &bit_string(&signature)])
    }

    /// The same as PEM.
    pub fn pem(&self, signer: &Signer) -> Vec<u8> {
        pem("CERTIFICATE", &self.sign(signer))
    }
}

/// A key usage with these bits (RFC 5280 section 4.2.1.3; 0 is digitalSignature, 5 keyCertSign).
pub fn key_usage(bits: &[u8]) -> Vec<u8> {
    let byte = bits.iter().fold(0_u8, |byte, bit| byte | (0x80 >> bit));
    let unused = u8::try_from(byte.trailing_zeros()).unwrap();
    if byte == 0 { tlv(0x03, &[0]) } else { tlv(0x03, &[unused, byte]) }
}

/// A PEM block, 64 characters a line.
pub fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n")).into_bytes()
}

/// The DER in the first PEM block.
pub fn der(pem: &[u8]) -> Vec<u8> {
    use base64::Engine as _;
    let text = str::from_utf8(pem).unwrap();
    let body: String = text
        .lines()
        .skip_while(|line| !line.starts_with("-----BEGIN"))
        .skip(1)
        .take_while(|line| !line.starts_with('-'))
        .collect();
    base64::engine::general_purpose::STANDARD.decode(body).unwrap()
}

/// An RSA public key with this modulus and exponent.
pub fn rsa_spki(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let key = sequence(&[&positive(modulus), &positive(exponent)]);
    sequence(&[&sequence(&[&oid("1.2.840.113549.1.1.1"), &null()]), &bit_string(&key)])
}

/// An odd number of so many bits without a small factor: good enough for the modulus of a key that nobody uses.
pub fn modulus(bits: usize) -> Vec<u8> {
    odd_number(bits, |number| (3..1000).step_by(2).all(|factor| remainder(number, factor) != 0))
}

/// An odd number of so many bits that this prime divides.
pub fn divisible_modulus(bits: usize, prime: u32) -> Vec<u8> {
    odd_number(bits, |number| {
        remainder(number, prime) == 0
            && (3..751).step_by(2).all(|factor| factor == prime || remainder(number, factor) != 0)
    })
}

fn odd_number(bits: usize, fits: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut number = vec![0xA7; bits.div_ceil(8)];
    number[0] = 0xFF >> (8 * number.len() - bits);
    let end = number.len() - 4;
    let mut last = 0xA7A7_A7A7_u32;
    loop {
        number[end..].copy_from_slice(&last.to_be_bytes());
        if fits(&number) {
            return number;
        }
        last += 2;
    }
}

fn remainder(number: &[u8], divisor: u32) -> u32 {
    number.iter().fold(0, |rest, byte| ((rest << 8) | u32::from(*byte)) % divisor)
}
