//! `signet check`

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use app::certificate::{
    Facts, Finding, Kind, Pointer, Report, Severity, Upload, catalogue_text, report_text, validate,
};
use serde::Serialize;
use zeroize::Zeroizing;

use super::{Failure, terminal};
use crate::clock::{Clock, SystemClock};

/// More than the validator reads, so that it says itself that a file is too large.
const LARGEST: u64 = 1024 * 1024;

/// Check certificate files, without storing anything
///
/// The same checks that a browser makes before an upload and the server after it. One file: the certificate, its chain and its
/// private key. Two files: certificate and private key, in either order; what is in them decides. Exits with 1 if there is an error.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
                        signet check client.pem                 certificate and key in one file\n  \
                        signet check client.crt client.key      in two files\n  \
                        signet check --ca company-ca.crt        a CA certificate, without a key\n  \
                        signet check --json client.pem          the report for machines\n  \
                        signet check --rules                    everything that is checked")]
pub(super) struct Arguments {
    /// One file, or certificate and key
    #[arg(value_name = "FILE", num_args = 1..=2, required_unless_present = "rules")]
    files: Vec<PathBuf>,
    /// It is a CA certificate, without a key
    #[arg(long)]
    ca: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Print the catalogue of rules: everything that is checked
    #[arg(long, conflicts_with_all = ["files", "ca", "json"])]
    rules: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.rules {
        return terminal::say(&catalogue_text());
    }
    let contents: Vec<_> = arguments.files.iter().map(|file| read(file)).collect::<Result<_, _>>()?;
    let kind = if arguments.ca { Kind::CertificateAuthority } else { Kind::Leaf };
    let report = match contents.as_slice() {
        [one] => judge(kind, one, None),
        [one, other] => {
            let report = judge(kind, one, Some(other));
            if is_swapped(&report) { judge(kind, other, Some(one)) } else { report }
        }
        _ => return Err(Failure::usage("one file, or two: the certificate and its key")),
    };
    terminal::say(&if arguments.json { as_json(&report)? } else { report_text(&report) })?;
    let errors = report.findings.iter().filter(|finding| finding.severity() == Severity::Error).count();
    match errors {
        0 => Ok(()),
        1 => Err(Failure::new("1 error")),
        errors => Err(Failure::new(format!("{errors} errors"))),
    }
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    // As large as it can get, so that it never grows and leaves a copy behind.
    let mut contents = Zeroizing::new(Vec::with_capacity(usize::try_from(LARGEST).unwrap_or_default() + 1));
    match File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut contents)) {
        Ok(_length) => Ok(contents),
        Err(error) => Err(Failure::new(format!("cannot read {}: {error}", path.display()))),
    }
}

fn judge(kind: Kind, certificates: &[u8], private_key: Option<&[u8]>) -> Report {
    validate(&Upload { kind, certificates, private_key, name: None }, SystemClock.now()).report
}

/// Whether the key came first, by what the validator found in each.
fn is_swapped(report: &Report) -> bool {
    let holds = |pointer: Pointer| {
        let contents = report.contents.iter().find(|contents| contents.pointer == pointer);
        contents.map_or((0, 0), |contents| (contents.certificates, contents.private_keys))
    };
    let (certificates, keys) = holds(Pointer::Certificates);
    let (certificates_with_key, keys_with_key) = holds(Pointer::PrivateKey);
    (certificates == 0 && certificates_with_key > 0) || (keys > 0 && keys_with_key == 0 && certificates == 0)
}

/// The report as REST's `validate` answers it (contract, section 4.2).
#[derive(Serialize)]
struct Json<'a> {
    valid: bool,
    findings: &'a [Finding],
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<&'a Facts>,
}

fn as_json(report: &Report) -> Result<String, Failure> {
    let json = Json { valid: report.is_valid(), findings: &report.findings, certificate: report.certificate.as_ref() };
    serde_json::to_string_pretty(&json).map_err(|error| Failure::new(format!("cannot write JSON: {error}")))
}
