//! The body of a block: from Base64 to DER.

use zeroize::Zeroizing;

use super::label::{Label, Meaning};
use crate::certificate::der::Element;
use crate::certificate::report::{Finding, Place};
use crate::certificate::rules::Rule;

/// The largest certificate, in bytes of DER.
const MAX_CERTIFICATE: usize = 16 * 1024;
/// The largest private key, in bytes of DER. (RSA of 8192 bits has 4.8 KiB.)
const MAX_KEY: usize = 12 * 1024;

/// The DER of a block, if its label is one that is decoded.
pub(super) fn decode(
    body: &[u8],
    label: Label,
    place: Place,
    findings: &mut Vec<Finding>,
) -> Option<Zeroizing<Vec<u8>>> {
    let Some(der) = decode_as(label.decoded_as()?, body) else {
        let message = format!("{}The {label} block has invalid characters or is cut off.", place.prefix());
        let hint = "The file was changed while copying. Export it again instead of copying its text.";
        findings.push(place.finds(Rule::PemBase64, message).hint(hint));
        return None;
    };
    if DECODED_ONCE.iter().any(|begin| der.starts_with(begin)) {
        let message = format!("{}The {label} block was encoded in Base64 twice.", place.prefix());
        let hint =
            "What stands between its BEGIN and END lines is itself a text in Base64: decode it once, `base64 -d`.";
        findings.push(place.finds(Rule::PemBase64, message).hint(hint));
        return None;
    }
    check(der, label, place, findings)
}

/// What a body holds that is Base64, whatever its label.
pub(super) fn decode_base64(body: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    // It looks at the label only to give what is inside a name.
    decode_as("PRIVATE KEY", body)
}

/// How PEM begins, and how a certificate or key in Base64 does.
const DECODED_ONCE: [&[u8]; 2] = [b"-----BEGIN ", b"MII"];

/// Lets rustls-pemfile decode one block's body. `None` for everything that is not Base64 (RFC 4648 section 4), padding included.
fn decode_as(label: &str, body: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let digits = body.iter().position(|byte| *byte == b'=').unwrap_or(body.len());
    let (digits, padding) = body.split_at_checked(digits)?;
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    if !digits.iter().all(is_digit)
        || padding.iter().any(|byte| *byte != b'=')
        || padding.len() > 2
        || !body.len().is_multiple_of(4)
    {
        return None;
    }
    let mut block = Zeroizing::new(Vec::with_capacity(body.len() + 80));
    block.extend(b"-----BEGIN ");
    block.extend(label.as_bytes());
    block.extend(b"-----\n");
    block.extend(body);
    block.extend(b"\n-----END ");
    block.extend(label.as_bytes());
    block.extend(b"-----\n");
    match rustls_pemfile::read_one_from_slice(&block) {
        Ok(Some((rustls_pemfile::Item::X509Certificate(der), _))) => Some(Zeroizing::new(der.as_ref().to_vec())),
        Ok(Some((rustls_pemfile::Item::Pkcs8Key(der), _))) => Some(Zeroizing::new(der.secret_pkcs8_der().to_vec())),
        // Its errors quote the input: they go no further.
        Ok(_) | Err(_) => None,
    }
}

/// The DER, if it is not too large and is one object and nothing more.
pub(super) fn check(
    mut der: Zeroizing<Vec<u8>>,
    label: Label,
    place: Place,
    findings: &mut Vec<Finding>,
) -> Option<Zeroizing<Vec<u8>>> {
    let most = if label.is_certificate() { MAX_CERTIFICATE } else { MAX_KEY };
    if der.len() > most {
        let (size, most) = (der.len().div_ceil(1024), most / 1024);
        let message = format!("{}The {label} block has {size} KiB; at most {most} KiB are allowed.", place.prefix());
        let hint = "It is probably another file under the wrong label. Export the certificate and its key again.";
        findings.push(place.finds(Rule::PemBlockTooLarge, message).hint(hint));
        return None;
    }
    let length = Element::length_of_first(&der).unwrap_or(der.len());
    if length < der.len() {
        if label.meaning != Meaning::TrustedCertificate {
            let message = format!("{}The {label} block holds more data than one object.", place.prefix());
            findings.push(place.finds(Rule::PemTrailingDer, message).hint("Export the file again."));
            return None;
        }
        der.truncate(length);
    }
    Some(der)
}
