//! `signet check`

use std::fs::File;
use std::io::{self, BufRead, Read as _};
use std::path::{Path, PathBuf};

use app::certificate::{
    Finding, Kind, Opened, Pointer, Report, Severity, Upload, catalogue_text, report_json, report_text, unlock,
    validate,
};
use app::timestamp::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use zeroize::Zeroizing;

use super::{Failure, terminal};
use crate::clock::{Clock, SystemClock};

/// More than the validator reads, so that it says itself that a file is too large.
const LARGEST: u64 = 1024 * 1024;
/// The longest passphrase, in bytes.
const LONGEST_PASSPHRASE: u64 = 4096;

/// Check certificate files, without storing anything
///
/// The same checks that a browser makes before an upload and the server after it. One file: the certificate, its chain and its
/// private key. Two files: certificate and private key, in either order; what is in them decides. Exits with 1 if there is an error.
///
/// A PKCS#12 file (.p12, .pfx) and an encrypted key (PKCS#8) are opened with `--passphrase-stdin`; without it they are an error.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
                        signet check client.pem                 certificate and key in one file\n  \
                        signet check client.crt client.key      in two files\n  \
                        signet check --ca company-ca.crt        a CA certificate, without a key\n  \
                        signet check --passphrase-stdin a.p12   a PKCS#12 file; then type its passphrase\n  \
                        signet check --json client.pem          the report for machines\n  \
                        signet check --at 2027-01-31T00:00:00Z client.pem   will it be good then?\n  \
                        signet check --rules                    everything that is checked")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub(super) struct Arguments {
    /// One file, or certificate and key
    #[arg(value_name = "FILE", num_args = 1..=2, required_unless_present = "rules")]
    files: Vec<PathBuf>,
    /// It is a CA certificate, without a key
    #[arg(long)]
    ca: bool,
    /// Read the passphrase of every locked file from standard input: one line, in UTF-8
    #[arg(long)]
    passphrase_stdin: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Judge as of this time (RFC 3339) instead of now
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<Timestamp>,
    /// Print the catalogue of rules: everything that is checked
    #[arg(long, conflicts_with_all = ["files", "ca", "passphrase_stdin", "json", "at"])]
    rules: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.rules {
        return terminal::say(&catalogue_text());
    }
    let mut files: Vec<_> = arguments.files.iter().map(|file| Input::read(file)).collect::<Result<_, _>>()?;
    let passphrase = if arguments.passphrase_stdin { Some(read_passphrase(io::stdin().lock())?) } else { None };
    let kind = if arguments.ca { Kind::CertificateAuthority } else { Kind::Leaf };
    let now = arguments.at.unwrap_or_else(|| SystemClock.now());
    let mut report = judge_in_order(kind, &mut files, now)?;
    if let Some(passphrase) = passphrase {
        open_locked(&mut files, &report, &passphrase);
        report = judge_in_order(kind, &mut files, now)?;
        for (input, pointer) in files.into_iter().zip(POINTERS) {
            if let Some(why) = input.not_opened {
                report = report.not_opened(Finding { pointer, ..why });
            }
        }
    }
    terminal::say(&if arguments.json { report_json(&report, now) } else { report_text(&report) })?;
    let errors = report.findings.iter().filter(|finding| finding.severity() == Severity::Error).count();
    match errors {
        0 => Ok(()),
        1 => Err(Failure::new("1 error")),
        errors => Err(Failure::new(format!("{errors} errors"))),
    }
}

fn parse_time(written: &str) -> Result<Timestamp, String> {
    let time = OffsetDateTime::parse(written, &Rfc3339).map_err(|_| "write it as 2027-01-31T00:00:00Z".to_owned())?;
    let microseconds = i64::try_from(time.unix_timestamp_nanos() / 1000).map_err(|_| "too far away".to_owned())?;
    Ok(Timestamp::from_microseconds(microseconds))
}

/// One of the files.
struct Input {
    /// What is in it, in the clear once it was opened.
    contents: Zeroizing<Vec<u8>>,
    /// Why the passphrase did not open it.
    not_opened: Option<Finding>,
}

impl Input {
    fn read(path: &Path) -> Result<Self, Failure> {
        // As large as it can get, so that it never grows and leaves a copy behind.
        let mut contents = Zeroizing::new(Vec::with_capacity(usize::try_from(LARGEST).unwrap_or_default() + 1));
        match File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut contents)) {
            Ok(_length) => Ok(Self { contents, not_opened: None }),
            Err(error) => Err(Failure::new(format!("cannot read {}: {error}", path.display()))),
        }
    }
}

/// Where the first and the second file stand in an upload.
const POINTERS: [Pointer; 2] = [Pointer::Certificates, Pointer::PrivateKey];

/// The first line, without its end. Where there is none, the passphrase is empty.
fn read_passphrase(input: impl BufRead) -> Result<Zeroizing<String>, Failure> {
    let mut line = Zeroizing::new(Vec::with_capacity(usize::try_from(LONGEST_PASSPHRASE).unwrap_or_default() + 2));
    let read = input.take(LONGEST_PASSPHRASE + 2).read_until(b'\n', &mut line);
    read.map_err(|error| Failure::new(format!("cannot read the passphrase: {error}")))?;
    let passphrase = line.strip_suffix(b"\n").unwrap_or(&line);
    let passphrase = passphrase.strip_suffix(b"\r").unwrap_or(passphrase);
    match str::from_utf8(passphrase) {
        Ok(passphrase) if passphrase.len() <= usize::try_from(LONGEST_PASSPHRASE).unwrap_or_default() => {
            Ok(Zeroizing::new(passphrase.to_owned()))
        }
        Ok(_too_long) => Err(Failure::new("the passphrase is too long")),
        Err(_not_text) => Err(Failure::new("the passphrase is not UTF-8")),
    }
}

/// Judges the files, the one with the certificates first: they are put in this order.
fn judge_in_order(kind: Kind, files: &mut [Input], now: Timestamp) -> Result<Report, Failure> {
    match files {
        [one] => Ok(judge(kind, &one.contents, None, now)),
        [one, other] => {
            let report = judge(kind, &one.contents, Some(&other.contents), now);
            if !is_swapped(&report) {
                return Ok(report);
            }
            std::mem::swap(one, other);
            Ok(judge(kind, &one.contents, Some(&other.contents), now))
        }
        _ => Err(Failure::usage("one file, or two: the certificate and its key")),
    }
}

/// Opens the files that the report says are locked.
fn open_locked(files: &mut [Input], report: &Report, passphrase: &str) {
    let locked = report.locked();
    for (input, pointer) in files.iter_mut().zip(POINTERS).filter(|(_, pointer)| locked.contains(pointer)) {
        match unlock(&input.contents, pointer, passphrase).map(Opened::into_bytes) {
            Ok(contents) => input.contents = contents,
            Err(why) => input.not_opened = Some(why),
        }
    }
}

fn judge(kind: Kind, certificates: &[u8], private_key: Option<&[u8]>, now: Timestamp) -> Report {
    validate(&Upload { kind, certificates, private_key, name: None }, now).report
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
