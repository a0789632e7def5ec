//! `signet check`

use std::process::Command;
use std::time::{Duration, SystemTime};

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};
use serde_json::Value;

use crate::signet::{Outcome, Place};

struct Pair {
    certificate: String,
    key: String,
}

fn pair(name: &str, authority: bool) -> Pair {
    let key = KeyPair::generate().unwrap();
    let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, name);
    #[expect(clippy::disallowed_methods, reason = "a test's certificates are valid now")]
    let now = SystemTime::now();
    parameters.not_before = (now - Duration::from_hours(1)).into();
    parameters.not_after = (now + Duration::from_hours(24 * 365)).into();
    if authority {
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    } else {
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    }
    Pair { certificate: parameters.self_signed(&key).unwrap().pem(), key: key.serialize_pem() }
}

#[test]
fn a_good_pair_in_one_file_and_in_two_in_either_order() {
    let place = Place::new();
    let pair = pair("client.example", false);
    place.write("client.pem", &format!("{}{}", pair.certificate, pair.key));
    place.write("client.crt", &pair.certificate);
    place.write("client.key", &pair.key);
    let one = place.run(&["check", "client.pem"]);
    assert_eq!((one.code, one.stderr.as_str()), (Some(0), ""), "{one:?}");
    assert!(one.stdout.contains("client.example"), "{one:?}");
    let two = place.run(&["check", "client.crt", "client.key"]);
    let swapped = place.run(&["check", "client.key", "client.crt"]);
    assert_eq!((two.code, swapped.code), (Some(0), Some(0)), "{two:?} {swapped:?}");
    assert_eq!(two.stdout, swapped.stdout);
    assert!(!place.path().join("data").exists(), "no database is needed");
}

#[test]
fn errors_are_1() {
    let place = Place::new();
    let (one, other) = (pair("client.example", false), pair("client.example", false));
    place.write("client.crt", &one.certificate);
    place.write("other.key", &other.key);
    place.write("empty", "");
    for (arguments, word) in [
        (&["check", "client.crt", "other.key"][..], "key"),
        (&["check", "client.crt"], "private key"),
        (&["check", "other.key"], "certificate"),
        (&["check", "empty"], "empty"),
        (&["check", "--ca", "client.crt"], "CA"),
    ] {
        let outcome = place.run(arguments);
        assert_eq!(outcome.code, Some(1), "{arguments:?}: {outcome:?}");
        assert!(outcome.stdout.contains(word), "{arguments:?}: {outcome:?}");
        assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
        assert!(outcome.stderr.starts_with("signet: ") && outcome.stderr.contains("error"), "{outcome:?}");
        for line in other.key.lines().filter(|line| !line.starts_with("-----")) {
            assert!(!outcome.stdout.contains(line) && !outcome.stderr.contains(line));
        }
    }
}

#[test]
fn a_ca_needs_no_key() {
    let place = Place::new();
    place.write("ca.crt", &pair("Company CA", true).certificate);
    assert_eq!(place.run(&["check", "--ca", "ca.crt"]).code, Some(0));
    assert_eq!(place.run(&["check", "ca.crt"]).code, Some(1));
}

#[test]
fn json_is_for_machines() {
    let place = Place::new();
    let good = pair("client.example", false);
    place.write("client.pem", &format!("{}{}", good.certificate, good.key));
    let json: Value = serde_json::from_str(&place.run(&["check", "--json", "client.pem"]).stdout).unwrap();
    assert_eq!(json["valid"], true);
    assert_eq!(json["certificate"]["subject_common_name"], "client.example");

    place.write("client.crt", &good.certificate);
    let at = |time: &str| -> Value {
        let outcome = place.run(&["check", "--json", "--at", time, "client.pem"]);
        serde_json::from_str(&outcome.stdout).unwrap()
    };
    assert_eq!(at("2199-01-31T00:00:00+01:00")["findings"][0]["rule"], "crt.expired");
    assert_eq!(at("2199-01-31T00:00:00+01:00")["judged_at"], "2199-01-30T23:00:00.000000Z");
    let outcome = place.run(&["check", "--at", "tomorrow", "client.pem"]);
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.contains("write it as 2027-01-31T00:00:00Z"), "{}", outcome.stderr);

    let outcome = place.run(&["check", "--json", "client.crt"]);
    assert_eq!(outcome.code, Some(1));
    let json: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(json["valid"], false);
    let finding = &json["findings"][0];
    assert_eq!(finding["severity"], "error");
    assert!(finding["rule"].is_string() && finding["message"].is_string() && finding["pointer"].is_string(), "{json}");
}

const PASSPHRASE: &str = "Größe 🔑";

/// `client.crt`, `client.key`, and both locked: `bundle.p12`, `locked.key`.
fn locked(place: &Place) {
    let pair = pair("client.example", false);
    place.write("client.crt", &pair.certificate);
    place.write("client.key", &pair.key);
    let password = format!("pass:{PASSPHRASE}");
    let made = "pkcs12 -export -in client.crt -inkey client.key -out bundle.p12 -passout";
    openssl(place, made.split(' ').chain([password.as_str()]));
    openssl(place, "pkcs8 -topk8 -in client.key -out locked.key -passout".split(' ').chain([password.as_str()]));
}

fn openssl<'a>(place: &Place, arguments: impl Iterator<Item = &'a str>) {
    let output = Command::new("openssl").args(arguments).current_dir(place.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn check_locked(place: &Place, files: &[&str], input: &str) -> Outcome {
    let outcome = place.run_typing(&[&["check", "--passphrase-stdin"], files].concat(), input.as_bytes());
    assert!(!format!("{outcome:?}").contains(PASSPHRASE), "{outcome:?}");
    outcome
}

#[test]
fn a_passphrase_opens_every_locked_file() {
    let place = Place::new();
    locked(&place);
    let line = format!("{PASSPHRASE}\n");
    let plain = place.run(&["check", "client.crt", "client.key"]);
    assert_eq!(plain.code, Some(0), "{plain:?}");
    for files in [
        &["bundle.p12"][..],
        &["client.crt", "locked.key"],
        &["locked.key", "client.crt"],
        &["bundle.p12", "locked.key"],
        &["client.crt", "client.key"],
    ] {
        let outcome = check_locked(&place, files, &line);
        assert_eq!(outcome.code, Some(0), "{files:?}: {outcome:?}");
        assert!(outcome.stdout.contains("belongs to the certificate"), "{files:?}: {outcome:?}");
    }
    for ending in ["", "\r\n", "\nand another line\n"] {
        let outcome = check_locked(&place, &["bundle.p12"], &format!("{PASSPHRASE}{ending}"));
        assert_eq!(outcome.code, Some(0), "{ending:?}: {outcome:?}");
    }
    assert_eq!(check_locked(&place, &["bundle.p12"], &line).stdout, plain.stdout);
}

#[test]
fn without_its_passphrase_a_file_stays_locked() {
    let place = Place::new();
    locked(&place);
    for (files, rule) in [(&["bundle.p12"][..], "in.pfx"), (&["client.crt", "locked.key"], "key.encrypted_pkcs8")] {
        let outcome = place.run_typing(&[&["check"], files].concat(), PASSPHRASE.as_bytes());
        assert_eq!(outcome.code, Some(1), "{outcome:?}");
        assert!(outcome.stdout.contains(&format!("[{rule} at")), "{outcome:?}");
        assert!(outcome.stdout.contains("signet check --passphrase-stdin"), "{outcome:?}");
    }
    for (files, place_of_it) in [
        (&["bundle.p12"][..], "at /certificates]"),
        (&["client.crt", "locked.key"], "at /private_key, line 1]"),
        (&["locked.key", "client.crt"], "at /private_key, line 1]"),
    ] {
        for input in ["wrong\n", "", "\n", &format!("{PASSPHRASE} \n")] {
            let outcome = check_locked(&place, files, input);
            assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), "signet: 1 error\n"), "{outcome:?}");
            assert!(outcome.stdout.contains(&format!("[key.passphrase_wrong {place_of_it}")), "{outcome:?}");
            assert!(!outcome.stdout.contains("in.pfx") && !outcome.stdout.contains("encrypted_pkcs8"), "{outcome:?}");
        }
    }
}

#[test]
fn a_passphrase_is_one_line_of_text() {
    let place = Place::new();
    locked(&place);
    let arguments = ["check", "--passphrase-stdin", "bundle.p12"];
    for (input, says) in [(b"\xFF\n".to_vec(), "is not UTF-8"), (vec![b'a'; 5000], "is too long")] {
        let outcome = place.run_typing(&arguments, &input);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""), "{outcome:?}");
        assert!(outcome.stderr.contains(says), "{outcome:?}");
    }
    assert_eq!(place.run_typing(&arguments, &[b'a'; 4096]).stderr, "signet: 1 error\n");
    assert!(place.run(&["check", "--help"]).stdout.contains("--passphrase-stdin"));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let outcome = Place::new().run(&["check", "nowhere.pem"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""));
    assert!(outcome.stderr.starts_with("signet: cannot read nowhere.pem: "), "{}", outcome.stderr);
}

#[test]
fn the_catalogue_has_every_rule() {
    let outcome = Place::new().run(&["check", "--rules"]);
    assert_eq!(outcome.code, Some(0));
    for rule in app::certificate::Rule::ALL {
        assert!(outcome.stdout.contains(rule.id()), "{rule}");
    }
}
