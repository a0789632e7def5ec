//! What is said in words where one rule has several things to say.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::case::{Case, authority, client, leaf};
use crate::der::{common_name, generalized_time, oid, sequence, tlv, utc_time, utf8};
use crate::forge::{ALTERNATIVE_NAME, Forge, der, pem};
use crate::openssl;
use crate::world::WORLD;

/// Some finding of this rule says this, in its message or its hint.
fn says(case: &Case, rule: &str, words: &str) {
    let report = case.judge().report;
    let of_rule = report.findings.iter().filter(|finding| finding.rule.id() == rule);
    let said: Vec<String> = of_rule.map(|finding| format!("{} {}", finding.message, finding.hint)).collect();
    assert!(said.iter().any(|said| said.contains(words)), "{}: {words:?} is not in {said:#?}", case.title);
}

#[test]
fn a_certificate_that_cannot_be_read_is_called_what_it_is() {
    let world = &*WORLD;
    let key = openssl::run(&["pkey", "-in", "{0}", "-outform", "DER"], &[&world.client.pem()]);
    let request =
        openssl::run(&["req", "-new", "-key", "{0}", "-subj", "/CN=a", "-outform", "DER"], &[&world.client.pem()]);
    let bundle = openssl::run(&["crl2pkcs7", "-nocrl", "-certfile", "{0}", "-outform", "DER"], &[&world.issuer_pem]);
    let algorithm = sequence(&[&oid("1.2.840.10045.4.3.2")]);
    let list = sequence(&[
        &sequence(&[&algorithm, &common_name("Root"), &utc_time("260101000000Z")]),
        &algorithm,
        &tlv(0x03, &[0]),
    ]);
    for (der, words) in [
        (key, "holds a private key"),
        (openssl::spki(&world.client.pem()), "holds a public key"),
        (request, "holds a signing request"),
        (list, "holds a revocation list"),
        (bundle, "holds a PKCS#7 bundle"),
        (b"\x30\x03\x02\x01\x07".to_vec(), "is not a valid X.509 certificate."),
    ] {
        says(&authority("another label", pem("CERTIFICATE", &der)), "crt.parse", words);
    }
}

#[test]
fn a_date_that_cannot_be_read_is_named() {
    let world = &*WORLD;
    for date in [generalized_time("20270601000000"), generalized_time("20270601000000+0200"), utc_time("270230000000Z")]
    {
        let forge = Forge { not_after: date, ..world.leaf() };
        says(&client("a date", world.issue(&forge)), "crt.parse", "the date of its end cannot be read");
    }
    let forge = Forge { not_before: utc_time("26"), ..world.leaf() };
    says(&client("a date", world.issue(&forge)), "crt.parse", "the date of its begin cannot be read");
}

#[test]
fn what_is_not_pem_comes_with_the_command_that_mends_it() {
    let world = &*WORLD;
    let pfx = openssl::run(
        &["pkcs12", "-export", "-in", "{0}", "-inkey", "{1}", "-passout", "pass:secret"],
        &[&world.leaf_pem, &world.client.pem()],
    );
    let cut_off = &pfx[..900];
    let message = format!("its header promises {} bytes, and there are 900", pfx.len());
    says(&leaf("cut off", cut_off), "in.der_unknown", &message);
    says(&leaf("in Base64", STANDARD.encode(&pfx)), "pem.none", "`base64 -d FILE > bundle.p12`");
    let in_lines = String::from_utf8(pem("X", &pfx)).unwrap();
    let in_lines: String =
        in_lines.lines().filter(|line| !line.starts_with('-')).flat_map(|line| [line, "\n"]).collect();
    says(&leaf("in Base64, in lines", in_lines), "pem.none", "PKCS#12");
    says(
        &leaf("labelled", pem("PKCS12", &pfx)),
        "pem.unsupported_label",
        "`sed '/^-/d' FILE | base64 -d > bundle.p12`",
    );
    let bundle = pem("CMS", b"\x30\0");
    let command = "`openssl cms -cmsout -inform PEM -in FILE -outform DER | openssl pkcs7 -inform der -print_certs -out chain.pem`";
    says(&leaf("CMS", bundle), "in.p7b", command);
    let certificate = STANDARD.encode(der(&world.leaf_pem));
    says(&leaf("a certificate in Base64", certificate), "pem.none", "the inside of a block");
}

#[test]
fn an_extension_that_cannot_be_read_is_named() {
    let forge = WORLD.leaf().with(crate::forge::KEY_USAGE, true, vec![4, 1, 0]);
    let words = "The key usage of the certificate cannot be read";
    says(&client("key usage", WORLD.issue(&forge)), "crt.ext_malformed", words);
}

/// Every alternative name is shown, in words or in hex.
#[test]
fn alternative_names_are_shown() {
    let world = &*WORLD;
    let user = [oid("1.3.6.1.4.1.311.20.2.3"), tlv(0xA0, &utf8("ana@corp.example"))].concat();
    let other = [oid("1.2.3.4"), tlv(0xA0, &utf8("b"))].concat();
    for (name, shown) in [
        (tlv(0x82, b"api.example"), "api.example"),
        (tlv(0x87, &[192, 0, 2, 1]), "192.0.2.1"),
        (tlv(0xA0, &user), "UPN: ana@corp.example"),
        (tlv(0xA0, &other), "Other name 1.2.3.4: #a0030c0162"),
        (tlv(0xA4, &common_name("ana")), "Directory name: CN=ana"),
        (tlv(0x88, &oid("1.2.3.4")[2..]), "Registered ID: 1.2.3.4"),
        (tlv(0x87, &[1, 2, 3, 4, 5]), "#0102030405"),
        (tlv(0x82, &[0xFF, 0xFE]), "#fffe"),
    ] {
        let certificate = world.issue(&world.leaf().with(ALTERNATIVE_NAME, false, tlv(0x30, &name)));
        let facts = client("", certificate).judge().report.certificate.unwrap();
        assert_eq!(facts.names, [shown]);
    }
    let garbage = world.issue(&world.leaf().with(ALTERNATIVE_NAME, false, vec![4, 1, 7]));
    assert_eq!(client("", garbage).judge().report.certificate.unwrap().names, ["#040107"]);
}
