//! `signet check`

use std::time::{Duration, SystemTime};

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};
use serde_json::Value;

use crate::signet::Place;

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
    let outcome = place.run(&["check", "--json", "client.crt"]);
    assert_eq!(outcome.code, Some(1));
    let json: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(json["valid"], false);
    let finding = &json["findings"][0];
    assert_eq!(finding["severity"], "error");
    assert!(finding["rule"].is_string() && finding["message"].is_string() && finding["pointer"].is_string(), "{json}");
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
