//! Whole uploads: both files, either of them text or DER, the name, the time.
//!
//! An input is a byte of [flags](Flags), four bytes of hours from the usual time on, then the certificates, the key and the name, with
//! [`PARTS`] between them.
#![no_main]

use app::certificate::{Kind, Upload};
use app::timestamp::Timestamp;
use app_fuzz::{NOW, check_again, check_kept, check_secrecy, judge, pem, planted_key, planted_text};
use libfuzzer_sys::fuzz_target;

/// Between certificates, key and name.
const PARTS: &[u8] = b"\xFF\x00\xFF\x00";
/// Between the DER objects of one file.
const OBJECTS: &[u8] = b"\xFF\x01\xFF\x01";
/// Stand for the planted key's Base64, and for its whole block.
const PLANT_TEXT: u8 = 0x1A;
const PLANT_BLOCK: u8 = 0x1B;

/// What an input's first byte says.
#[derive(Clone, Copy)]
struct Flags(u8);

impl Flags {
    const AUTHORITY: u8 = 1;
    const KEY_FILE: u8 = 2;
    const NAME: u8 = 4;
    /// The marks in the files are replaced by a key.
    const PLANT: u8 = 8;
    /// The files are the insides of blocks.
    const CERTIFICATES_IN_PEM: u8 = 16;
    const KEY_IN_PEM: u8 = 32;

    fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((&[flags, hours @ ..], rest)) = input.split_first_chunk::<5>() else { return };
    let flags = Flags(flags);
    let now = later(i32::from_be_bytes(hours));
    let mut parts = split(rest, PARTS).into_iter().map(|part| planted(part, flags));
    let mut next = || parts.next().unwrap_or_default();
    let certificates = wrapped(next(), flags.has(Flags::CERTIFICATES_IN_PEM), "CERTIFICATE");
    let private_key = wrapped(next(), flags.has(Flags::KEY_IN_PEM), "PRIVATE KEY");
    let name = String::from_utf8_lossy(&next()).into_owned();
    let upload = Upload {
        kind: if flags.has(Flags::AUTHORITY) { Kind::CertificateAuthority } else { Kind::Leaf },
        certificates: &certificates,
        private_key: flags.has(Flags::KEY_FILE).then_some(&private_key),
        name: flags.has(Flags::NAME).then_some(&name),
    };
    let verdict = judge(&upload, now);
    check_again(&verdict, &upload, now);
    check_kept(&verdict, upload.kind, now);
    if flags.has(Flags::PLANT) && !is_der(&certificates) && !is_der(&private_key) {
        check_secrecy(&verdict.report);
    }
});

fn later(hours: i32) -> Timestamp {
    NOW.plus_seconds(i64::from(hours) * 3600)
}

fn split<'a>(mut bytes: &'a [u8], by: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    while let Some(end) = bytes.windows(by.len()).position(|window| window == by) {
        parts.push(&bytes[..end]);
        bytes = &bytes[end + by.len()..];
    }
    parts.push(bytes);
    parts
}

fn planted(bytes: &[u8], flags: Flags) -> Vec<u8> {
    if !flags.has(Flags::PLANT) {
        return bytes.to_vec();
    }
    let (text, block) = (planted_text().into_bytes(), pem("PRIVATE KEY", &planted_key()));
    let replaced = bytes.iter().map(|byte| match *byte {
        PLANT_TEXT => text.as_slice(),
        PLANT_BLOCK => block.as_slice(),
        _ => std::slice::from_ref(byte),
    });
    replaced.collect::<Vec<_>>().concat()
}

fn wrapped(bytes: Vec<u8>, in_pem: bool, label: &str) -> Vec<u8> {
    if in_pem { split(&bytes, OBJECTS).into_iter().flat_map(|der| pem(label, der)).collect() } else { bytes }
}

/// A text in a DER certificate is shown: it is not the fault of the validator if that is a key.
fn is_der(file: &[u8]) -> bool {
    file.first() == Some(&0x30)
}
