//! PEM (RFC 7468): text to blocks. Rules `pem.*`, and those of `in.*` that are about lines.
//!
//! rustls-pemfile skips in silence what it does not know, melts two blocks into one when an END line is missing, and quotes the
//! input in its errors. So an own scanner goes over the lines first, says what it met and where, and rustls-pemfile decodes only
//! the blocks that passed, each on its own; its errors are dropped.

mod body;
mod label;
mod line;
mod locked;
mod said;
mod scanner;

use zeroize::Zeroizing;

use self::scanner::Scanner;
use super::der::Shape;
use super::input::Content;
use super::report::{Finding, Place, Pointer};

pub(super) use self::label::{Label, Meaning};
pub(super) use self::locked::{LockedKey, append_in_lines, locked_keys};

/// A PEM block, or a DER file that stands for one.
pub(super) struct Block {
    /// What it says it is.
    pub(super) label: Label,
    /// Its BEGIN line.
    pub(super) place: Place,
    /// What it holds. `None` if it could not be decoded, which a finding says, or did not need to be.
    pub(super) der: Option<Zeroizing<Vec<u8>>>,
}

/// What a file holds.
pub(super) struct Scan {
    /// Its blocks, in order.
    pub(super) blocks: Vec<Block>,
    /// The file's own text, if it is nothing but CERTIFICATE blocks and white space.
    pub(super) only_certificates: Option<String>,
}

/// Finds the blocks of a file.
pub(super) fn scan(content: &Content, pointer: Pointer, findings: &mut Vec<Finding>) -> Scan {
    match content {
        Content::Der { bytes, shape } => {
            let block = Block::of_der(bytes, *shape, pointer, findings);
            Scan { blocks: vec![block], only_certificates: None }
        }
        Content::Text { bytes, untouched, has_line_numbers } => {
            let (blocks, is_pure) = Scanner::new(pointer, findings).read(bytes, *has_line_numbers);
            let text = str::from_utf8(bytes).ok().filter(|_| is_pure && *untouched);
            Scan { blocks, only_certificates: text.map(|text| text.trim_end().to_owned()) }
        }
    }
}

/// CERTIFICATE blocks of these DER certificates, in lines of 64 characters (RFC 7468 section 2).
pub(super) fn encode_certificates<'a>(certificates: impl Iterator<Item = &'a [u8]>) -> String {
    certificates.map(|der| encode("CERTIFICATE", der).to_string()).collect()
}

/// One block.
pub(super) fn encode(label: &str, der: &[u8]) -> Zeroizing<String> {
    encode_in_width(label, der, 64)
}

/// One block, in lines of so many characters.
fn encode_in_width(label: &str, der: &[u8], width: usize) -> Zeroizing<String> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let body = Zeroizing::new(STANDARD.encode(der));
    let mut text = Zeroizing::new(String::with_capacity(body.len() + body.len() / 64 + 80));
    text.extend(["-----BEGIN ", label, "-----\n"]);
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(width).unwrap_or((rest, ""));
        text.extend([line, "\n"]);
        rest = after;
    }
    text.extend(["-----END ", label, "-----\n"]);
    text
}

impl Block {
    fn of_der(bytes: &[u8], shape: Shape, pointer: Pointer, findings: &mut Vec<Finding>) -> Self {
        let label = Label::of(match shape {
            Shape::Certificate => b"CERTIFICATE",
            Shape::Pkcs8 | Shape::Pkcs1 | Shape::Sec1 => b"PRIVATE KEY",
            Shape::EncryptedPkcs8 => b"ENCRYPTED PRIVATE KEY",
            Shape::Dsa => b"DSA PRIVATE KEY",
            Shape::PublicKey => b"PUBLIC KEY",
            Shape::CertificateRequest => b"CERTIFICATE REQUEST",
            Shape::RevocationList => b"X509 CRL",
            Shape::Pkcs12 | Shape::Pkcs7 | Shape::Unknown => b"",
        });
        let place = Place::input(pointer);
        findings.extend(said::of_label(label, place));
        let der = label.decoded_as().and_then(|_| body::check(Zeroizing::new(bytes.to_vec()), label, place, findings));
        Self { label, place, der }
    }
}
