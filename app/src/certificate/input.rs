//! From the bytes of a file to text with PEM blocks, or to one DER object. Rules `in.*`.

use zeroize::Zeroizing;

use super::der::{Element, Shape};
use super::report::{Finding, Pointer};
use super::rules::Rule;

/// The largest file that is looked at, in bytes.
pub(super) const MAX_FILE: usize = 128 * 1024;

/// What a file turned out to be.
pub(super) enum Content {
    /// Text that a scan for PEM blocks is worth.
    Text {
        /// The text, still bytes: what stands between blocks may be in any encoding.
        bytes: Zeroizing<Vec<u8>>,
        /// Whether these are the file's own bytes.
        untouched: bool,
        /// Whether its lines are those that an editor shows.
        has_line_numbers: bool,
    },
    /// One DER object of a kind that PEM would label.
    Der {
        /// The object, and whatever follows it.
        bytes: Zeroizing<Vec<u8>>,
        /// What it looks like.
        shape: Shape,
    },
}

/// Reads a file. `None` if it cannot be used; the findings say why.
pub(super) fn read(file: &[u8], pointer: Pointer, findings: &mut Vec<Finding>) -> Option<Content> {
    if let Err(finding) = check_size(file, pointer) {
        findings.push(finding);
        return None;
    }
    let decoded = match decode(file, pointer, findings) {
        Ok(decoded) => decoded,
        Err(finding) => {
            findings.push(finding);
            return None;
        }
    };
    let bytes = decoded.as_deref().map_or(file, Vec::as_slice);
    if bytes.trim_ascii().is_empty() {
        findings.push(empty(pointer));
        return None;
    }
    if let Some(finding) = recognise(bytes, pointer) {
        findings.push(finding);
        return None;
    }
    if bytes.first() == Some(&0x30) && is_binary(bytes) && !contains(bytes, BEGIN) {
        return read_der(bytes, pointer, findings);
    }
    if let Some(bytes) = unescape(bytes) {
        let message = "Line breaks were written as \\n (copied from JSON). They were restored.";
        findings.push(Finding::new(Rule::InEscapedNewlines, pointer, message));
        return Some(Content::Text { bytes, untouched: false, has_line_numbers: false });
    }
    let untouched = decoded.is_none();
    Some(Content::Text { bytes: Zeroizing::new(bytes.to_vec()), untouched, has_line_numbers: true })
}

fn check_size(file: &[u8], pointer: Pointer) -> Result<(), Finding> {
    if file.len() > MAX_FILE {
        let kib = file.len().div_ceil(1024);
        let message = format!("The file has {kib} KiB; the limit is {} KiB.", MAX_FILE / 1024);
        let hint = "Upload only the certificate, its chain and its key, not a whole trust store.";
        return Err(Finding::new(Rule::InTooLarge, pointer, message).hint(hint));
    }
    Ok(())
}

fn empty(pointer: Pointer) -> Finding {
    let hint = match pointer {
        Pointer::PrivateKey => "Choose the file that contains the private key.",
        Pointer::Certificates | Pointer::Name => "Choose the file that contains the certificate.",
    };
    Finding::new(Rule::InEmpty, pointer, "The file is empty.").hint(hint)
}

/// Strips a byte-order mark and decodes UTF-16; `None` if the file's own bytes are good.
fn decode(file: &[u8], pointer: Pointer, findings: &mut Vec<Finding>) -> Result<Option<Zeroizing<Vec<u8>>>, Finding> {
    if let Some(text) = file.strip_prefix(b"\xEF\xBB\xBF") {
        let message = "A byte-order mark at the start of the file was removed.";
        findings.push(Finding::new(Rule::InUtf8Bom, pointer, message));
        return Ok(Some(Zeroizing::new(text.to_vec())));
    }
    let (text, is_big_endian) = match file {
        [0xFF, 0xFE, text @ ..] => (text, false),
        [0xFE, 0xFF, text @ ..] => (text, true),
        _ => match zeros_of_utf16(file) {
            Some(is_big_endian) => (file, is_big_endian),
            None => return Ok(None),
        },
    };
    let (pairs, odd) = text.as_chunks::<2>();
    let unit = |pair: &[u8; 2]| if is_big_endian { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) };
    let characters = char::decode_utf16(pairs.iter().map(unit));
    let decoded: Result<Zeroizing<String>, _> = characters.collect::<Result<String, _>>().map(Zeroizing::new);
    match decoded {
        Ok(decoded) if odd.is_empty() => {
            let message = "The file is saved as UTF-16 (\"Unicode\" in Windows). It was converted.";
            findings.push(Finding::new(Rule::InUtf16, pointer, message));
            Ok(Some(Zeroizing::new(decoded.as_bytes().to_vec())))
        }
        _ => {
            let message = "The file is saved as UTF-16 (\"Unicode\" in Windows), and is damaged.";
            let hint = "Save it as UTF-8 or ANSI and upload it again.";
            Err(Finding::new(Rule::InUtf16Broken, pointer, message).hint(hint))
        }
    }
}

/// Whether this is UTF-16 without a byte-order mark, and then whether its units are big-endian: more than 30 % of the bytes are 0, and
/// nearly all of them are the same halves of the units, as in Latin text. (DER has far fewer, other binary files have them anywhere.)
fn zeros_of_utf16(file: &[u8]) -> Option<bool> {
    let zeros_from =
        |start: usize| file.iter().skip(start).step_by(2).map(|byte| usize::from(*byte == 0)).sum::<usize>();
    let (first, second) = (zeros_from(0), zeros_from(1));
    let is_text = (first + second) * 10 > file.len() * 3 && first.min(second) * 20 < first.max(second);
    is_text.then_some(first > second)
}

/// Files that are something else altogether, by their first bytes.
fn recognise(bytes: &[u8], pointer: Pointer) -> Option<Finding> {
    let starts = |magic: &[&[u8]]| magic.iter().any(|magic| bytes.starts_with(magic));
    let text = bytes.trim_ascii_start();
    let starts_text = |words: &[&str]| {
        words.iter().any(|word| text.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word.as_bytes())))
    };
    let (rule, message, hint) = if starts(&[b"\xFE\xED\xFE\xED", b"\xCE\xCE\xCE\xCE"]) {
        let hint = "Convert it: `keytool -importkeystore -srckeystore FILE -destkeystore bundle.p12 -deststoretype PKCS12`, then \
                    `openssl pkcs12 -in bundle.p12 -nodes -out bundle.pem`, and upload bundle.pem.";
        (Rule::InJks, "This is a Java key store.", hint)
    } else if starts(&[b"PK\x03\x04", b"PK\x05\x06"]) {
        (Rule::InZip, "This is a ZIP archive.", "Unpack it and upload the certificate and key files in it.")
    } else if starts(&[b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"%PDF", b"BM", b"II*\0", b"MM\0*", b"RIFF"])
        && is_binary(bytes)
    {
        (Rule::InImage, "This is a picture or a PDF.", "Upload the certificate itself: a .pem, .crt or .cer file.")
    } else if starts_text(&["<!doctype", "<html"]) {
        let hint = "The download has probably ended on a sign-in or error page. Download the certificate again.";
        (Rule::InHtml, "This is a web page, not a certificate.", hint)
    } else if contains(bytes, BEGIN) {
        return None;
    } else if starts_text(&["ssh-", "ecdsa-sha2-", "sk-ssh-", "PuTTY-User-Key-File", "---- BEGIN SSH2"]) {
        (Rule::InSsh, SSH, SSH_HINT)
    } else if bytes.first() != Some(&0x30) && is_binary(bytes) {
        (Rule::InBinary, "This is not a certificate file.", "Choose a .pem, .crt, .cer, .der or .key file.")
    } else {
        return None;
    };
    Some(Finding::new(rule, pointer, message).hint(hint))
}

/// What is said of SSH keys, here and where a PEM label tells.
pub(super) const SSH: &str = "This is an SSH key; TLS needs an X.509 certificate and its private key.";
/// What to do about them.
pub(super) const SSH_HINT: &str = "Choose the certificate (.crt, .pem) and the .key file that was created with it.";

/// Takes a DER file as if it were PEM.
fn read_der(bytes: &[u8], pointer: Pointer, findings: &mut Vec<Finding>) -> Option<Content> {
    let bytes = without_padding(bytes);
    let shape = Shape::of(bytes);
    let what = match shape {
        Shape::Certificate => "certificate",
        Shape::Pkcs8 | Shape::Pkcs1 | Shape::Sec1 | Shape::EncryptedPkcs8 | Shape::Dsa => "private key",
        Shape::PublicKey | Shape::CertificateRequest | Shape::RevocationList => {
            return Some(Content::Der { bytes: Zeroizing::new(bytes.to_vec()), shape });
        }
        Shape::Pkcs12 => {
            let message = "This is a PKCS#12 (PFX) file; its passphrase opens it.";
            let hint = "The page asks for the passphrase; `signet check --passphrase-stdin` reads it. The REST API takes PEM only: \
                        `openssl pkcs12 -in FILE -nodes -out bundle.pem`, then send bundle.pem.";
            findings.push(Finding::new(Rule::InPfx, pointer, message).hint(hint));
            return None;
        }
        Shape::Pkcs7 => {
            findings.push(pkcs7(pointer, Pkcs7::Der));
            return None;
        }
        Shape::Unknown if Element::promised_length(bytes).is_some_and(|promised| promised > bytes.len()) => {
            let promised = Element::promised_length(bytes).unwrap_or_default();
            let message =
                format!("The file is cut off: its header promises {promised} bytes, and there are {}.", bytes.len());
            let hint = "Download or export it again.";
            findings.push(Finding::new(Rule::InDerUnknown, pointer, message).hint(hint));
            return None;
        }
        Shape::Unknown => {
            let message = "This is a binary (DER) file that holds neither a certificate nor a private key.";
            let hint = "If it should be a certificate, convert it: `openssl x509 -inform der -in FILE -out cert.pem`.";
            findings.push(Finding::new(Rule::InDerUnknown, pointer, message).hint(hint));
            return None;
        }
    };
    let message = format!("The file is a binary (DER) {what}. It was converted to PEM.");
    findings.push(Finding::new(Rule::InDer, pointer, message));
    Some(Content::Der { bytes: Zeroizing::new(bytes.to_vec()), shape })
}

/// The object without the zeros, blanks and line ends behind it: editors and disks add them, and nothing can hide in them.
fn without_padding(bytes: &[u8]) -> &[u8] {
    let is_padding = |byte: &u8| *byte == 0 || byte.is_ascii_whitespace();
    let object = Element::length_of_first(bytes).and_then(|length| bytes.split_at_checked(length));
    object.filter(|(_, rest)| rest.iter().all(is_padding)).map_or(bytes, |(object, _)| object)
}

/// How a PKCS#7 bundle is written.
#[derive(Clone, Copy)]
pub(super) enum Pkcs7 {
    Der,
    Pem,
    /// PEM under the newer name, which `openssl pkcs7` does not read.
    Cms,
}

/// What is said of PKCS#7 bundles, here and where a PEM label tells.
pub(super) fn pkcs7(pointer: Pointer, form: Pkcs7) -> Finding {
    let message = "This is a PKCS#7 bundle; it holds no private key.";
    let command = match form {
        Pkcs7::Der => "openssl pkcs7 -inform der -print_certs -in FILE -out chain.pem",
        Pkcs7::Pem => "openssl pkcs7 -print_certs -in FILE -out chain.pem",
        Pkcs7::Cms => {
            "openssl cms -cmsout -inform PEM -in FILE -outform DER | openssl pkcs7 -inform der -print_certs -out chain.pem"
        }
    };
    let hint = format!("Convert it: `{command}`, then upload chain.pem.");
    Finding::new(Rule::InP7b, pointer, message).hint(hint)
}

/// Undoes what JSON and configuration files do to PEM: `\n` for line breaks, `\/`, quotation marks around it all.
fn unescape(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if ![&b"-----\\n"[..], b"-----\\r\\n"].iter().any(|escaped| contains(bytes, escaped)) {
        return None;
    }
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        let (byte, after) = match (first, after.split_first()) {
            (b'\\', Some((b'n' | b'r', after))) => (b'\n', after),
            (b'\\', Some((b'/', after))) => (b'/', after),
            (b'"' | b'\'', _) => (b'\n', after),
            _ => (first, after),
        };
        text.push(byte);
        rest = after;
    }
    Some(text)
}

/// Whether it cannot be text in any encoding.
fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| is_not_text(*byte))
}

/// Control characters that no text has.
pub(super) fn is_not_text(byte: u8) -> bool {
    matches!(byte, 0..=8 | 14..=31 | 127)
}

const BEGIN: &[u8] = b"-----BEGIN ";

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
