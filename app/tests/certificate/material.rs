//! What a valid upload comes to: text, chain, key, facts.

use app::certificate::{Material, Pointer};

use crate::case::{authority, client, leaf, pair};
use crate::der::name;
use crate::forge::{Forge, der, pem};
use crate::openssl;
use crate::world::WORLD;

#[test]
fn text_of_nothing_but_certificates_is_kept_byte_for_byte() {
    let odd = String::from_utf8(WORLD.chain()).unwrap().replace('\n', " \r\n");
    let material = client("", format!("{odd}\r\n \r\n")).judge().material.unwrap();
    assert_eq!(material.text, odd.trim_end());
}

#[test]
fn any_other_text_is_encoded_anew_in_its_order() {
    let world = &*WORLD;
    let anew = String::from_utf8([world.issuer_pem.clone(), world.leaf_pem.clone()].concat()).unwrap();
    let anew = anew.trim_end();
    let key = world.client.pem();
    let join = |parts: &[&[u8]]| parts.concat();
    let text = |material: Option<Material>| material.unwrap().text;
    let with_key = join(&[&world.issuer_pem, &key, &world.leaf_pem]);
    assert_eq!(text(leaf("a key between", with_key).judge().material), anew);
    let with_comment = join(&[b"issuer\n", &world.issuer_pem, b"leaf\n", &world.leaf_pem]);
    assert_eq!(text(client("comments", with_comment).judge().material), anew);
    let with_mark = join(&[b"\xEF\xBB\xBF", &world.issuer_pem, &world.leaf_pem]);
    assert_eq!(text(client("a byte-order mark", with_mark).judge().material), anew);
    let old_label = anew.replacen("CERTIFICATE", "X509 CERTIFICATE", 2);
    assert_eq!(text(client("a label of old", old_label).judge().material), anew);
    let in_der = pair("DER", der(&world.leaf_pem), der(&key));
    assert_eq!(text(in_der.judge().material), String::from_utf8_lossy(&world.leaf_pem).trim_end());
    let in_both = pair("in both files", world.issuer_pem.clone(), join(&[&key, &world.leaf_pem, &world.issuer_pem]));
    assert_eq!(text(in_both.judge().material), anew);
}

#[test]
fn swapped_files_keep_the_certificate_files_text() {
    let odd = String::from_utf8(WORLD.chain()).unwrap().replace('\n', "\r\n");
    let material = pair("", WORLD.client.pem(), odd.clone()).judge().material.unwrap();
    assert_eq!(material.text, odd.trim_end());
}

#[test]
fn the_chain_is_in_handshake_order_and_without_root() {
    let world = &*WORLD;
    let [leaf_der, issuer_der] = [der(&world.leaf_pem), der(&world.issuer_pem)];
    for order in
        [[&world.leaf_pem, &world.issuer_pem, &world.root_pem], [&world.root_pem, &world.issuer_pem, &world.leaf_pem]]
    {
        let material = client("", order.map(Vec::as_slice).concat()).judge().material.unwrap();
        assert_eq!(material.chain, [leaf_der.clone(), issuer_der.clone()]);
        assert_eq!(material.facts.chain, ["api.example", "Issuing CA"]);
        assert_eq!(material.text.matches("BEGIN").count(), 3);
    }
}

#[test]
fn a_self_signed_certificate_is_its_own_chain() {
    let own = Forge::leaf("api.example", "api.example", WORLD.client.spki()).sign(&WORLD.client);
    let material = client("", pem("CERTIFICATE", &own)).judge().material.unwrap();
    assert_eq!(material.chain, [own]);
    assert!(material.facts.self_issued);
}

#[test]
fn the_key_is_kept_in_one_form_that_openssl_reads() {
    let world = &*WORLD;
    let ed25519 = openssl::key("ED25519", &[]);
    for key in [openssl::ec_key("P-256"), openssl::ec_key("P-521"), world.rsa.clone(), ed25519.clone()] {
        let certificate = Forge::leaf("api.example", "Issuing CA", openssl::spki(&key)).pem(&world.issuer);
        let kept = |key: Vec<u8>| {
            let material = pair("", certificate.clone(), key).judge().material.unwrap();
            material.private_key.unwrap()
        };
        let plain = kept(key.clone());
        assert_eq!(openssl::spki(plain.expose_pem().as_bytes()), openssl::spki(&key));
        assert_eq!(pem("PRIVATE KEY", plain.expose_der()), plain.expose_pem().as_bytes());
        if key != ed25519 {
            let traditional = openssl::run(&["pkey", "-in", "{0}", "-traditional"], &[&key]);
            assert_eq!(kept(traditional).expose_der(), plain.expose_der());
        }
    }
}

#[test]
fn facts_are_those_that_openssl_prints() {
    let world = &*WORLD;
    let subject = name(&[("2.5.4.6", "ES"), ("2.5.4.10", "Meridian, Inc."), ("2.5.4.3", "api.example")]);
    let serial = vec![0x00, 0xC0, 0xFF, 0xEE, 0x00, 0x11, 0x22, 0x33, 0x44, 0x55];
    let certificate = Forge { serial, subject, ..world.leaf() }.pem(&world.issuer);
    let facts = client("", certificate.clone()).judge().report.certificate.unwrap();
    let print = |options: &[&str]| {
        let arguments = [&["x509", "-in", "{0}", "-noout"], options].concat();
        let line = String::from_utf8(openssl::run(&arguments, &[&certificate])).unwrap();
        line.trim().split_once('=').unwrap().1.to_owned()
    };
    assert_eq!(facts.subject.replace(", ", ","), print(&["-subject", "-nameopt", "RFC2253"]).replace(", ", ","));
    assert_eq!(facts.subject, "CN=api.example, O=Meridian\\, Inc., C=ES");
    assert_eq!(facts.issuer, "CN=Issuing CA");
    assert_eq!(facts.fingerprint_sha256, print(&["-fingerprint", "-sha256"]).replace(':', "").to_lowercase());
    assert_eq!(u128::from_str_radix(&print(&["-serial"]), 16).unwrap().to_string(), facts.serial_number);
    assert_eq!(facts.not_after.rfc3339(), "2027-06-01T00:00:00Z");
    assert_eq!((facts.key_type.as_str(), facts.names.as_slice()), ("EC P-256", &["api.example".to_owned()][..]));
    assert_eq!(facts.usages, ["Client authentication"]);
    assert_eq!((facts.ca, facts.self_issued, facts.key_belongs), (false, false, true));
    assert_eq!(facts.suggested_name, "api.example");
}

#[test]
fn a_certificate_without_names_is_called_by_its_fingerprint() {
    let nameless = Forge { subject: name(&[]), ..WORLD.leaf() }.without(crate::forge::ALTERNATIVE_NAME);
    let facts = client("", nameless.pem(&WORLD.issuer)).judge().report.certificate.unwrap();
    assert_eq!(facts.suggested_name, format!("Certificate {}", &facts.fingerprint_sha256[..8]));
    assert_eq!(facts.subject_common_name, None);
}

#[test]
fn contents_say_what_each_file_holds() {
    let report = client("", WORLD.chain()).judge().report;
    let seen: Vec<_> =
        report.contents.iter().map(|file| (file.pointer, file.certificates, file.private_keys)).collect();
    assert_eq!(seen, [(Pointer::Certificates, 2, 0), (Pointer::PrivateKey, 0, 1)]);
    assert_eq!(report.contents[0].size as usize, WORLD.chain().len());
}

#[test]
fn a_ca_is_kept_without_key_in_the_order_of_the_file() {
    let world = &*WORLD;
    let material = authority("", [world.root_pem.clone(), world.issuer_pem.clone()].concat()).judge().material.unwrap();
    assert_eq!(material.chain, [der(&world.root_pem), der(&world.issuer_pem)]);
    assert!(material.private_key.is_none() && material.facts.ca && material.facts.subject == "CN=Root");
}

#[test]
fn a_report_is_read_back_as_it_was_written() {
    let report = client("", WORLD.leaf_pem.clone()).judge().report;
    let json = serde_json::to_string(&report).unwrap();
    assert!(json.contains(r#""rule":"chain.missing","severity":"warning""#), "{json}");
    assert_eq!(serde_json::from_str::<app::certificate::Report>(&json).unwrap(), report);
}
