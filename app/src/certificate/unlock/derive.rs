//! Keys from passphrases.

use der::asn1::ObjectIdentifier;
use sha1::Sha1;
use sha2::digest::block_api::BlockSizeUser;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::fault::Fault;
use super::work::{Cost, Rounds};

/// A passphrase, in the two ways in which it is turned into bytes.
pub(super) struct Passphrase {
    /// For PBES2 and PBMAC1 (RFC 8018 section 3: UTF-8 where nothing else was agreed).
    utf8: Zeroizing<Vec<u8>>,
    /// For PKCS#12's own derivation (RFC 7292 appendix B.1): UTF-16, high byte first, with two bytes of 0 at the end. RFC 7292 knows
    /// only characters of two bytes; beyond them, OpenSSL's surrogate pairs are what everybody writes.
    utf16: Zeroizing<Vec<u8>>,
}

impl Passphrase {
    /// What a typed passphrase can mean. An empty one is two: no passphrase at all, which Windows writes, and one without a character.
    pub(super) fn forms(typed: &str) -> Vec<Self> {
        let utf8 = || Zeroizing::new(typed.as_bytes().to_vec());
        let mut utf16 = Zeroizing::new(Vec::with_capacity(2 * typed.len() + 2));
        utf16.extend(typed.encode_utf16().flat_map(u16::to_be_bytes));
        utf16.extend_from_slice(&[0, 0]);
        let none = typed.is_empty().then(|| Self { utf8: utf8(), utf16: Zeroizing::default() });
        none.into_iter().chain([Self { utf8: utf8(), utf16 }]).collect()
    }
}

/// What the first form of the passphrase yields that is not the wrong one.
pub(super) fn with_any<T>(forms: &[Passphrase], open: impl Fn(&Passphrase) -> Result<T, Fault>) -> Result<T, Fault> {
    let mut tried = forms.iter().map(open);
    tried.find(|opened| !matches!(opened, Err(Fault::Passphrase))).unwrap_or(Err(Fault::Passphrase))
}

/// A hash function.
#[derive(Clone, Copy)]
pub(super) enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

/// Does something with the type that a [`Hash`] stands for.
macro_rules! with_type_of {
    ($hash:expr, $D:ident => $does:expr) => {
        match $hash {
            Hash::Sha1 => {
                type $D = Sha1;
                $does
            }
            Hash::Sha224 => {
                type $D = Sha224;
                $does
            }
            Hash::Sha256 => {
                type $D = Sha256;
                $does
            }
            Hash::Sha384 => {
                type $D = Sha384;
                $does
            }
            Hash::Sha512 => {
                type $D = Sha512;
                $does
            }
        }
    };
}

impl Hash {
    /// By the identifier of the function itself (RFC 8017 appendix B.1).
    pub(super) fn of_digest(identifier: &ObjectIdentifier) -> Result<Self, Fault> {
        match identifier.to_string().as_str() {
            "1.3.14.3.2.26" => Ok(Self::Sha1),
            "2.16.840.1.101.3.4.2.4" => Ok(Self::Sha224),
            "2.16.840.1.101.3.4.2.1" => Ok(Self::Sha256),
            "2.16.840.1.101.3.4.2.2" => Ok(Self::Sha384),
            "2.16.840.1.101.3.4.2.3" => Ok(Self::Sha512),
            _ => Err(Fault::scheme(identifier)),
        }
    }

    /// By the identifier of HMAC with it (RFC 8018 appendix B.1).
    pub(super) fn of_hmac(identifier: &ObjectIdentifier) -> Result<Self, Fault> {
        match identifier.to_string().as_str() {
            "1.2.840.113549.2.7" => Ok(Self::Sha1),
            "1.2.840.113549.2.8" => Ok(Self::Sha224),
            "1.2.840.113549.2.9" => Ok(Self::Sha256),
            "1.2.840.113549.2.10" => Ok(Self::Sha384),
            "1.2.840.113549.2.11" => Ok(Self::Sha512),
            _ => Err(Fault::scheme(identifier)),
        }
    }

    /// How long its digests are, in bytes.
    pub(super) fn length(self) -> usize {
        with_type_of!(self, D => <D as Digest>::output_size())
    }

    /// Whether `code` is the HMAC of `message` under `key`.
    pub(super) fn is_hmac(self, key: &[u8], message: &[u8], code: &[u8]) -> bool {
        use hmac::{Hmac, KeyInit as _, Mac as _};
        with_type_of!(self, D => Hmac::<D>::new_from_slice(key)
            .is_ok_and(|hmac| hmac.chain_update(message).verify_slice(code).is_ok()))
    }
}

/// How a key comes from a passphrase in PKCS#5 version 2.
pub(super) enum Derivation<'a> {
    /// RFC 8018 section 5.2.
    Pbkdf2 { salt: &'a [u8], rounds: Rounds, hash: Hash },
    /// RFC 7914.
    Scrypt { salt: &'a [u8], cost: Cost },
}

impl Derivation<'_> {
    /// A key of so many bytes.
    pub(super) fn key(&self, passphrase: &Passphrase, length: usize) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let mut key = Zeroizing::new(vec![0; length]);
        match self {
            Self::Pbkdf2 { salt, rounds, hash } => {
                with_type_of!(hash, D => pbkdf2::pbkdf2_hmac::<D>(&passphrase.utf8, salt, rounds.count(), &mut key));
            }
            Self::Scrypt { salt, cost } => {
                scrypt::scrypt(&passphrase.utf8, salt, cost.parameters(), &mut key).map_err(|_| Fault::Damaged)?;
            }
        }
        Ok(key)
    }
}

/// What PKCS#12's own derivation is for (RFC 7292 appendix B.3).
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Key = 1,
    InitializationVector = 2,
    Mac = 3,
}

/// PKCS#12's own derivation.
pub(super) fn pkcs12(
    hash: Hash,
    passphrase: &Passphrase,
    salt: &[u8],
    purpose: Purpose,
    rounds: Rounds,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    with_type_of!(hash, D => pkcs12_with::<D>(&passphrase.utf16, salt, purpose, rounds, length))
}

/// RFC 7292 appendix B.2, with its names.
fn pkcs12_with<H: Digest + BlockSizeUser>(
    passphrase: &[u8],
    salt: &[u8],
    purpose: Purpose,
    rounds: Rounds,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    let v = H::block_size();
    let whole_blocks = |bytes: &[u8]| bytes.len().next_multiple_of(v);
    let d = vec![purpose as u8; v];
    let mut i = Zeroizing::new(Vec::with_capacity(whole_blocks(salt) + whole_blocks(passphrase)));
    for bytes in [salt, passphrase] {
        i.extend(bytes.iter().cycle().take(whole_blocks(bytes)));
    }
    let mut output = Zeroizing::new(vec![0; length]);
    for part in output.chunks_mut(<H as Digest>::output_size()) {
        let mut a = H::new().chain_update(&d).chain_update(&*i).finalize();
        for _ in 1..rounds.count() {
            a = H::digest(&a);
        }
        part.iter_mut().zip(&a).for_each(|(byte, derived)| *byte = *derived);
        for block in i.chunks_mut(v) {
            add_and_1(block, a.iter().cycle().take(v));
        }
    }
    output
}

/// I = (I + B + 1) mod 2^v, for numbers whose highest byte comes first.
fn add_and_1<'b>(block: &mut [u8], addend: impl Iterator<Item = &'b u8>) {
    let addend: Zeroizing<Vec<u8>> = Zeroizing::new(addend.copied().collect());
    let mut carry = 1;
    for (byte, added) in block.iter_mut().zip(addend.iter()).rev() {
        let [high, low] = (u16::from(*byte) + u16::from(*added) + carry).to_be_bytes();
        *byte = low;
        carry = u16::from(high);
    }
}

#[cfg(test)]
mod tests {
    use super::super::work::Budget;
    use super::*;

    fn derived(hash: Hash, passphrase: &str, purpose: Purpose, length: usize) -> String {
        let rounds = Rounds::read(&[3], &mut Budget::new()).unwrap();
        let form = Passphrase::forms(passphrase).pop().unwrap();
        let salt = [0x0A, 0x58, 0xCF, 0x64, 0x53, 0x0D, 0x82, 0x3F];
        let key = pkcs12(hash, &form, &salt, purpose, rounds, length);
        key.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
    }

    /// `openssl kdf -keylen 24 -kdfopt digest:SHA1 -kdfopt hexpass:0073006d006500670000 -kdfopt hexsalt:0A58CF64530D823F -kdfopt
    /// iter:3 -kdfopt id:1 PKCS12KDF`, and so on.
    #[test]
    fn pkcs12_is_derived_as_openssl_does() {
        assert_eq!(
            derived(Hash::Sha1, "smeg", Purpose::Key, 24),
            "89:06:F1:6C:7A:1E:E9:A8:BE:11:2E:FF:BE:B4:C8:CC:BE:66:64:28:62:05:D4:83"
        );
        assert_eq!(
            derived(Hash::Sha1, "", Purpose::Key, 24),
            "31:39:33:8C:35:47:33:02:7A:7D:9A:3E:73:A6:20:56:D2:3B:B3:B1:0C:92:54:E7"
        );
        // Several digests long, and with the blocks of the larger functions.
        let long = derived(Hash::Sha256, "smeg", Purpose::Mac, 100);
        assert!(long.starts_with("7E:9A:C4:72:CA:5C:D7:CA") && long.ends_with("C1:BD:F1:47:7F:1A"), "{long}");
        let long = derived(Hash::Sha512, "smeg", Purpose::Mac, 100);
        assert!(long.starts_with("F1:20:8C:3D:89:EA:38:1D") && long.ends_with("B1:29:3D:C4:B2:3F:A9:CE:39"), "{long}");
    }

    #[test]
    fn an_empty_passphrase_is_two() {
        let written = |typed| Passphrase::forms(typed).iter().map(|form| form.utf16.to_vec()).collect::<Vec<_>>();
        assert_eq!(written(""), [vec![], vec![0, 0]]);
        assert_eq!(written("é€𝄞"), [[0, 0xE9, 0x20, 0xAC, 0xD8, 0x34, 0xDD, 0x1E, 0, 0]]);
    }
}
