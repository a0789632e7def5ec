//! Any bytes as the key of a certificate. The first says what they are: a file, or what is inside a block of this label.
#![no_main]

use app::certificate::{Kind, Upload};
use app_fuzz::{CERTIFICATE, NOW, check_again, check_kept, check_secrecy, judge, pem};
use libfuzzer_sys::fuzz_target;

const LABELS: &[&str] = &["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ANY PRIVATE KEY", "PUBLIC KEY"];

fuzz_target!(|input: &[u8]| {
    let Some((&form, bytes)) = input.split_first() else { return };
    let file = match LABELS.get(usize::from(form)) {
        Some(label) => pem(label, bytes),
        None => bytes.to_vec(),
    };
    let upload = Upload { kind: Kind::Leaf, certificates: CERTIFICATE, private_key: Some(&file), name: None };
    let verdict = judge(&upload, NOW);
    check_secrecy(&verdict.report);
    check_kept(&verdict, Kind::Leaf, NOW);
    check_again(&verdict, &upload, NOW);
});
