//! Files that their passphrase opens. OpenSSL is the reference for what is in them.

use app::certificate::{Pointer, Report, unlock};

use super::files::*;
use super::{SECRET, locked, locked_client, open, pfx, text};
use crate::case::{Case, authority, leaf, pair};
use crate::der::{integer, octet_string, oid, sequence, tlv};
use crate::forge::{der, pem};
use crate::openssl;
use crate::world::WORLD;

const FEW: Kdf = Kdf::Pbkdf2 { rounds: 2 };

/// The blocks of a PEM text without what stands between them, in one order.
fn blocks(text: &str) -> Vec<&str> {
    let mut blocks: Vec<&str> =
        text.split("-----BEGIN ").skip(1).map(|block| block.split("\n-----END").next().unwrap()).collect();
    blocks.sort_unstable();
    blocks
}

/// It opens, to the same as with OpenSSL, and with no other passphrase.
fn check(title: &str, file: &[u8], passphrase: &str, options: &[&str]) -> String {
    let arguments = [&["pkcs12", "-in", "{0}", "-nodes", "-passin", "file:{1}"], options].concat();
    let expected = openssl::run(&arguments, &[file, format!("{passphrase}\n").as_bytes()]);
    let opened = open(file, passphrase).expect(title);
    assert_eq!(blocks(&opened), blocks(&String::from_utf8_lossy(&expected)), "{title}");
    if title.contains("nothing is encrypted") {
        return opened;
    }
    for wrong in [format!("{passphrase} "), "wrong".to_owned()] {
        let refusal = open(file, &wrong).map(|_| ()).unwrap_err();
        assert_eq!(refusal.rule.id(), "key.passphrase_wrong", "{title}: {wrong}");
    }
    opened
}

fn report(case: &Case) -> Report {
    case.judge().report
}

#[test]
fn pkcs12_of_every_kind() {
    let mut kinds: Vec<(&str, &[&str])> = vec![
        ("OpenSSL's own", &[]),
        ("AES-128 and AES-192", &["-certpbe", "aes-128-cbc", "-keypbe", "aes-192-cbc"]),
        ("3DES and SHA-1", &["-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"]),
        ("3DES of two keys", &["-certpbe", "PBE-SHA1-2DES", "-keypbe", "PBE-SHA1-2DES"]),
        ("SHA-224", &["-macalg", "sha224"]),
        ("SHA-384", &["-macalg", "sha384"]),
        ("SHA-512", &["-macalg", "sha512"]),
        ("no MAC", &["-nomac"]),
        ("one round", &["-iter", "1"]),
        ("100,000 rounds", &["-iter", "100000"]),
        ("certificates in the clear", &["-certpbe", "NONE"]),
        ("the key in the clear", &["-keypbe", "NONE"]),
        ("nothing is encrypted, no MAC", &["-certpbe", "NONE", "-keypbe", "NONE", "-nomac"]),
        ("no key", &["-nokeys"]),
        ("no certificate", &["-nocerts"]),
        ("a name", &["-name", "Zertifikat für Köln"]),
    ];
    if openssl::legacy().is_some() {
        kinds.push(("of old", &["-legacy"]));
        kinds.push(("RC2", &["-legacy", "-certpbe", "PBE-SHA1-RC2-128", "-keypbe", "PBE-SHA1-RC2-40"]));
    }
    for (title, options) in kinds {
        let file = match title {
            "no key" => openssl::run(
                &["pkcs12", "-export", "-nokeys", "-in", "{0}", "-passout", &format!("pass:{SECRET}")],
                &[&WORLD.chain()],
            ),
            _ => pfx(options, SECRET),
        };
        let is_old = options.contains(&"-legacy");
        let opened = check(title, &file, SECRET, if is_old { &["-legacy"] } else { &[] });
        let found = report(&leaf("", opened));
        match title {
            "no key" => assert_eq!(found.findings[0].rule.id(), "set.key_missing"),
            "no certificate" => assert_eq!(found.findings[0].rule.id(), "set.cert_missing"),
            _ => assert_eq!(found.findings, [], "{title}"),
        }
    }
}

#[test]
fn encrypted_keys_of_every_kind() {
    let mut kinds: Vec<(&str, Vec<&str>)> = vec![
        ("OpenSSL's own", vec![]),
        ("AES-128", vec!["-v2", "aes-128-cbc"]),
        ("AES-192", vec!["-v2", "aes-192-cbc"]),
        ("3DES", vec!["-v2", "des3"]),
        ("SHA-1, which is not written", vec!["-v2prf", "hmacWithSHA1"]),
        ("SHA-224", vec!["-v2prf", "hmacWithSHA224"]),
        ("SHA-384", vec!["-v2prf", "hmacWithSHA384"]),
        ("SHA-512", vec!["-v2prf", "hmacWithSHA512"]),
        ("scrypt", vec!["-scrypt"]),
        ("scrypt, 16 passes", vec!["-scrypt", "-scrypt_N", "1024", "-scrypt_r", "8", "-scrypt_p", "16"]),
        ("3DES of old", vec!["-v1", "PBE-SHA1-3DES"]),
    ];
    if let Some(legacy) = openssl::legacy() {
        kinds.push(("RC2 of old", [&["-v1", "PBE-SHA1-RC2-40"], legacy].concat()));
    }
    let key = String::from_utf8(openssl::run(&["pkey", "-in", "{0}"], &[&WORLD.client.pem()])).unwrap();
    for (title, options) in kinds {
        let file = locked_client(&options, SECRET);
        let mislabelled = String::from_utf8(file.clone()).unwrap().replace("ENCRYPTED PRIVATE", "PRIVATE");
        for file in [file.clone(), der(&file), mislabelled.into_bytes()] {
            let opened = open(&file, SECRET).unwrap_or_else(|finding| panic!("{title}: {finding:?}"));
            assert_eq!(blocks(&opened), blocks(&key), "{title}");
            let refusal = open(&file, "wrong").map(|_| ()).unwrap_err();
            assert_eq!(refusal.rule.id(), "key.passphrase_wrong", "{title}");
            assert_eq!(report(&pair("", WORLD.chain(), opened)).findings, [], "{title}");
        }
    }
}

#[test]
fn every_algorithm_of_keys() {
    let keys = [WORLD.rsa.clone(), openssl::ec_key("P-384"), openssl::ec_key("P-521"), openssl::key("ED25519", &[])];
    for key in keys {
        let opened = open(&locked(&key, &["-iter", "1"], SECRET), SECRET).unwrap();
        assert_eq!(blocks(&opened), blocks(str::from_utf8(&key).unwrap()));
    }
}

#[test]
fn passphrases_of_every_script() {
    let old: &[&str] = &["-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"];
    for passphrase in ["ä", "Größenwahn & Söhne", "пароль", "密码", "🔑 clé 𝄞", " blanks ", "a\tb", &"x".repeat(300)]
    {
        check(passphrase, &pfx(&[], passphrase), passphrase, &[]);
        check(passphrase, &pfx(old, passphrase), passphrase, &[]);
        assert!(open(&locked_client(&[], passphrase), passphrase).is_ok(), "{passphrase}");
    }
}

#[test]
fn an_empty_passphrase_is_one() {
    for options in [&[][..], &["-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES"], &["-nomac"]] {
        let file = pfx(options, "");
        assert!(open(&file, "").is_ok(), "{options:?}");
        assert_eq!(open(&file, " ").unwrap_err().rule.id(), "key.passphrase_wrong");
    }
    // What Windows writes where there is no passphrase: not even the two bytes of 0 at its end.
    let parts = [plain(&[key_bag(&der(&WORLD.client.pem()), None)])];
    for bytes in [&[][..], &[0, 0]] {
        let file = pfx_of(&parts, mac_for(bytes));
        assert!(open(&file, "").is_ok(), "{bytes:?}");
        assert!(open(&file, "a").is_err(), "{bytes:?}");
    }
}

#[test]
fn the_keys_certificate_comes_first() {
    let [leaf_der, issuer, root] = [&WORLD.leaf_pem, &WORLD.issuer_pem, &WORLD.root_pem].map(|pem| der(pem));
    let key = der(&WORLD.client.pem());
    let bags = [
        certificate_bag(&root, None),
        certificate_bag(&issuer, Some(b"2")),
        certificate_bag(&leaf_der, Some(b"1")),
        key_bag(&key, Some(b"1")),
    ];
    let opened = open(&pfx_of(&[plain(&bags)], without_mac), "").unwrap();
    let expected = [&leaf_der, &root, &issuer].map(|certificate| pem("CERTIFICATE", certificate)).concat();
    assert_eq!(opened.into_bytes(), [expected, pem("PRIVATE KEY", &key)].concat());
    // Without identifiers they stay as they are; the validator finds out.
    let bags = [certificate_bag(&issuer, None), certificate_bag(&leaf_der, None), key_bag(&key, None)];
    let opened = open(&pfx_of(&[plain(&bags)], without_mac), "").unwrap();
    let found = report(&leaf("", opened));
    assert_eq!(found.findings.iter().map(|finding| finding.rule.id()).collect::<Vec<_>>(), ["key.match_other"]);
}

#[test]
fn what_else_is_in_a_file_is_left_out() {
    let bags = [
        secret_bag(),
        sdsi_bag(),
        certificate_bag(&der(&WORLD.leaf_pem), None),
        key_bag(&der(&WORLD.client.pem()), None),
    ];
    let expected = open(&pfx_of(&[plain(&bags[2..])], without_mac), "").unwrap();
    assert_eq!(open(&pfx_of(&[plain(&bags)], without_mac), "").unwrap(), expected);
    let parts = [plain(&bags[..3]), plain(&[]), sealed(FEW, SECRET, &bags[3..])];
    assert_eq!(open(&pfx_of(&parts, without_mac), SECRET).unwrap(), expected);
    let nested = nested_bag(&[nested_bag(&bags[..3]), bags[3].clone()]);
    assert_eq!(open(&pfx_of(&[plain(&[nested])], without_mac), "").unwrap(), expected);
    let followed = [pfx_of(&[plain(&bags)], without_mac), b"\0\0".to_vec()].concat();
    assert_eq!(open(&followed, "").unwrap(), expected);
}

#[test]
fn several_keys_and_a_whole_chain_come_out() {
    let world = &*WORLD;
    let bags = [certificate_bag(&der(&world.leaf_pem), None), key_bag(&der(&world.client.pem()), None)];
    let other = shrouded_bag(&locked_key(FEW, SECRET));
    let parts = [sealed(FEW, SECRET, &bags), plain(&[other, key_bag(&der(&world.other.pem()), None)])];
    let opened = open(&pfx_of(&parts, without_mac), SECRET).unwrap();
    let found = report(&leaf("", opened));
    let rules: Vec<_> = found.findings.iter().map(|finding| finding.rule.id()).collect();
    assert_eq!(rules, ["set.several_keys", "chain.missing", "set.key_twice"]);

    let files: [&[u8]; 3] = [&world.leaf_pem, &world.client.pem(), &[&world.issuer_pem[..], &world.root_pem].concat()];
    let whole = openssl::run(
        &["pkcs12", "-export", "-in", "{0}", "-inkey", "{1}", "-certfile", "{2}", "-passout", "pass:a"],
        &files,
    );
    let opened = check("a whole chain", &whole, "a", &[]);
    let found = report(&leaf("", opened));
    assert_eq!(found.findings.iter().map(|finding| finding.rule.id()).collect::<Vec<_>>(), ["chain.root_included"]);
}

#[test]
fn a_ca_comes_out_of_a_file_without_keys() {
    let file = openssl::run(&["pkcs12", "-export", "-nokeys", "-in", "{0}", "-passout", "pass:a"], &[&WORLD.root_pem]);
    let opened = unlock(&file, Pointer::Certificates, "a").unwrap();
    assert!(authority("", text(opened)).judge().material.is_some());
}

#[test]
fn files_in_ber() {
    let file = pfx(&[], SECRET);
    check("around DER", &ber(&file), SECRET, &[]);
    // Inside as well: Firefox encrypts BER, and has a MAC over BER.
    let world = &*WORLD;
    let bags = [certificate_bag(&der(&world.leaf_pem), None), key_bag(&der(&world.client.pem()), None)].concat();
    let contents = encrypt(FEW, SECRET, &ber(&tlv(0x30, &bags)));
    let inside = ber(&tlv(0x30, &encrypted(&pbes2(FEW), &contents)));
    let authenticated = octet_string(&inside);
    let content = sequence(&[&oid("1.2.840.113549.1.7.1"), &tlv(0xA0, &authenticated)]);
    let mac = mac_for(&SECRET.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect::<Vec<_>>())(&inside);
    let whole = ber(&sequence(&[&integer(&[3]), &content, &mac]));
    check("inside and outside", &whole, SECRET, &[]);
}

#[test]
fn pbmac1_vouches_as_well() {
    let parts = [plain(&[key_bag(&der(&WORLD.client.pem()), None)])];
    let file = pfx_of(&parts, pbmac1_for(SECRET));
    assert!(open(&file, SECRET).is_ok());
    assert_eq!(open(&file, "wrong").unwrap_err().rule.id(), "key.passphrase_wrong");
}

#[test]
fn the_other_blocks_stay_as_they_are_and_where_they_are() {
    let world = &*WORLD;
    let chain = String::from_utf8(world.chain()).unwrap().replace('\n', "\r\n");
    let key = String::from_utf8(locked_client(&[], SECRET)).unwrap();
    let damaged = chain.replacen("MII", "M*I", 1);
    let text = format!("# mine\r\n{key}\r\n# the chain\r\n{damaged}");
    let before = report(&leaf("", text.clone()));
    assert_eq!(before.locked(), [Pointer::Certificates]);
    let opened = open(text.as_bytes(), SECRET).unwrap();
    assert!(opened.starts_with("# mine\r\n-----BEGIN PRIVATE KEY-----\n"), "{opened}");
    assert!(opened.ends_with(&format!("\r\n# the chain\r\n{damaged}")));
    let after = report(&leaf("", opened));
    assert_eq!(after.locked(), []);
    let line = |report: &Report| report.findings.iter().find(|finding| finding.rule.id() == "pem.base64").unwrap().line;
    assert!(line(&before).is_some());
    assert_eq!(line(&before), line(&after));

    // Two keys under one passphrase, a header, an indented block, escaped line breaks, UTF-16.
    let both = [key.clone(), String::from_utf8(locked(&world.rsa, &[], SECRET)).unwrap()].concat();
    let indented = both.replace('\n', "\n   ").replacen("-----\n", "-----\nComment: mine\n\n", 1);
    for text in [both.clone(), indented, both.replace('\n', "\\n")] {
        let opened = open(text.as_bytes(), SECRET).unwrap_or_else(|finding| panic!("{text}: {finding:?}"));
        assert_eq!(opened.matches("-----BEGIN PRIVATE KEY-----").count(), 2, "{text}");
        assert!(!opened.contains("ENCRYPTED"), "{text}");
    }
    let wide: Vec<u8> = format!("\u{FEFF}{key}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(blocks(&open(&wide, SECRET).unwrap()).len(), 1);
}

#[test]
fn what_is_not_locked_stays_as_it_is() {
    let world = &*WORLD;
    for file in [
        world.bundle(),
        world.chain(),
        der(&world.leaf_pem),
        der(&world.client.pem()),
        b"".to_vec(),
        b"PK\x03\x04".to_vec(),
    ] {
        assert!(report(&leaf("", file.clone())).locked().is_empty());
        assert_eq!(*unlock(&file, Pointer::Certificates, SECRET).unwrap().into_bytes(), file);
    }
}
