//! No part of a key comes out of the validator but in `PrivateKey`, wherever in the input it was.

use app::certificate::{Kind, report_text};

use crate::case::{Case, authority, client, leaf, pair};
use crate::forge::{der, pem};
use crate::world::WORLD;

/// So many characters in a row would be a leak.
const WINDOW: usize = 24;

#[test]
fn no_part_of_a_key_is_in_a_report() {
    let world = &*WORLD;
    let key = world.client.pem();
    let secret = Secret::of(&key);
    let text = String::from_utf8(key.clone()).unwrap();
    let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    let chain = String::from_utf8(world.chain()).unwrap();
    let label_of = |label: &str| text.replace("PRIVATE KEY", label);
    let name: &'static str = Box::leak(body[..100].to_owned().into_boxed_str());
    let cases: Vec<Case> = vec![
        leaf("where it belongs", world.bundle()),
        pair("the label", chain.clone(), format!("-----BEGIN {body}-----\n{body}\n-----END {body}-----\n")),
        pair("a label that does not end", chain.clone(), format!("-----BEGIN {body}\n")),
        pair("the END label", chain.clone(), text.replace("END PRIVATE KEY", &format!("END {body}"))),
        pair("the BEGIN line", chain.clone(), text.replacen("-----\n", "-----", 1)),
        pair("the END line", chain.clone(), text.replace("\n-----END", "-----END")),
        pair("one line", chain.clone(), text.replace('\n', "")),
        pair("a header", chain.clone(), text.replacen('\n', &format!("\nComment: {body}\nProc-Type: {body}\n\n"), 1)),
        pair("outside the blocks", chain.clone(), format!("{body}\n{text}{body}\n")),
        pair("escaped line breaks", chain.clone(), text.replace('\n', "\\n")),
        pair("no line breaks at all", chain.clone(), body.clone()),
        pair("long dashes", chain.clone(), text.replace("-----", "—")),
        pair("six hyphens and more", chain.clone(), text.replace("-----\n", &format!("------{body}\n"))),
        pair("not Base64", chain.clone(), text.replacen(&body[..64], &format!("{}*", &body[..64]), 1)),
        pair("cut off", chain.clone(), text.lines().take(2).collect::<Vec<_>>().join("\n")),
        pair(
            "other labels",
            chain.clone(),
            ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"].map(label_of).concat(),
        ),
        pair(
            "more labels",
            chain.clone(),
            ["EC PRIVATE KEY", "DSA PRIVATE KEY", "PUBLIC KEY", "X"].map(label_of).concat(),
        ),
        pair("labels that end otherwise", chain.clone(), text.replace("END PRIVATE", "END EC PRIVATE")),
        leaf("a certificate block", format!("{chain}{}", label_of("CERTIFICATE"))),
        leaf("behind a certificate", pem("CERTIFICATE", &[der(&world.leaf_pem), der(&key)].concat())),
        pair("DER", chain.clone(), der(&key)),
        pair("DER, with more behind it", chain.clone(), [der(&key), der(&key)].concat()),
        pair("DER that is cut off", chain.clone(), der(&key)[..80].to_vec()),
        leaf("UTF-16", text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
        authority("beside a CA", [world.issuer_pem.clone(), key.clone()].concat()),
        client("the name", chain.clone()).named(name),
        leaf("all at once", format!("{chain}-----BEGIN {body}-----\nA: {body}\n\n{body}\n—END {body}—\n{text}")),
    ];
    let lengths = cases.iter().map(|case| secret.check(case));
    assert!(lengths.sum::<usize>() > 0);
}

#[test]
fn debug_of_a_key_is_blank() {
    let verdict = leaf("", WORLD.bundle()).judge();
    let debug = format!("{:?}", verdict.material.unwrap().private_key.unwrap());
    assert_eq!(debug, "PrivateKey(…)");
}

/// The secret half of a P-256 key in PKCS#8, in every way that it could be written.
struct Secret {
    /// Characters of the PEM body; hex digits; and bytes as `Debug` writes them.
    written: [String; 3],
}

impl Secret {
    fn of(key: &[u8]) -> Self {
        let scalar = &der(key)[36..68];
        let body: String = str::from_utf8(key).unwrap().lines().filter(|line| !line.starts_with('-')).collect();
        let join = |write: fn(&u8) -> String, by| scalar.iter().map(write).collect::<Vec<_>>().join(by);
        let hex = join(|byte| format!("{byte:02x}"), "");
        Self { written: [body[48..88].to_owned(), hex, join(u8::to_string, ", ")] }
    }

    /// How much was searched.
    fn check(&self, case: &Case) -> usize {
        let verdict = case.judge();
        let json = serde_json::to_string(&verdict.report).unwrap();
        let text = report_text(&verdict.report);
        let debug = format!("{verdict:?} {verdict:#?}");
        for (what, output) in [("JSON", &json), ("text", &text), ("Debug", &debug)] {
            let output = output.to_lowercase();
            for written in &self.written {
                let written = written.to_lowercase();
                for start in 0..=written.len() - WINDOW {
                    let part = &written[start..start + WINDOW];
                    assert!(!output.contains(part), "{}: {what} holds a part of the key", case.title);
                }
            }
        }
        assert!(case.kind == Kind::CertificateAuthority || !json.is_empty());
        json.len()
    }
}
