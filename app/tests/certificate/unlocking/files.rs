//! Locked files that OpenSSL does not write, of keys and ciphertexts that it makes.

use crate::der::{integer, null, octet_string, oid, positive, sequence, set, tlv};
use crate::forge::der;
use crate::openssl;
use crate::world::WORLD;

pub const SALT: [u8; 8] = [0x0A, 0x58, 0xCF, 0x64, 0x53, 0x0D, 0x82, 0x3F];
const VECTOR: [u8; 16] = [7; 16];

const DATA: &str = "1.2.840.113549.1.7.1";
const ENCRYPTED_DATA: &str = "1.2.840.113549.1.7.6";
const PBES2: &str = "1.2.840.113549.1.5.13";
const PBKDF2: &str = "1.2.840.113549.1.5.12";
const SCRYPT: &str = "1.3.6.1.4.1.11591.4.11";
const AES_256_CBC: &str = "2.16.840.1.101.3.4.1.42";
const HMAC_SHA256: &str = "1.2.840.113549.2.9";
const SHA256: &str = "2.16.840.1.101.3.4.2.1";
const CERTIFICATE_BAG: &str = "1.2.840.113549.1.12.10.1.3";
const KEY_BAG: &str = "1.2.840.113549.1.12.10.1.1";
const SHROUDED_KEY_BAG: &str = "1.2.840.113549.1.12.10.1.2";
const SAFE_CONTENTS_BAG: &str = "1.2.840.113549.1.12.10.1.6";
const SECRET_BAG: &str = "1.2.840.113549.1.12.10.1.5";
const LOCAL_KEY_ID: &str = "1.2.840.113549.1.9.21";

/// How a key is derived.
#[derive(Clone, Copy)]
pub enum Kdf {
    Pbkdf2 { rounds: u32 },
    Scrypt { n: u32, r: u32, p: u32 },
}

impl Kdf {
    /// Its `AlgorithmIdentifier`.
    pub fn algorithm(self) -> Vec<u8> {
        let number = |number: u32| {
            let bytes: Vec<u8> = number.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
            positive(if bytes.is_empty() { &[0] } else { &bytes })
        };
        match self {
            Self::Pbkdf2 { rounds } => {
                let hmac = sequence(&[&oid(HMAC_SHA256), &null()]);
                sequence(&[&oid(PBKDF2), &sequence(&[&octet_string(&SALT), &number(rounds), &integer(&[32]), &hmac])])
            }
            Self::Scrypt { n, r, p } => {
                sequence(&[&oid(SCRYPT), &sequence(&[&octet_string(&SALT), &number(n), &number(r), &number(p)])])
            }
        }
    }

    /// The key that OpenSSL derives.
    fn key(self, passphrase: &str) -> Vec<u8> {
        let passphrase = format!("pass:{passphrase}");
        let salt = format!("hexsalt:{}", hex(&SALT));
        let arguments: Vec<String> = match self {
            Self::Pbkdf2 { rounds } => vec!["digest:SHA256".into(), format!("iter:{rounds}"), "pkcs5:1".into()],
            Self::Scrypt { n, r, p } => {
                vec![format!("n:{n}"), format!("r:{r}"), format!("p:{p}"), "maxmem_bytes:200000000".into()]
            }
        };
        let mut words = vec!["kdf", "-binary", "-keylen", "32"];
        for option in arguments.iter().chain([&passphrase, &salt]) {
            words.extend(["-kdfopt", option]);
        }
        words.push(if matches!(self, Self::Pbkdf2 { .. }) { "PBKDF2" } else { "SCRYPT" });
        openssl::run(&words, &[])
    }
}

/// PBES2 with AES-256: the `AlgorithmIdentifier`.
pub fn pbes2(kdf: Kdf) -> Vec<u8> {
    let cipher = sequence(&[&oid(AES_256_CBC), &octet_string(&VECTOR)]);
    sequence(&[&oid(PBES2), &sequence(&[&kdf.algorithm(), &cipher])])
}

/// What it makes of a text.
pub fn encrypt(kdf: Kdf, passphrase: &str, plain: &[u8]) -> Vec<u8> {
    let (key, vector) = (hex(&kdf.key(passphrase)), hex(&VECTOR));
    openssl::run(&["enc", "-aes-256-cbc", "-K", &key, "-iv", &vector, "-in", "{0}"], &[plain])
}

/// `EncryptedPrivateKeyInfo` of the client's key.
pub fn locked_key(kdf: Kdf, passphrase: &str) -> Vec<u8> {
    sequence(&[&pbes2(kdf), &octet_string(&encrypt(kdf, passphrase, &der(&WORLD.client.pem())))])
}

/// The same with something else in the place of the key; the work is never done.
pub fn locked_nothing(kdf: Kdf) -> Vec<u8> {
    sequence(&[&pbes2(kdf), &octet_string(&[0; 160])])
}

fn bag(kind: &str, value: &[u8], local_key_id: Option<&[u8]>) -> Vec<u8> {
    let attributes =
        local_key_id.map(|id| set(&[&sequence(&[&oid(LOCAL_KEY_ID), &set(&[&octet_string(id)])])])).unwrap_or_default();
    sequence(&[&oid(kind), &tlv(0xA0, value), &attributes])
}

pub fn certificate_bag(certificate: &[u8], local_key_id: Option<&[u8]>) -> Vec<u8> {
    let value = sequence(&[&oid("1.2.840.113549.1.9.22.1"), &tlv(0xA0, &octet_string(certificate))]);
    bag(CERTIFICATE_BAG, &value, local_key_id)
}

/// A certificate of another kind than X.509.
pub fn sdsi_bag() -> Vec<u8> {
    bag(CERTIFICATE_BAG, &sequence(&[&oid("1.2.840.113549.1.9.22.2"), &tlv(0xA0, &tlv(0x16, b"(cert)"))]), None)
}

pub fn key_bag(key: &[u8], local_key_id: Option<&[u8]>) -> Vec<u8> {
    bag(KEY_BAG, key, local_key_id)
}

pub fn shrouded_bag(locked_key: &[u8]) -> Vec<u8> {
    bag(SHROUDED_KEY_BAG, locked_key, None)
}

pub fn secret_bag() -> Vec<u8> {
    bag(SECRET_BAG, &sequence(&[&oid("1.2.3"), &tlv(0xA0, &octet_string(b"a password"))]), None)
}

/// Bags in a bag.
pub fn nested_bag(bags: &[Vec<u8>]) -> Vec<u8> {
    bag(SAFE_CONTENTS_BAG, &tlv(0x30, &bags.concat()), None)
}

/// Bags that anybody can read.
pub fn plain(bags: &[Vec<u8>]) -> Vec<u8> {
    sequence(&[&oid(DATA), &tlv(0xA0, &octet_string(&tlv(0x30, &bags.concat())))])
}

/// Bags under the passphrase.
pub fn sealed(kdf: Kdf, passphrase: &str, bags: &[Vec<u8>]) -> Vec<u8> {
    encrypted(&pbes2(kdf), &encrypt(kdf, passphrase, &tlv(0x30, &bags.concat())))
}

/// Something under an algorithm.
pub fn encrypted(algorithm: &[u8], contents: &[u8]) -> Vec<u8> {
    let info = sequence(&[&oid(DATA), algorithm, &tlv(0x80, contents)]);
    sequence(&[&oid(ENCRYPTED_DATA), &tlv(0xA0, &sequence(&[&integer(&[0]), &info]))])
}

/// A PKCS#12 file of these parts; `mac` makes its `MacData`.
pub fn pfx_of(parts: &[Vec<u8>], mac: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let authenticated = tlv(0x30, &parts.concat());
    let content = sequence(&[&oid(DATA), &tlv(0xA0, &octet_string(&authenticated))]);
    sequence(&[&integer(&[3]), &content, &mac(&authenticated)])
}

/// No MAC.
pub fn without_mac(_authenticated: &[u8]) -> Vec<u8> {
    Vec::new()
}

/// The usual MAC with SHA-256, two rounds, for a passphrase that is already in bytes.
pub fn mac_for(passphrase: &[u8]) -> impl FnOnce(&[u8]) -> Vec<u8> {
    let (passphrase, salt) = (format!("hexpass:{}", hex(passphrase)), format!("hexsalt:{}", hex(&SALT)));
    move |authenticated| {
        let mut words = vec!["kdf", "-binary", "-keylen", "32"];
        for option in ["digest:SHA256", &passphrase, &salt, "iter:2", "id:3"] {
            words.extend(["-kdfopt", option]);
        }
        words.push("PKCS12KDF");
        let code = hmac(&openssl::run(&words, &[]), authenticated);
        mac_data(&sequence(&[&oid(SHA256), &null()]), &code, &[2])
    }
}

/// PBMAC1 (RFC 9579), two rounds.
pub fn pbmac1_for(passphrase: &str) -> impl FnOnce(&[u8]) -> Vec<u8> {
    move |authenticated| {
        let kdf = Kdf::Pbkdf2 { rounds: 2 };
        let code = hmac(&kdf.key(passphrase), authenticated);
        let parameters = sequence(&[&kdf.algorithm(), &sequence(&[&oid(HMAC_SHA256), &null()])]);
        mac_data(&sequence(&[&oid("1.2.840.113549.1.5.14"), &parameters]), &code, &[1])
    }
}

/// A MAC that asks for so many rounds; it fits nothing.
pub fn mac_of_rounds(rounds: &[u8]) -> impl FnOnce(&[u8]) -> Vec<u8> {
    move |_authenticated| mac_data(&sequence(&[&oid(SHA256), &null()]), &[0; 32], rounds)
}

/// PBMAC1 that asks for so many rounds; it fits nothing.
pub fn pbmac1_of_rounds(rounds: u32) -> impl FnOnce(&[u8]) -> Vec<u8> {
    move |_authenticated| {
        let parameters = sequence(&[&Kdf::Pbkdf2 { rounds }.algorithm(), &sequence(&[&oid(HMAC_SHA256), &null()])]);
        mac_data(&sequence(&[&oid("1.2.840.113549.1.5.14"), &parameters]), &[0; 32], &[1])
    }
}

/// A MAC with another function; it fits nothing.
pub fn mac_with(digest: &str) -> impl FnOnce(&[u8]) -> Vec<u8> {
    move |_authenticated| mac_data(&sequence(&[&oid(digest), &null()]), &[0; 16], &[1])
}

fn mac_data(algorithm: &[u8], code: &[u8], rounds: &[u8]) -> Vec<u8> {
    sequence(&[&sequence(&[algorithm, &octet_string(code)]), &octet_string(&SALT), &integer(rounds)])
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let key = format!("hexkey:{}", hex(key));
    openssl::run(&["dgst", "-sha256", "-mac", "HMAC", "-macopt", &key, "-binary", "{0}"], &[message])
}

/// The same in BER, as Firefox writes it: no length is definite, octet strings come in pieces. What lies in octet strings stays.
pub fn ber(der: &[u8]) -> Vec<u8> {
    elements(der).into_iter().flat_map(|(tag, content)| in_ber(tag, content)).collect()
}

fn in_ber(tag: u8, content: &[u8]) -> Vec<u8> {
    let is_constructed = tag & 0x20 != 0;
    let (tag, content) = match tag {
        _ if is_constructed => (tag, ber(content)),
        // An OCTET STRING, also the one under the tag [0].
        0x04 | 0x80 => (tag | 0x20, content.chunks(50).flat_map(octet_string).collect()),
        _ => return tlv(tag, content),
    };
    [&[tag, 0x80], content.as_slice(), &[0, 0]].concat()
}

/// Tags and contents.
pub fn elements(mut bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let mut elements = Vec::new();
    while let [tag, length, rest @ ..] = bytes {
        let (length, rest) = match length {
            0x81 => (usize::from(rest[0]), &rest[1..]),
            0x82 => (usize::from(rest[0]) << 8 | usize::from(rest[1]), &rest[2..]),
            length => (usize::from(*length), rest),
        };
        elements.push((*tag, &rest[..length]));
        bytes = &rest[length..];
    }
    elements
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
