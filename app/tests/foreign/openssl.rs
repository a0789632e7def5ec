//! The reference: the `openssl` command line.

use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tempfile::NamedTempFile;

use crate::collection::Item;

/// What OpenSSL says of a certificate.
#[derive(Clone)]
pub struct Certificate {
    /// In hex digits, with a sign.
    pub serial: String,
    /// SHA-256, in lower-case hex digits.
    pub fingerprint: String,
    /// `2015-05-20 12:56:46Z`
    pub not_before: String,
    pub not_after: String,
    /// Types as dotted identifiers, most specific part first.
    pub subject: String,
    pub issuer: String,
    /// `None` where it cannot read the key.
    pub key: Option<PublicKey>,
    /// Whether it has expired at [`NOW`](crate::compared::NOW).
    pub expired: bool,
}

/// What OpenSSL says of a private key.
#[derive(Clone)]
pub struct Key {
    pub public: PublicKey,
    /// Whether its parts fit together.
    pub sound: bool,
}

#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// The DER `SubjectPublicKeyInfo`, as OpenSSL writes it.
    pub spki: Vec<u8>,
    /// `RSA 2048`, `EC P-256`, `Ed25519`, else what OpenSSL calls it.
    pub kind: String,
}

impl PublicKey {
    /// Whether the validator has a name for such keys.
    pub fn is_named(&self) -> bool {
        let curves = ["P-", "secp256k1", "brainpool"];
        self.kind != OTHER
            && self.kind.strip_prefix("EC ").is_none_or(|curve| curves.iter().any(|known| curve.starts_with(known)))
    }
}

/// A kind of key that is of no interest.
const OTHER: &str = "something else";

/// Everything but extensions and signature: names with dotted types, and of the text only the key.
const FACTS: &[&str] = &[
    "-noout",
    "-serial",
    "-fingerprint",
    "-sha256",
    "-startdate",
    "-enddate",
    "-dateopt",
    "iso_8601",
    "-nameopt",
    "RFC2253,-esc_msb,-dump_unknown,-sname,oid,sep_comma_plus_space",
    "-subject",
    "-issuer",
    "-text",
    "-certopt",
    "no_header,no_version,no_serial,no_signame,no_validity,no_subject,no_issuer,no_sigdump,no_extensions,no_aux",
];

/// Reads the first certificate. `None` if there is none that it can read.
pub fn certificate(item: &Item, now: i64) -> Option<Certificate> {
    let offset = (now - clock()).to_string();
    let options = [FACTS, &["-pubkey", "-checkend", &offset]].concat();
    let mut output = run(item, &["x509"], &options);
    if !output.status.success() && !String::from_utf8_lossy(&output.stdout).contains("Certificate will") {
        // It stops at a public key that it cannot read.
        output = run(item, &["x509"], &[FACTS, &["-checkend", &offset]].concat());
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
    Some(Certificate {
        serial: line("serial=")?,
        fingerprint: line("sha256 Fingerprint=")?.replace(':', "").to_lowercase(),
        not_before: line("notBefore=")?,
        not_after: line("notAfter=")?,
        subject: line("subject=")?,
        issuer: line("issuer=")?,
        key: public_key(&text),
        expired: text.contains("Certificate will expire"),
    })
}

/// Reads the first private key. `None` if there is none that it can read without a passphrase.
pub fn key(item: &Item) -> Option<Key> {
    let output = run(item, &["pkey"], &["-passin", "pass:", "-pubout", "-text_pub", "-check"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(Key { public: public_key(&text)?, sound: text.contains("Key is valid") })
}

/// Whether a command of OpenSSL's reads it.
pub fn reads(item: &Item, command: &[&str]) -> bool {
    run(item, command, &["-noout"]).status.success()
}

/// Whether it is PKCS#12 to OpenSSL: whatever keeps it from opening the file, it is not the structure.
pub fn is_pkcs12(item: &Item) -> bool {
    let output = run(item, &["pkcs12"], &["-noout", "-passin", "pass:"]);
    output.status.success() || !String::from_utf8_lossy(&output.stderr).contains("asn1 encoding routines")
}

fn run(item: &Item, command: &[&str], options: &[&str]) -> Output {
    let form = if item.label.is_some() { "PEM" } else { "DER" };
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &item.bytes).unwrap();
    let mut openssl = Command::new("openssl");
    openssl.args(command).arg("-in").arg(file.path()).args(options);
    if command[0] != "pkcs12" {
        openssl.args(["-inform", form]);
    }
    openssl.output().expect("openssl is installed")
}

/// The key in a `PUBLIC KEY` block, with the text around it.
fn public_key(text: &str) -> Option<PublicKey> {
    let (_, after) = text.split_once("-----BEGIN PUBLIC KEY-----")?;
    let (body, _) = after.split_once("-----END PUBLIC KEY-----")?;
    let spki = STANDARD.decode(body.replace('\n', "")).unwrap();
    let kind = kind_of_key(text, &spki);
    Some(PublicKey { spki, kind })
}

/// What the validator calls such keys.
fn kind_of_key(text: &str, spki: &[u8]) -> String {
    let has = |oid: &[u8]| spki.windows(oid.len()).take(16).any(|window| window == oid);
    if let Some((_, name)) = NAMES.iter().find(|(oid, _)| has(oid)) {
        return (*name).to_owned();
    }
    let line = |name: &str| text.lines().find_map(|line| line.trim().strip_prefix(name)).map(str::trim);
    let bits = text.lines().find_map(|line| line.trim().split_once("Public-Key: (")?.1.split(' ').next());
    match (line("NIST CURVE:").or_else(|| line("ASN1 OID:")), bits) {
        (Some(curve), _) => format!("EC {curve}"),
        (None, Some(_)) if text.contains("Field Type:") => "EC with explicit parameters".to_owned(),
        (None, Some(bits)) if text.contains("Modulus:") => format!("RSA {bits}"),
        _ => OTHER.to_owned(),
    }
}

/// The identifiers of algorithms that say it all.
const NAMES: &[(&[u8], &str)] = &[
    (&[0x2B, 0x65, 0x6E], "X25519"),
    (&[0x2B, 0x65, 0x70], "Ed25519"),
    (&[0x2B, 0x65, 0x71], "Ed448"),
    (&[0x2A, 0x86, 0x48, 0xCE, 0x38, 4, 1], "DSA"),
    (&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 10], "RSASSA-PSS"),
];

#[expect(clippy::disallowed_methods, reason = "OpenSSL knows no other clock than the machine's")]
fn clock() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}
