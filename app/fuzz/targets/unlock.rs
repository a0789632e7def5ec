//! Any file that is opened with a passphrase, and what came out of it judged. The first byte is the passphrase's length, then it follows.
//!
//! Built for fuzzing, the validator takes only files that ask for little work.
#![no_main]

use app::certificate::{Kind, Pointer, Rule, Upload, unlock};
use app_fuzz::{NOW, judge};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&length, rest)) = input.split_first() else { return };
    let (passphrase, file) = rest.split_at(usize::from(length).min(rest.len()));
    let passphrase = String::from_utf8_lossy(passphrase);
    match unlock(file, Pointer::Certificates, &passphrase) {
        Ok(opened) => {
            let opened = opened.into_bytes();
            judge(&Upload { kind: Kind::Leaf, certificates: &opened, private_key: None, name: None }, NOW);
        }
        Err(finding) => assert!(Rule::OF_UNLOCKING.contains(&finding.rule), "{finding:?}"),
    }
});
