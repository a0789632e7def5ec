//! `pem.*`

use crate::case::{Case, authority, client, leaf, pair};
use crate::forge::{der, pem};
use crate::openssl;
use crate::world::WORLD;

pub fn cases() -> Vec<Case> {
    [structure(), labels(), bounds()].into_iter().flatten().collect()
}

fn structure() -> Vec<Case> {
    let world = &*WORLD;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (bundle, chain, issuer) = (text(&world.bundle()), text(&world.chain()), text(&world.issuer_pem));
    let certificate = der(&world.issuer_pem);
    let key = text(&world.client.pem());
    let begin_certificate = "-----BEGIN CERTIFICATE-----";
    let end_certificate = "-----END CERTIFICATE-----";
    let in_base64 =
        text(&pem("", issuer.as_bytes())).lines().skip(1).collect::<Vec<_>>().join("\n").replace("-----END -----", "");
    let body_on_begin_line = issuer.replacen("-----\n", "-----", 1);
    vec![
        leaf("text without a block", "Hello").finds(["pem.none"]),
        leaf("a body without its BEGIN and END", issuer.lines().nth(1).unwrap()).finds(["pem.none"]),
        authority("one block", issuer.clone()).misses(["pem.none", "pem.no_end", "pem.one_line", "pem.base64"]),
        authority("a block that is cut off", issuer.replace(end_certificate, "")).finds(["pem.no_end"]),
        authority(
            "a block that begins inside another one",
            issuer.replacen('\n', &format!("\n{begin_certificate}\n"), 1),
        )
        .finds(["pem.nested"])
        .misses(["pem.no_end"]),
        authority("two files glued together where one is cut off", issuer.replace(end_certificate, "") + &issuer)
            .finds(["pem.nested"]),
        authority("one after another without a line between", issuer.trim_end().to_owned() + "\n" + &issuer)
            .finds(["chain.duplicate"])
            .misses(["pem.nested", "pem.glued"]),
        authority("an END line too many", format!("{issuer}{end_certificate}\n"))
            .finds(["pem.no_begin"])
            .misses(["pem.begin_missing"]),
        authority("thousands of END lines", issuer.clone() + &format!("{end_certificate}\n").repeat(4000))
            .finds(["pem.no_begin"; 10]),
        authority("END in a comment", format!("{issuer}END CERTIFICATE\n"))
            .finds(["pem.garbage_between"])
            .misses(["pem.no_begin", "pem.label_mismatch"]),
        authority("begins as one and ends as another", issuer.replace(end_certificate, "-----END PRIVATE KEY-----"))
            .finds(["pem.label_mismatch"]),
        leaf("two blocks on one line", chain.replacen("-----\n-----", "----------", 1) + &key).finds(["pem.glued"]),
        authority("a body on the BEGIN line", body_on_begin_line).finds(["pem.one_line"]),
        authority("a block on a single line", issuer.replace('\n', "")).finds(["pem.one_line"]),
        leaf("several blocks on a single line", bundle.replace('\n', ""))
            .finds(["pem.one_line"])
            .misses(["pem.label_mismatch", "set.key_missing"]),
        leaf("several blocks on a single line, with blanks", bundle.replace('\n', " "))
            .finds(["pem.one_line"])
            .misses(["pem.label_mismatch"]),
        authority(
            "a block on a single line that ends as another",
            issuer.replace('\n', "").replace("END CERTIFICATE", "END PRIVATE KEY"),
        )
        .finds(["pem.label_mismatch", "pem.one_line"]),
        leaf("twice escaped line breaks", bundle.replace('\n', "\\\\n"))
            .finds(["pem.one_line"])
            .misses(["set.key_missing"]),
        authority("a BEGIN line after a key word", format!("certificate: {issuer}")).finds(["pem.one_line"]),
        authority("blanks after BEGIN and END", issuer.replace("-----\n", "-----  \n")).misses(["pem.one_line"]),
        authority("a character that is not Base64", issuer.replacen("MII", "M*I", 1)).finds(["pem.base64"]),
        authority("a digit too few", issuer.replacen("MII", "MI", 1)).finds(["pem.base64"]),
        authority("PEM in Base64, in a block", pem("CERTIFICATE", issuer.as_bytes())).finds(["pem.base64"]),
        authority("Base64 twice in a block", pem("CERTIFICATE", issuer.lines().nth(1).unwrap().as_bytes()))
            .finds(["pem.base64"]),
        authority("PEM in Base64, as in a Kubernetes secret", in_base64).finds(["pem.none"]),
        authority("lines of another length", rewrap(&issuer, 76)).misses(["pem.base64"]),
        authority("an empty block", format!("{begin_certificate}\n\n{end_certificate}\n")).finds(["pem.empty_block"]),
        authority("an empty line in a block", issuer.replacen('\n', "\n\n", 1)).misses(["pem.empty_block"]),
        authority("headers", issuer.replacen('\n', "\nComment: mine\n and more\n\n", 1)).finds(["pem.headers"]),
        authority("an attribute outside the block", format!("subject: mine\n{issuer}"))
            .finds(["pem.garbage_between"])
            .misses(["pem.headers"]),
        leaf(
            "Bag Attributes between the blocks",
            bundle.replace(end_certificate, &format!("{end_certificate}\nBag Attributes")),
        )
        .finds(["pem.garbage_between"])
        .misses(["pem.garbage_bin"]),
        leaf("empty lines between the blocks", bundle.replace(end_certificate, &format!("{end_certificate}\n \n")))
            .misses(["pem.garbage_between"]),
        leaf("a friendly name in Latin-1", [b"friendlyName: M\xFCller\n", bundle.as_bytes()].concat())
            .finds(["pem.garbage_bin"]),
        authority("more than one object in a block", pem("CERTIFICATE", &[certificate.as_slice(), b"\x05\0"].concat()))
            .finds(["pem.trailing_der"]),
    ]
}

fn labels() -> Vec<Case> {
    let world = &*WORLD;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (chain, issuer) = (text(&world.chain()), text(&world.issuer_pem));
    let key = text(&world.client.pem());
    let request = openssl::run(&["req", "-new", "-key", "{0}", "-subj", "/CN=a"], &[&world.client.pem()]);
    let trusted = openssl::run(
        &["x509", "-in", "{0}", "-trustout", "-addtrust", "clientAuth", "-setalias", "mine"],
        &[&world.issuer_pem],
    );
    let parameters = openssl::run(&["ecparam", "-name", "prime256v1"], &[]);
    let public_key = openssl::run(&["pkey", "-in", "{0}", "-pubout"], &[&world.client.pem()]);
    vec![
        authority("a signing request", request).finds(["pem.unsupported_label"]),
        authority("an unknown block", issuer.replace("CERTIFICATE", "SOMETHING")).finds(["pem.unsupported_label"]),
        authority("a label of old", issuer.replace("CERTIFICATE", "X509 CERTIFICATE"))
            .finds(["pem.label_converted"])
            .misses(["pem.unsupported_label"]),
        leaf("a PKCS#12 file in PEM", pem("PKCS12", b"\x30\x03\x02\x01\x03")).finds(["pem.unsupported_label"]),
        authority("OpenSSL's own format", trusted)
            .finds(["pem.trusted_certificate"])
            .misses(["pem.trailing_der", "pem.label_converted"]),
        authority("trusted, but without additions", issuer.replace("CERTIFICATE", "TRUSTED CERTIFICATE"))
            .finds(["pem.trusted_certificate"]),
        authority("as it should be", issuer.clone()).misses(["pem.trusted_certificate"]),
        leaf("EC PARAMETERS before the key", [chain.as_bytes(), &parameters, key.as_bytes()].concat())
            .finds(["pem.label_ignored"]),
        pair("the public key besides", world.chain(), [public_key, key.clone().into_bytes()].concat())
            .finds(["pem.label_ignored"])
            .misses(["key.public_only"]),
        client("a revocation list", [chain.as_bytes(), &revocation_lists(1)].concat())
            .finds(["pem.crl_ignored"])
            .misses(["pem.label_ignored", "pem.unsupported_label"]),
        client("no revocation list", chain.clone()).misses(["pem.crl_ignored"]),
    ]
}

fn bounds() -> Vec<Case> {
    let world = &*WORLD;
    let large = |size: usize| crate::der::octet_string(&vec![7; size - 4]);
    let issuers = |count: usize| world.issuer_pem.repeat(count);
    vec![
        authority("10 certificates", issuers(10)).finds(["chain.duplicate"; 9]).misses(["pem.too_many"]),
        authority("11 certificates", issuers(11)).finds_with("pem.too_many", ["chain.duplicate"; 9]),
        authority("21 blocks", [world.issuer_pem.clone(), revocation_lists(20)].concat())
            .finds_with("pem.too_many", ["pem.crl_ignored"; 10]),
        authority("a certificate of 16 KiB", pem("CERTIFICATE", &large(16 * 1024)))
            .finds(["crt.parse"])
            .misses(["pem.block_too_large"]),
        authority("a certificate of 16 KiB and a byte", pem("CERTIFICATE", &large(16 * 1024 + 1)))
            .finds(["pem.block_too_large"]),
        client("a key of 12 KiB and a byte", world.chain())
            .with_key(pem("PRIVATE KEY", &large(12 * 1024 + 1)))
            .finds(["pem.block_too_large"]),
    ]
}

fn revocation_lists(count: usize) -> Vec<u8> {
    pem("X509 CRL", b"\x30\0").repeat(count)
}

/// The same blocks with lines of another length.
pub fn rewrap(text: &str, width: usize) -> String {
    let mut wrapped = String::new();
    let mut body = String::new();
    for line in text.lines() {
        if line.starts_with("-----") {
            for chunk in body.as_bytes().chunks(width) {
                wrapped.push_str(str::from_utf8(chunk).unwrap());
                wrapped.push('\n');
            }
            body.clear();
            wrapped.push_str(line);
            wrapped.push('\n');
        } else {
            body.push_str(line);
        }
    }
    wrapped
}
