//! Any bytes as the one file of a client certificate's upload, and of a CA's.
#![no_main]

use app::certificate::{Kind, Upload};
use app_fuzz::{NOW, judge};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    for kind in [Kind::Leaf, Kind::CertificateAuthority] {
        judge(&Upload { kind, certificates: file, private_key: None, name: None }, NOW);
    }
});
