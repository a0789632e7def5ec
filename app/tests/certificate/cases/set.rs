//! `set.*`

use crate::case::{Case, authority, client, leaf, pair};
use crate::der::octet_string;
use crate::forge::{Forge, der, pem};
use crate::world::WORLD;

pub fn cases() -> Vec<Case> {
    [completeness(), unread()].into_iter().flatten().collect()
}

fn completeness() -> Vec<Case> {
    let world = &*WORLD;
    let key = world.client.pem();
    let other = world.other.pem();
    vec![
        leaf("only a key", key.clone()).finds(["set.cert_missing"]).misses(["set.key_missing"]),
        leaf("only a certificate", world.chain()).finds(["set.key_missing"]).misses(["set.cert_missing"]),
        authority("a CA needs no key", world.issuer_pem.clone()).misses(["set.key_missing", "set.key_on_ca"]),
        pair("what a broken file lacks is not said", "PK", key.clone())
            .finds(["pem.none"])
            .misses(["set.cert_missing"]),
        pair("two keys in the key file", world.chain(), [key.clone(), other.clone()].concat())
            .finds(["set.several_keys"]),
        client("another key in the certificate file", [world.chain(), other.clone()].concat())
            .finds(["set.several_keys"])
            .misses(["set.key_in_cert_file"]),
        pair("the same key twice in one file", world.chain(), key.repeat(2))
            .finds(["set.key_twice"])
            .misses(["set.several_keys", "set.key_in_cert_file"]),
        client("the same key in both files", world.bundle())
            .finds(["set.key_in_cert_file"])
            .misses(["set.several_keys", "set.key_twice"]),
        pair("the files in each other's place", key.clone(), world.chain()).finds(["set.files_swapped"]),
        pair("the chain in the key file", world.leaf_pem.clone(), [key.clone(), world.issuer_pem.clone()].concat())
            .misses(["set.files_swapped"]),
        authority("a CA with its key", [world.issuer_pem.clone(), world.issuer.pem()].concat())
            .finds(["set.key_on_ca"]),
        authority("a CA with another key", world.issuer_pem.clone())
            .with_key(other)
            .finds(["key.mismatch", "set.key_on_ca"]),
        authority("only the key of a CA", world.issuer.pem()).finds(["set.cert_missing", "set.key_on_ca"]),
    ]
}

/// Where a certificate cannot be read, nothing is said that it may be the reason for: no CA stands in for the client certificate, and no
/// issuer is missing.
fn unread() -> Vec<Case> {
    let world = &*WORLD;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (leaf_pem, issuer, root) = (text(&world.leaf_pem), text(&world.issuer_pem), text(&world.root_pem));
    let key = text(&world.client.pem());
    let begin = "-----BEGIN CERTIFICATE-----\n";
    let end = "-----END CERTIFICATE-----\n";
    let with_leaf = |leaf_pem: String| [leaf_pem, issuer.clone()].concat();
    let trailing = text(&pem("CERTIFICATE", &[der(&world.leaf_pem), b"\x05\0".to_vec()].concat()));
    let large = text(&pem("CERTIFICATE", &octet_string(&[7; 16 * 1024])));
    let cut_off = text(&pem("CERTIFICATE", &der(&world.leaf_pem)[..200]));
    let damaged_issuer = issuer.replacen("MII", "M*I", 1);
    let blames = ["crt.ca_as_leaf", "crt.ku_no_sign", "key.mismatch", "chain.missing"];
    let other_leaf = text(&Forge::leaf("other.example", "Issuing CA", world.other.spki()).pem(&world.issuer));
    vec![
        client("a leaf that is not Base64", with_leaf(leaf_pem.replacen("MII", "M*I", 1)))
            .finds(["pem.base64"])
            .misses(blames),
        client("a leaf without its END line", with_leaf(leaf_pem.replace(end, "")))
            .finds(["pem.nested"])
            .misses(blames),
        client("a leaf without its BEGIN line", with_leaf(leaf_pem.replace(begin, "")))
            .finds(["pem.begin_missing", "pem.garbage_between"])
            .misses(blames),
        client("a leaf with more behind it", with_leaf(trailing)).finds(["pem.trailing_der"]).misses(blames),
        client("a leaf that is too large", with_leaf(large)).finds(["pem.block_too_large"]).misses(blames),
        client("a leaf after long dashes", with_leaf(leaf_pem.replacen("-----BEGIN", "—BEGIN", 1)))
            .finds(["in.smart_dashes"])
            .misses(blames),
        client("a leaf that is cut off", with_leaf(cut_off.clone())).finds(["crt.parse"]).misses(blames),
        client("a leaf that is cut off, its issuer and the root", with_leaf(cut_off.clone()) + &root)
            .finds(["crt.parse"])
            .misses(blames),
        pair("a leaf that is cut off, and the issuer's key", with_leaf(cut_off.clone()), world.issuer.pem())
            .finds(["crt.parse", "crt.ca_as_leaf", "crt.eku_absent", "crt.validity_long"])
            .misses(["crt.ku_no_sign"]),
        pair("a leaf that is cut off, and somebody else's", with_leaf(cut_off.clone() + &other_leaf), key.clone())
            .finds(["crt.parse"])
            .misses(["key.mismatch", "chain.several_leaves"]),
        client("an issuer that is not Base64", leaf_pem.clone() + &damaged_issuer)
            .finds(["pem.base64"])
            .misses(["chain.missing"]),
        client("an issuer that is not Base64, and the root", leaf_pem.clone() + &damaged_issuer + &root)
            .finds(["pem.base64"])
            .misses(["chain.missing", "chain.broken_name", "chain.unrelated"]),
        pair("a broken key, and no issuer", leaf_pem, key.replacen("MIG", "M*G", 1))
            .finds(["chain.missing", "pem.base64"]),
        client("only a CA", issuer).finds([
            "chain.missing",
            "crt.ca_as_leaf",
            "crt.eku_absent",
            "crt.validity_long",
            "key.mismatch",
        ]),
        authority("a CA behind one that is cut off", cut_off + &root).finds(["crt.parse"]),
    ]
}
