//! The validator in the browser: a part of the WASM file of its own, loaded when the first dialog opens.
//!
//! Loading it can fail like any request; with `#[lazy]` that would end the whole page, so the macro beneath it is used, which lets the
//! caller say so and try again.

#![expect(clippy::unnecessary_wraps, reason = "what `fallible` means: the error comes from loading the function")]

use leptos::wasm_split::wasm_split;
use zeroize::Zeroizing;

use crate::certificate::{CertificateName, Finding, Kind, Report, Upload, report_json, validate};
use crate::pages::lazy::NotLoaded;
use crate::service::{Error, Secret};
use crate::timestamp::Timestamp;

/// The chosen files. Their bytes are wiped when the last one who has them is done.
#[derive(Clone)]
pub struct Chosen {
    /// They are said to be a CA certificate.
    pub ca: bool,
    /// The file with the certificates, and perhaps the key.
    pub certificates: Zeroizing<Vec<u8>>,
    /// The file with the key.
    pub private_key: Option<Zeroizing<Vec<u8>>>,
}

/// What the browser found, and what it would send.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The report.
    pub report: Report,
    /// As of when.
    pub at: Timestamp,
    /// The text to send: certificates, private key. Only there if the report has no error.
    pub to_send: Option<(Secret, Option<Secret>)>,
}

impl From<NotLoaded> for Error {
    fn from(_not_loaded: NotLoaded) -> Self {
        Self::Connection
    }
}

/// Judges the chosen files as of `now`.
#[wasm_split(validator, wasm_split_path = leptos::wasm_split, preload(load_validator), fallible)]
pub fn judge(chosen: Chosen, now: Timestamp) -> Result<Judged, NotLoaded> {
    let upload = Upload {
        kind: if chosen.ca { Kind::CertificateAuthority } else { Kind::Leaf },
        certificates: &chosen.certificates,
        private_key: chosen.private_key.as_ref().map(|key| key.as_slice()),
        name: None,
    };
    let verdict = validate(&upload, now);
    // Text is sent as it was chosen; what is not text (DER, UTF-16) as the PEM that it stands for. Of a CA only the certificates leave the
    // browser: a key that came with them is none of the server's business.
    let to_send = verdict.material.map(|material| {
        if chosen.ca {
            return (Secret::from(material.text), None);
        }
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).map(|text| Secret::from(text.to_owned()));
        let certificates = text(&chosen.certificates);
        let private_key = chosen.private_key.as_ref().map(|key| text(key)).transpose();
        match (certificates, private_key) {
            (Ok(certificates), Ok(private_key)) => (certificates, private_key),
            _ => (Secret::from(material.text), material.private_key.map(|key| Secret::from(key.expose_pem()))),
        }
    });
    Ok(Judged { report: verdict.report, at: now, to_send })
}

/// The report for a ticket or a script. No part of it can hold a private key.
#[wasm_split(validator, wasm_split_path = leptos::wasm_split, fallible)]
pub fn report_to_copy(report: Report, judged_at: Timestamp) -> Result<String, NotLoaded> {
    Ok(report_json(&report, judged_at))
}

/// The name as it will be stored, or why it cannot be.
#[wasm_split(validator, wasm_split_path = leptos::wasm_split, fallible)]
pub fn check_name(name: String) -> Result<Result<String, Vec<Finding>>, NotLoaded> {
    Ok(CertificateName::parse(&name).map(|name| name.as_str().to_owned()))
}

/// Loads the validator's part of the WASM file ahead of its first use.
pub fn preload() {
    #[cfg(feature = "hydrate")]
    leptos::task::spawn_local(async {
        // Whoever needs it tries again, and says so if it fails once more.
        let _loaded = load_validator().await;
    });
}
