//! The validator's table of cases in WebAssembly: the reports are the native ones, byte for byte.
//!
//! `cargo test -p app` writes the cases; then, under Node:
//!
//!     CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner cargo test -p app --target wasm32-unknown-unknown
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test says by a panic that it failed")]

use app::certificate::{Kind, Opened, Pointer, Upload, unlock, validate};
use app::timestamp::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen(module = "fs")]
extern "C" {
    #[wasm_bindgen(js_name = readFileSync)]
    fn read_file(path: &str, encoding: &str) -> String;
}

#[wasm_bindgen_test]
fn reports_are_the_native_ones_byte_for_byte() {
    let cases = read_cases("certificate-cases.json");
    assert!(cases.len() > 100, "there are {} cases", cases.len());
    for case in &cases {
        let certificates = bytes(case, "certificates").unwrap();
        let private_key = bytes(case, "private_key");
        let ca = case["ca"].as_bool().unwrap();
        let upload = Upload {
            kind: if ca { Kind::CertificateAuthority } else { Kind::Leaf },
            certificates: &certificates,
            private_key: private_key.as_deref(),
            name: case["name"].as_str(),
        };
        let now = Timestamp::from_microseconds(case["now"].as_i64().unwrap());
        let report = serde_json::to_string(&validate(&upload, now).report).unwrap();
        assert_eq!(report, case["report"].as_str().unwrap(), "{}", case["title"]);
    }
}

#[wasm_bindgen_test]
fn locked_files_open_as_they_do_natively() {
    let cases = read_cases("unlocking-cases.json");
    assert!(cases.len() > 40, "there are {} cases", cases.len());
    for case in &cases {
        let title = &case["title"];
        match unlock(&bytes(case, "file").unwrap(), Pointer::Certificates, case["passphrase"].as_str().unwrap()) {
            Ok(opened) => assert_eq!(Some(Opened::into_bytes(opened).to_vec()), bytes(case, "opened"), "{title}"),
            Err(finding) => {
                assert_eq!(serde_json::to_string(&finding).ok().as_deref(), case["found"].as_str(), "{title}")
            }
        }
    }
}

/// The cases that the native tests have written.
fn read_cases(name: &str) -> Vec<Value> {
    let target = option_env!("CARGO_TARGET_DIR").unwrap_or("target");
    let target =
        if target.starts_with('/') { target.to_owned() } else { format!("{}/../{target}", env!("CARGO_MANIFEST_DIR")) };
    serde_json::from_str(&read_file(&format!("{target}/{name}"), "utf8")).unwrap()
}

fn bytes(case: &Value, field: &str) -> Option<Vec<u8>> {
    case[field].as_str().map(|text| STANDARD.decode(text).unwrap())
}
