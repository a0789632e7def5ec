//! `crt.*`: what a certificate may be used for.

use crate::case::{Case, authority, client, pair};
use crate::der::{integer, octet_string, oid, sequence, tlv};
use crate::forge::{
    ALTERNATIVE_NAME, AUTHORITY_KEY_IDENTIFIER, BASIC_CONSTRAINTS, CLIENT_AUTH, EXTENDED_KEY_USAGE, Forge, KEY_USAGE,
    SERVER_AUTH, SUBJECT_KEY_IDENTIFIER, key_usage,
};
use crate::openssl;
use crate::world::WORLD;

const ANY: &str = "2.5.29.37.0";
const POLICIES: &str = "2.5.29.32";

pub fn cases() -> Vec<Case> {
    [extended_key_usage(), key_usages(), constraints(), self_signed(), malformed()].into_iter().flatten().collect()
}

fn extended_key_usage() -> Vec<Case> {
    let world = &*WORLD;
    let with = |purposes: &[&str]| {
        let purposes: Vec<Vec<u8>> = purposes.iter().map(|purpose| oid(purpose)).collect();
        world.issue(&world.leaf().with(EXTENDED_KEY_USAGE, false, tlv(0x30, &purposes.concat())))
    };
    vec![
        client("only for servers", with(&[SERVER_AUTH])).finds(["crt.eku_no_client"]).misses(["crt.eku_any_only"]),
        client("for servers and clients", with(&[SERVER_AUTH, CLIENT_AUTH])).misses([
            "crt.eku_no_client",
            "crt.eku_absent",
            "crt.eku_empty",
        ]),
        client("for anything", with(&[ANY])).finds(["crt.eku_any_only"]).misses(["crt.eku_no_client"]),
        client("for anything, and clients by name", with(&[ANY, CLIENT_AUTH])).misses(["crt.eku_any_only"]),
        client("for nothing", with(&[])).finds(["crt.eku_empty"]).misses(["crt.eku_absent"]),
        client("does not say what for", world.issue(&world.leaf().without(EXTENDED_KEY_USAGE)))
            .finds(["crt.eku_absent"]),
    ]
}

fn key_usages() -> Vec<Case> {
    let world = &*WORLD;
    let with = |bits: &[u8]| world.issue(&world.leaf().with(KEY_USAGE, true, key_usage(bits)));
    let rsa = |bits: &[u8]| {
        let leaf = Forge::leaf("api.example", "Issuing CA", openssl::spki(&world.rsa));
        world.issue(&leaf.with(KEY_USAGE, true, key_usage(bits)))
    };
    vec![
        client("only key agreement", with(&[4])).finds(["crt.ku_no_sign"]).misses(["crt.ku_vs_alg", "crt.ku_empty"]),
        client("signatures and key agreement", with(&[0, 4])).misses(["crt.ku_no_sign"]),
        client("no key usage at all", world.issue(&world.leaf().without(KEY_USAGE))).misses(["crt.ku_no_sign"]),
        client("a key usage without a use", with(&[])).finds(["crt.ku_no_sign", "crt.ku_empty"]),
        client("key encipherment with an EC key", with(&[0, 2])).finds(["crt.ku_vs_alg"]),
        pair("key encipherment with RSA", rsa(&[0, 2]), world.rsa.clone()).misses(["crt.ku_vs_alg"]),
        pair("key agreement with RSA", rsa(&[0, 4]), world.rsa.clone()).finds(["crt.ku_vs_alg"]),
    ]
}

fn constraints() -> Vec<Case> {
    let world = &*WORLD;
    let ca = || Forge::authority("Some CA", "Root", world.other.spki());
    let is_ca = || sequence(&[&tlv(0x01, &[0xFF])]);
    let leaf_with_path_length = sequence(&[&integer(&[0])]);
    let client_ca = world.leaf().with(BASIC_CONSTRAINTS, true, is_ca());
    vec![
        client("a CA in the place of the client", world.issue(&client_ca))
            .finds(["crt.ca_as_leaf"])
            .misses(["crt.ca_as_leaf_self_signed"]),
        client("not a CA", world.chain()).misses(["crt.ca_as_leaf", "crt.bc_not_critical"]),
        client("no basic constraints", world.issue(&world.leaf().without(BASIC_CONSTRAINTS)))
            .misses(["crt.ca_as_leaf"]),
        authority("a client in the place of a CA", world.leaf_pem.clone()).finds(["crt.leaf_as_ca"]),
        authority("a CA", world.issuer_pem.clone()).misses([
            "crt.leaf_as_ca",
            "crt.ca_no_certsign",
            "crt.ca_no_ku",
            "crt.bc_not_critical",
        ]),
        authority("a client behind a CA", world.chain()).finds(["crt.leaf_as_ca"]),
        authority("a CA that may not sign", ca().with(KEY_USAGE, true, key_usage(&[0, 6])).pem(&world.root))
            .finds(["crt.ca_no_certsign"])
            .misses(["crt.ca_no_ku"]),
        authority("a CA without key usage", ca().without(KEY_USAGE).pem(&world.root))
            .finds(["crt.ca_no_ku"])
            .misses(["crt.ca_no_certsign"]),
        authority("constraints that are not critical", ca().with(BASIC_CONSTRAINTS, false, is_ca()).pem(&world.root))
            .finds(["crt.bc_not_critical"]),
        client("constraints that are not critical, self-signed", {
            let own = Forge::leaf("api.example", "api.example", world.client.spki());
            own.with(BASIC_CONSTRAINTS, false, is_ca()).pem(&world.client)
        })
        .finds(["crt.bc_not_critical", "crt.ca_as_leaf_self_signed", "crt.self_signed"]),
        authority("a second CA that may not sign", {
            [world.issuer_pem.clone(), ca().with(KEY_USAGE, true, key_usage(&[0, 6])).pem(&world.root)].concat()
        })
        .finds(["crt.ca_no_certsign"]),
        authority("a second CA without key usage", {
            [world.issuer_pem.clone(), ca().without(KEY_USAGE).pem(&world.root)].concat()
        })
        .finds(["crt.ca_no_ku"]),
        client(
            "a path length in a client certificate",
            world.issue(&world.leaf().with(BASIC_CONSTRAINTS, true, leaf_with_path_length)),
        )
        .finds(["crt.pathlen_without_ca"]),
        authority(
            "a path length in a CA",
            ca().with(BASIC_CONSTRAINTS, true, sequence(&[&tlv(0x01, &[0xFF]), &integer(&[0])])).pem(&world.root),
        )
        .misses(["crt.pathlen_without_ca"]),
    ]
}

fn self_signed() -> Vec<Case> {
    let world = &*WORLD;
    let own = Forge::leaf("api.example", "api.example", world.client.spki());
    let by_namesake = own.clone().with(SUBJECT_KEY_IDENTIFIER, false, tlv(0x04, &[1; 20])).with(
        AUTHORITY_KEY_IDENTIFIER,
        false,
        sequence(&[&tlv(0x80, &[2; 20])]),
    );
    let own_ca = own.clone().with(BASIC_CONSTRAINTS, true, sequence(&[&tlv(0x01, &[0xFF])]));
    let request = openssl::run(
        &["req", "-x509", "-key", "{0}", "-subj", "/CN=api.example", "-days", "3650"],
        &[&world.client.pem()],
    );
    // It begins when it is made, on the test machine's clock.
    let begins = client("", request.clone()).judge().report.certificate.unwrap().not_before;
    vec![
        client("self-signed", own.pem(&world.client)).finds(["crt.self_signed"]).misses([
            "crt.ca_as_leaf_self_signed",
            "chain.missing",
            "chain.root_included",
        ]),
        client("issued by another one of the same name", by_namesake.pem(&world.issuer))
            .finds(["chain.missing"])
            .misses(["crt.self_signed"]),
        client("self-signed and marked as a CA", own_ca.pem(&world.client))
            .finds(["crt.ca_as_leaf_self_signed", "crt.self_signed"])
            .misses(["crt.ca_as_leaf"]),
        client("what `openssl req -x509` makes", request).at(begins.plus_seconds(60)).finds([
            "crt.ca_as_leaf_self_signed",
            "crt.self_signed",
            "crt.eku_absent",
        ]),
    ]
}

/// Extensions that cannot be read: they are not taken for empty, absent or unknown ones.
fn malformed() -> Vec<Case> {
    let world = &*WORLD;
    let garbage = || octet_string(&[0]);
    let leaf =
        |extension: &'static str, critical: bool| world.issue(&world.leaf().with(extension, critical, garbage()));
    let ca = |common: &str, spki: Vec<u8>, extension: &'static str| {
        Forge::authority(common, "Root", spki).with(extension, true, garbage()).pem(&world.root)
    };
    let some_ca = |extension: &'static str| ca("Some CA", world.other.spki(), extension);
    let with_issuer =
        |extension: &'static str| [world.leaf_pem.clone(), ca("Issuing CA", world.issuer.spki(), extension)].concat();
    let malformed = ["crt.ext_malformed"];
    vec![
        client("a key usage that cannot be read", leaf(KEY_USAGE, false)).finds(malformed),
        client("a critical key usage that cannot be read", leaf(KEY_USAGE, true))
            .finds(malformed)
            .misses(["crt.crit_unknown"]),
        client("basic constraints that cannot be read", leaf(BASIC_CONSTRAINTS, false)).finds(malformed),
        client("critical basic constraints that cannot be read", leaf(BASIC_CONSTRAINTS, true))
            .finds(malformed)
            .misses(["crt.crit_unknown"]),
        client("an extended key usage that cannot be read", leaf(EXTENDED_KEY_USAGE, false))
            .finds(malformed)
            .misses(["crt.eku_empty", "crt.eku_absent"]),
        client("a critical extended key usage that cannot be read", leaf(EXTENDED_KEY_USAGE, true))
            .finds(malformed)
            .misses(["crt.crit_unknown"]),
        client("a key identifier that cannot be read", leaf(AUTHORITY_KEY_IDENTIFIER, false)).finds(malformed),
        client("policies that cannot be read", leaf(POLICIES, false)).finds(malformed),
        client("an extension that nobody reads", leaf("1.2.3.4", false)).misses(malformed),
        client("a critical extension of Netscape that cannot be read", leaf("2.16.840.1.113730.1.1", true))
            .finds(["crt.crit_unknown"])
            .misses(malformed),
        client("alternative names that cannot be read", leaf(ALTERNATIVE_NAME, true))
            .finds(["crt.san_malformed"])
            .misses(["crt.ext_malformed", "crt.crit_unknown"]),
        authority("a CA's key usage that cannot be read", some_ca(KEY_USAGE)).finds(malformed).misses(["crt.ca_no_ku"]),
        authority("a CA's basic constraints that cannot be read", some_ca(BASIC_CONSTRAINTS))
            .finds(malformed)
            .misses(["crt.leaf_as_ca", "crt.crit_unknown"]),
        client("an issuer's key usage that cannot be read", with_issuer(KEY_USAGE))
            .finds(malformed)
            .misses(["chain.crit_unknown"]),
        client("an issuer's basic constraints that cannot be read", with_issuer(BASIC_CONSTRAINTS))
            .finds(malformed)
            .misses(["chain.issuer_not_ca", "chain.crit_unknown"]),
    ]
}
