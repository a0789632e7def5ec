//! `crt.*` but for what a certificate may be used for.

use crate::case::{Case, authority, client, pair};
use crate::der::{bit_string, common_name, generalized_time, name, null, oid, sequence, set, tlv, utc_time, utf8};
use crate::forge::{ALTERNATIVE_NAME, EXTENDED_KEY_USAGE, Forge, Signer, divisible_modulus, modulus, pem, rsa_spki};
use crate::openssl;
use crate::world::{NOW, WORLD};

const DAY: i64 = 86_400;

pub fn cases() -> Vec<Case> {
    [validity(), structure(), public_keys(), signatures(), names()].into_iter().flatten().collect()
}

fn validity() -> Vec<Case> {
    let world = &*WORLD;
    let valid = |from: &str, to: &str| world.issue(&world.leaf().valid(from, to));
    let end = app::timestamp::Timestamp::from_seconds(1_811_808_000); // 2027-06-01T00:00:00Z
    let old_issuer =
        Forge::authority("Issuing CA", "Root", world.issuer.spki()).valid("200101000000Z", "260101000000Z");
    let next_issuer =
        Forge::authority("Issuing CA", "Root", world.issuer.spki()).valid("270101000000Z", "370101000000Z");
    let with_times =
        |not_before: Vec<u8>, not_after: Vec<u8>| world.issue(&Forge { not_before, not_after, ..world.leaf() });
    let endless = |common: &str, key: &Signer| {
        let not_after = generalized_time("99991231235959Z");
        Forge { not_after, ..Forge::authority(common, "Root", key.spki()) }.pem(&world.root)
    };
    let until = |not_after: Vec<u8>| with_times(utc_time("260601000000Z"), not_after);
    vec![
        client("in its last second", world.chain()).at(end).finds(["crt.expires_soon"]).misses(["crt.expired"]),
        client("a second after its end", world.chain()).at(end.plus_seconds(1)).finds(["crt.expired"]),
        client("expired for years", valid("200101000000Z", "210101000000Z")).finds(["crt.expired"]),
        client("begins tomorrow", valid("261122104200Z", "270601000000Z")).finds(["crt.not_yet"]),
        client("begins in five minutes", valid("261121104700Z", "270601000000Z")).misses(["crt.not_yet"]),
        client("begins in five minutes and a second", valid("261121104701Z", "270601000000Z")).finds(["crt.not_yet"]),
        client("30 days left", world.chain()).at(end.plus_seconds(-30 * DAY)).finds(["crt.expires_soon"]),
        client("30 days and a second left", world.chain())
            .at(end.plus_seconds(-30 * DAY - 1))
            .misses(["crt.expires_soon"]),
        client("a week of life, a third left", valid("261116104200Z", "261123104200Z")).finds(["crt.expires_soon"]),
        client("a week of life, half left", valid("261118104200Z", "261125104200Z")).misses(["crt.expires_soon"]),
        client("ends before it begins", valid("270601000000Z", "260601000000Z"))
            .finds(["crt.validity_order", "crt.expired"])
            .misses(["crt.not_yet"]),
        client("ends before it begins, both to come", valid("280601000000Z", "270601000000Z"))
            .finds(["crt.validity_order"])
            .misses(["crt.expired", "crt.not_yet"]),
        client("begins and ends at once", valid("261121104200Z", "261121104200Z"))
            .finds(["crt.expires_soon"])
            .misses(["crt.validity_order"]),
        client("eleven years", valid("260601000000Z", "370601000000Z")).finds(["crt.validity_long"]),
        client("ten years", valid("260601000000Z", "360601000000Z")).misses(["crt.validity_long"]),
        client("without an end", with_times(utc_time("260601000000Z"), generalized_time("99991231235959Z")))
            .finds(["crt.validity_long"])
            .misses(["crt.time_encoding"]),
        authority("a CA without an end", endless("Root", &world.root)).finds(["crt.validity_long"]),
        authority("a CA for 20 years", world.root_pem.clone()).misses(["crt.validity_long"]),
        client("an issuer without an end", [world.leaf_pem.clone(), endless("Issuing CA", &world.issuer)].concat())
            .finds(["crt.validity_long"]),
        client("a date in the wrong form", with_times(utc_time("260601000000Z"), generalized_time("20270601000000Z")))
            .finds(["crt.time_encoding"]),
        client("a date with fractions of a second", until(generalized_time("20270601000000.5Z")))
            .finds(["crt.time_encoding"]),
        client("a date with an offset", until(utc_time("270601000000+0200"))).finds(["crt.time_encoding"]),
        client("a date without seconds", until(utc_time("2706010000Z"))).finds(["crt.time_encoding"]),
        client("a long date with an offset", until(generalized_time("20270601000000+0200")))
            .finds(["crt.parse"])
            .misses(["crt.time_encoding"]),
        client("a long date without its Z", until(generalized_time("20270601000000"))).finds(["crt.parse"]),
        client("a day that does not exist", until(utc_time("270230000000Z"))).finds(["crt.parse"]),
        client("an issuer that has expired", [world.leaf_pem.clone(), old_issuer.pem(&world.root)].concat())
            .finds(["chain.expired"]),
        client("an issuer that is still to come", [world.leaf_pem.clone(), next_issuer.pem(&world.root)].concat())
            .finds(["crt.not_yet"])
            .misses(["chain.expired"]),
        authority("a CA that has expired", old_issuer.pem(&world.root)).finds(["crt.expired"]).at(NOW),
    ]
}

fn structure() -> Vec<Case> {
    let world = &*WORLD;
    let leaf = || world.leaf();
    let serial = |serial: &[u8]| world.issue(&Forge { serial: serial.to_vec(), ..leaf() });
    let mut twice = leaf();
    twice.extensions.push((EXTENDED_KEY_USAGE, false, sequence(&[&oid(crate::forge::CLIENT_AUTH)])));
    let unknown = "1.2.3.4";
    let odd_issuer = Forge::authority("Issuing CA", "Root", world.issuer.spki()).with(unknown, true, vec![5, 0]);
    let other_algorithm = sequence(&[&oid("1.2.840.10045.4.3.3")]);
    vec![
        authority("not a certificate", pem("CERTIFICATE", b"\x30\x03\x02\x01\x07")).finds(["crt.parse"]),
        client("a good one behind which one cannot be read", [world.chain(), pem("CERTIFICATE", b"\x30\0")].concat())
            .finds(["crt.parse"]),
        client("a good one", world.chain()).misses([
            "crt.parse",
            "crt.version",
            "crt.sigalg_mismatch",
            "crt.dup_ext",
            "crt.crit_unknown",
            "chain.crit_unknown",
        ]),
        client("version 1", world.issue(&Forge { version: None, extensions: vec![], ..leaf() }))
            .finds(["crt.version", "crt.eku_absent"]),
        client("version 2", world.issue(&Forge { version: Some(1), extensions: vec![], ..leaf() }))
            .finds(["crt.version", "crt.eku_absent"]),
        client("two signature algorithms", world.issue(&Forge { inner_algorithm: Some(other_algorithm), ..leaf() }))
            .finds(["crt.sigalg_mismatch"]),
        client("an extension twice", world.issue(&twice)).finds(["crt.dup_ext"]),
        client("an unknown critical extension", world.issue(&leaf().with(unknown, true, vec![5, 0])))
            .finds(["crt.crit_unknown"]),
        client("an unknown extension", world.issue(&leaf().with(unknown, false, vec![5, 0])))
            .misses(["crt.crit_unknown"]),
        client(
            "an unknown critical extension in the issuer",
            [world.leaf_pem.clone(), odd_issuer.pem(&world.root)].concat(),
        )
        .finds(["chain.crit_unknown"])
        .misses(["crt.crit_unknown"]),
        client("a negative serial number", serial(&[0x80, 1])).finds(["crt.serial_neg"]),
        client("the highest bit, but positive", serial(&[0, 0x80, 1])).misses(["crt.serial_neg"]),
        client("the serial number 0", serial(&[0])).finds(["crt.serial_zero"]),
        client("the serial number 1", serial(&[1])).misses(["crt.serial_zero"]),
        client("21 octets", serial(&[7; 21])).finds(["crt.serial_long"]),
        client("20 octets and a sign", serial(&[&[0][..], &[0xF7; 20]].concat())).misses(["crt.serial_long"]),
    ]
}

/// Public keys: CA certificates, so that no private key is needed.
fn public_keys() -> Vec<Case> {
    let world = &*WORLD;
    let with = |spki: Vec<u8>| Forge::authority("Some CA", "Root", spki).pem(&world.root);
    let rsa = |bits: usize, exponent: &[u8]| with(rsa_spki(&modulus(bits), exponent));
    let usual = &[1, 0, 1];
    let mut off_curve = world.client.spki();
    *off_curve.last_mut().unwrap() ^= 1;
    let p521 = openssl::spki(&openssl::ec_key("P-521"));
    vec![
        authority("RSA 2047", rsa(2047, usual)).finds(["crt.rsa_weak", "crt.rsa_odd_size"]),
        authority("RSA 1024", rsa(1024, usual)).finds(["crt.rsa_weak"]).misses(["crt.rsa_odd_size"]),
        authority("RSA 2048", rsa(2048, usual)).misses([
            "crt.rsa_weak",
            "crt.rsa_exponent",
            "crt.rsa_exponent_unusual",
        ]),
        authority("RSA 4096", rsa(4096, usual)).misses(["crt.rsa_large"]),
        authority("RSA 4104", rsa(4104, usual)).finds(["crt.rsa_large"]),
        authority("RSA 8192", rsa(8192, usual)).finds(["crt.rsa_large"]).misses(["crt.rsa_too_large"]),
        authority("RSA 8200", rsa(8200, usual)).finds(["crt.rsa_too_large"]).misses(["crt.rsa_large"]),
        authority("RSA 2049", rsa(2049, usual)).finds(["crt.rsa_odd_size"]),
        authority("the exponent 4", rsa(2048, &[4])).finds(["crt.rsa_exponent"]),
        authority("the exponent 1", rsa(2048, &[1])).finds(["crt.rsa_exponent"]),
        authority("the exponent 3", rsa(2048, &[3])).finds(["crt.rsa_exponent_unusual"]).misses(["crt.rsa_exponent"]),
        authority("a modulus that 751 divides", with(rsa_spki(&divisible_modulus(2048, 751), usual)))
            .finds(["crt.rsa_factorable"]),
        authority("a modulus that 757 divides", with(rsa_spki(&divisible_modulus(2048, 757), usual)))
            .misses(["crt.rsa_factorable"]),
        authority("P-521 in a CA", with(p521)).finds(["crt.p521"]),
        client("P-521 in an issuer", {
            let issuer = Signer::Any {
                key: openssl::ec_key("P-521"),
                arguments: &["-digest", "sha512"],
                algorithm: sequence(&[&oid("1.2.840.10045.4.3.4")]),
            };
            [world.leaf().pem(&issuer), Forge::authority("Issuing CA", "Root", issuer.spki()).pem(&world.root)].concat()
        })
        .finds(["crt.p521"]),
        client("a point that is not on the curve", world.issue(&Forge::leaf("api.example", "Issuing CA", off_curve)))
            .finds(["crt.ec_curve"]),
    ]
}

fn signatures() -> Vec<Case> {
    let world = &*WORLD;
    let leaf = |hash: &'static str| {
        let signer = Signer::OpenSsl { key: world.rsa.clone(), hash };
        let issuer = Forge::authority("Issuing CA", "Root", signer.spki()).pem(&world.root);
        client(hash, [world.leaf().pem(&signer), issuer].concat())
    };
    let root = |title: &'static str, hash: &'static str| {
        let signer = Signer::OpenSsl { key: world.rsa.clone(), hash };
        authority(title, Forge::authority("Old Root", "Old Root", signer.spki()).pem(&signer))
    };
    vec![
        leaf("sha256").misses(["crt.sig_md5", "crt.sig_sha1"]),
        leaf("md5").finds(["crt.sig_md5"]).misses(["crt.sig_md5_root"]),
        leaf("sha1").finds(["crt.sig_sha1"]).misses(["crt.sig_sha1_root"]),
        by_pss("PSS with SHA-1 by default", PSS_SHA1, &sequence(&[])).finds(["crt.sig_sha1"]),
        by_pss("PSS with SHA-1 by name", PSS_SHA1, &pss_parameters(SHA1)).finds(["crt.sig_sha1"]),
        by_pss("PSS with SHA-256", PSS_SHA256, &pss_parameters(SHA256)).misses(["crt.sig_sha1"]),
        root("a root with MD5", "md5").finds(["crt.sig_md5_root"]).misses(["crt.sig_md5"]),
        root("a root with SHA-1", "sha1").finds(["crt.sig_sha1_root"]).misses(["crt.sig_sha1"]),
        root("a root with SHA-256", "sha256").misses(["crt.sig_md5_root", "crt.sig_sha1_root"]),
    ]
}

const SHA1: &str = "1.3.14.3.2.26";
const SHA256: &str = "2.16.840.1.101.3.4.2.1";
const PSS_SHA1: &[&str] = &["-digest", "sha1", "-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:20"];
const PSS_SHA256: &[&str] =
    &["-digest", "sha256", "-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:20"];

/// RSASSA-PSS-params (RFC 8017 appendix A.2.3), the salt as long as it is by default.
fn pss_parameters(hash: &str) -> Vec<u8> {
    let hash = sequence(&[&oid(hash), &null()]);
    sequence(&[&tlv(0xA0, &hash), &tlv(0xA1, &sequence(&[&oid("1.2.840.113549.1.1.8"), &hash]))])
}

/// A client certificate that an RSA key signed with RSASSA-PSS.
fn by_pss(title: &'static str, arguments: &'static [&'static str], parameters: &[u8]) -> Case {
    let world = &*WORLD;
    let algorithm = sequence(&[&oid("1.2.840.113549.1.1.10"), parameters]);
    let signer = Signer::Any { key: world.rsa.clone(), arguments, algorithm };
    let issuer = Forge::authority("Issuing CA", "Root", signer.spki()).pem(&world.root);
    client(title, [world.leaf().pem(&signer), issuer].concat())
}

fn names() -> Vec<Case> {
    let world = &*WORLD;
    let empty = name(&[]);
    let alternative = |names: &[u8]| world.issue(&world.leaf().with(ALTERNATIVE_NAME, false, tlv(0x30, names)));
    let subject = |subject: Vec<u8>| world.issue(&Forge { subject, ..world.leaf() });
    let nameless_issuer = Forge { issuer: empty.clone(), ..world.leaf() }.pem(&world.issuer);
    let public = Forge { issuer: tlv(0x30, &webpki_roots::TLS_SERVER_ROOTS[0].subject), ..world.leaf() };
    let public = public.pem(&world.issuer);
    let public_root = tlv(0x30, &webpki_roots::TLS_SERVER_ROOTS[0].subject);
    let issued_by_public = |common: &str, key: &Signer| {
        Forge { issuer: public_root.clone(), ..Forge::authority(common, "", key.spki()) }.pem(&world.root)
    };
    let public_issuer = issued_by_public("Issuing CA", &world.issuer);
    let public_elsewhere = issued_by_public("Another CA", &world.other);
    let raw = |value: Vec<u8>| tlv(0x30, &set(&[&sequence(&[&oid("2.5.4.3"), &value])]));
    let other_name = |value: &[u8]| tlv(0xA0, &[oid("1.3.6.1.4.1.311.20.2.3"), tlv(0xA0, value)].concat());
    let user = |name: &str| other_name(&utf8(name));
    let directory = |name: &str| tlv(0xA4, &common_name(name));
    let registered = tlv(0x88, &oid("1.2.3")[2..]);
    let unique_identifier = tlv(0x30, &set(&[&sequence(&[&oid("2.5.4.45"), &bit_string(&[1, 2])])]));
    vec![
        client("no issuer", nameless_issuer).finds(["crt.issuer_empty", "chain.missing"]),
        client("an issuer", world.chain()).misses(["crt.issuer_empty", "crt.public_ca"]),
        client("a public issuer", public).finds(["crt.public_ca", "chain.missing"]),
        client("an issuer of a public one", [world.leaf_pem.clone(), public_issuer].concat()).finds(["crt.public_ca"]),
        client("a public CA that is not on the path", [world.chain(), public_elsewhere].concat())
            .finds(["chain.unrelated"])
            .misses(["crt.public_ca"]),
        client("no subject", subject(empty.clone())).misses(["crt.subject_empty_no_san"]),
        client(
            "neither subject nor alternative name",
            world.issue(&Forge { subject: empty, ..world.leaf() }.without(ALTERNATIVE_NAME)),
        )
        .finds(["crt.subject_empty_no_san"]),
        client("an IP address of 5 bytes", alternative(&tlv(0x87, &[1, 2, 3, 4, 5]))).finds(["crt.san_malformed"]),
        client("an IP address", alternative(&tlv(0x87, &[192, 0, 2, 1]))).misses(["crt.san_malformed"]),
        client("no alternative name in the extension for them", alternative(&[])).finds(["crt.san_malformed"]),
        client("a user principal name", alternative(&user("ana@corp.example")))
            .misses(["crt.san_malformed", "crt.name_unsafe"]),
        client("a user principal name that is turned around", alternative(&user("ana\u{202E}proc")))
            .finds(["crt.name_unsafe"]),
        client("a user principal name that is not text", alternative(&other_name(&tlv(0x0C, &[0xFF]))))
            .finds(["crt.san_malformed"]),
        client("a directory name that is turned around", alternative(&directory("x\u{202E}")))
            .finds(["crt.name_unsafe"]),
        client("a directory name and a registered identifier", alternative(&[directory("x"), registered].concat()))
            .misses(["crt.name_unsafe", "crt.san_malformed"]),
        client("a unique identifier", subject(unique_identifier)).misses(["crt.name_malformed"]),
        client("an alternative name that is not text", alternative(&tlv(0x82, &[0xFF, 0xFE])))
            .finds(["crt.san_malformed"]),
        client("a common name that is not UTF-8", subject(raw(tlv(0x0C, &[0xFF, 0xFE])))).finds(["crt.name_malformed"]),
        client("a common name in UTF-16", subject(raw(tlv(0x1E, &[0, b'a', 0, b'b'])))).misses(["crt.name_malformed"]),
        client("a common name that is turned around", subject(common_name("api\u{202E}moc.elpmaxe")))
            .finds(["crt.name_unsafe"]),
        client("an alternative name with a 0", alternative(&tlv(0x82, b"a.example\0.b.example")))
            .finds(["crt.name_unsafe"]),
        client("a common name in Greek", subject(common_name("Πύλη"))).misses(["crt.name_unsafe"]),
        pair(
            "the name of a company with a comma",
            subject(name(&[("2.5.4.10", "Meridian, Inc.")])),
            world.client.pem(),
        ),
    ]
}
