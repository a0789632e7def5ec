//! How long an upload takes to judge: what people upload, and the worst that a stranger can.
//!
//! The uploads are also written to `target/bench-uploads.json`, so that the browser is measured with the same ones
//! (`end2end/tests/bench.spec.ts`). `make bench` runs both and prints one table.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench says by a panic that it cannot be run"
)]
#![expect(clippy::wildcard_imports, reason = "the words of DER")]

#[path = "../../tests/certificate/der.rs"]
#[expect(dead_code, reason = "made for the table of cases, which needs more of it")]
mod der;
#[path = "../../tests/certificate/forge.rs"]
#[expect(dead_code, reason = "made for the table of cases, which needs more of it")]
mod forge;
#[path = "../../tests/certificate/openssl.rs"]
#[expect(dead_code, reason = "made for the table of cases, which needs more of it")]
mod openssl;

mod hostile;
mod numbers;
mod ordinary;

use std::path::Path;
use std::time::Duration;

use app::certificate::{Kind, Upload, validate};
use app::timestamp::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use criterion::{Criterion, SamplingMode};

/// Within the validity of every certificate here: 2026-11-21 10:42 UTC.
const NOW: Timestamp = Timestamp::from_seconds(1_795_257_720);

/// An upload to be judged.
struct Sample {
    title: &'static str,
    /// Made to cost as much as it can.
    hostile: bool,
    kind: Kind,
    certificates: Vec<u8>,
    private_key: Option<Vec<u8>>,
    name: Option<String>,
}

impl Sample {
    fn upload(&self) -> Upload<'_> {
        Upload {
            kind: self.kind,
            certificates: &self.certificates,
            private_key: self.private_key.as_deref(),
            name: self.name.as_deref(),
        }
    }
}

fn main() {
    let samples: Vec<Sample> = ordinary::samples().into_iter().chain(hostile::samples()).collect();
    for sample in &samples {
        check(sample);
    }
    write(&samples);
    let mut criterion = Criterion::default().without_plots().configure_from_args();
    for sample in &samples {
        measure(&mut criterion, sample);
    }
    criterion.final_summary();
}

/// What people upload is in order, and what strangers upload is not larger than what is looked at.
fn check(sample: &Sample) {
    let rules: Vec<&str> =
        validate(&sample.upload(), NOW).report.findings.iter().map(|finding| finding.rule.id()).collect();
    let is_too_large = rules.contains(&"in.too_large");
    assert!(!is_too_large, "{}: {} bytes", sample.title, sample.certificates.len());
    let is_valid = validate(&sample.upload(), NOW).material.is_some();
    assert!(sample.hostile || is_valid, "{}: {rules:?}", sample.title);
}

fn measure(criterion: &mut Criterion, sample: &Sample) {
    let mut group = criterion.benchmark_group(if sample.hostile { "hostile" } else { "ordinary" });
    group
        .sampling_mode(SamplingMode::Flat)
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    group.bench_function(sample.title, |bencher| bencher.iter(|| validate(&sample.upload(), NOW)));
    group.finish();
}

/// For the browser, in the order of the table.
fn write(samples: &[Sample]) {
    let written: Vec<_> = samples
        .iter()
        .map(|sample| {
            serde_json::json!({
                "title": sample.title,
                "hostile": sample.hostile,
                "ca": sample.kind == Kind::CertificateAuthority,
                "certificates": STANDARD.encode(&sample.certificates),
                "private_key": sample.private_key.as_ref().map(|key| STANDARD.encode(key)),
            })
        })
        .collect();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let target = workspace.join(option_env!("CARGO_TARGET_DIR").unwrap_or("target"));
    std::fs::write(target.join("bench-uploads.json"), serde_json::to_string(&written).unwrap()).unwrap();
}
