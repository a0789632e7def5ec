//! `key.*`

use crate::case::{Case, client, leaf, pair};
use crate::der::{bit_string, integer, null, octet_string, oid, positive, sequence, set, tlv};
use crate::forge::{Forge, Signer, der, pem};
use crate::openssl;
use crate::world::{WORLD, World};

pub fn cases() -> Vec<Case> {
    [formats(), unusable(), damaged(), loosely_written(), matching()].into_iter().flatten().collect()
}

/// A certificate without fault for this key, and its issuer's.
fn issued(world: &World, key: &[u8]) -> Vec<u8> {
    world.issue(&Forge::leaf("api.example", "Issuing CA", openssl::spki(key)))
}

/// Every kind of key in every form that it is written in: all are read, and belong.
fn formats() -> Vec<Case> {
    let world = &*WORLD;
    let mut cases = Vec::new();
    for (title, curve) in [("P-256 in SEC1", "P-256"), ("P-384 in SEC1", "P-384")] {
        let key = openssl::ec_key(curve);
        let sec1 = openssl::run(&["ec", "-in", "{0}"], &[&key]);
        cases.push(pair(title, issued(world, &key), sec1).misses(["key.parse", "key.ec_curve_conflict"]));
    }
    let p521 = openssl::ec_key("P-521");
    cases.push(pair("P-521", issued(world, &p521), p521.clone()).finds(["crt.p521"]).misses(["key.alg"]));
    let p384 = openssl::ec_key("P-384");
    cases.push(pair("P-384", issued(world, &p384), p384.clone()).misses(["crt.p521", "crt.ec_curve"]));
    let ed25519 = openssl::key("ED25519", &[]);
    cases.push(pair("Ed25519", issued(world, &ed25519), ed25519.clone()).misses(["key.alg", "key.pkcs8_v2"]));
    let rsa = &world.rsa;
    let pkcs1 = openssl::run(&["rsa", "-in", "{0}", "-traditional"], &[rsa]);
    cases.push(pair("RSA", issued(world, rsa), rsa.clone()).misses(["key.rsa_inconsistent", "crt.rsa_weak"]));
    cases.push(pair("RSA in PKCS#1", issued(world, rsa), pkcs1.clone()).misses(["key.encrypted_legacy", "key.parse"]));
    let wrong_label = String::from_utf8(pkcs1).unwrap().replace("RSA PRIVATE", "PRIVATE");
    cases.push(pair("RSA in PKCS#1 under the label of PKCS#8", issued(world, rsa), wrong_label));
    let compressed = openssl::run(&["pkey", "-in", "{0}", "-ec_conv_form", "compressed"], &[&p384]);
    let spki =
        openssl::run(&["pkey", "-in", "{0}", "-pubout", "-ec_conv_form", "compressed", "-outform", "DER"], &[&p384]);
    let certificate = world.issue(&Forge::leaf("api.example", "Issuing CA", spki));
    cases.push(pair("compressed points in key and certificate", certificate, compressed).misses(["key.mismatch"]));
    cases
}

/// Keys that are what they are, and cannot be used.
fn unusable() -> Vec<Case> {
    let world = &*WORLD;
    let key = world.client.pem();
    let encrypted =
        openssl::run(&["pkcs8", "-topk8", "-in", "{0}", "-v2", "aes-256-cbc", "-passout", "pass:secret"], &[&key]);
    let mislabelled = String::from_utf8(encrypted.clone()).unwrap().replace("ENCRYPTED PRIVATE", "PRIVATE");
    let encrypted_rsa =
        openssl::run(&["rsa", "-in", "{0}", "-traditional", "-aes128", "-passout", "pass:secret"], &[&world.rsa]);
    let public = openssl::run(&["pkey", "-in", "{0}", "-pubout"], &[&key]);
    let ed448 = openssl::key("ED448", &[]);
    let x25519 = openssl::key("X25519", &[]);
    let secp256k1 = openssl::ec_key("secp256k1");
    let brainpool = openssl::run(&["ec", "-in", "{0}"], &[&openssl::ec_key("brainpoolP256r1")]);
    let dsa_parameters = openssl::run(&["dsaparam", "1024"], &[]);
    let dsa = openssl::run(&["gendsa", "{0}"], &[&dsa_parameters]);
    let old_dsa = openssl::run(&["dsa", "-in", "{0}"], &[&dsa]);
    let with_exponent =
        |exponent: &str| openssl::key("RSA", &["rsa_keygen_bits:2048", &format!("rsa_keygen_pubexp:{exponent}")]);
    let [exponent_33, exponent_34] = ["4294967297", "8589934593"].map(with_exponent);
    let pss = openssl::key("RSA-PSS", &["rsa_keygen_bits:2048"]);
    let explicit =
        openssl::run(&["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-param_enc", "explicit"], &[]);
    let explicit_pkcs8 = openssl::run(&["pkcs8", "-topk8", "-nocrypt", "-in", "{0}"], &[&explicit]);
    let chain = world.chain();
    vec![
        pair("a passphrase", chain.clone(), encrypted.clone()).finds(["key.encrypted_pkcs8"]).misses([
            "key.encrypted_legacy",
            "set.key_missing",
            "key.parse",
        ]),
        pair("a passphrase, in DER", chain.clone(), der(&encrypted)).finds(["key.encrypted_pkcs8", "in.der"]),
        pair("a passphrase, under the label of a key without one", chain.clone(), mislabelled)
            .finds(["key.encrypted_pkcs8"])
            .misses(["key.parse"]),
        pair(
            "a key with a passphrase and without its BEGIN line",
            chain.clone(),
            encrypted.split(|byte| *byte == b'\n').skip(1).collect::<Vec<_>>().join(&b'\n'),
        )
        .finds(["pem.begin_missing"])
        .misses(["key.encrypted_pkcs8", "set.key_missing"]),
        pair("a passphrase of old", issued(world, &world.rsa), encrypted_rsa)
            .finds(["key.encrypted_legacy"])
            .misses(["key.encrypted_pkcs8", "pem.headers"]),
        pair("the public key", chain.clone(), public).finds(["key.public_only"]),
        pair("Ed448", chain.clone(), ed448.clone()).finds(["key.alg"]),
        pair("Ed448 in both", issued(world, &ed448), ed448).finds(["key.alg"]).misses(["key.mismatch_type"]),
        pair("X25519", chain.clone(), x25519).finds(["key.alg"]),
        pair("secp256k1 in both", issued(world, &secp256k1), secp256k1.clone()).finds(["crt.ec_curve", "key.alg"]),
        pair("brainpoolP256r1 in SEC1", chain.clone(), brainpool).finds(["key.alg"]),
        pair("DSA", chain.clone(), dsa).finds(["key.alg"]),
        pair("DSA of old", chain.clone(), old_dsa).finds(["key.alg"]),
        pair("RSASSA-PSS", chain.clone(), pss).finds(["key.provider"]).misses(["key.alg"]),
        pair("an exponent of 33 bits", issued(world, &exponent_33), exponent_33.clone())
            .finds(["crt.rsa_exponent_unusual"])
            .misses(["crt.rsa_exponent"]),
        pair("an exponent of 34 bits", issued(world, &exponent_34), exponent_34.clone()).finds(["crt.rsa_exponent"]),
        pair("RSA for all uses", issued(world, &world.rsa), world.rsa.clone()).misses(["key.provider"]),
        pair("a curve that is spelled out", chain.clone(), explicit.clone()).finds(["key.ec_explicit"]),
        pair("a curve that is spelled out, in PKCS#8", chain.clone(), explicit_pkcs8).finds(["key.ec_explicit"]),
        pair("a curve that is spelled out in both", issued(world, &explicit), explicit.clone())
            .finds(["crt.ec_curve", "key.ec_explicit"]),
        client("a curve that is named", chain).misses(["key.ec_explicit"]),
    ]
}

/// Keys whose parts do not fit.
fn damaged() -> Vec<Case> {
    let world = &*WORLD;
    let chain = world.chain();
    let p256 = sequence(&[&oid("1.2.840.10045.2.1"), &oid("1.2.840.10045.3.1.7")]);
    let in_pkcs8 =
        |algorithm: &[u8], key: &[u8]| pem("PRIVATE KEY", &sequence(&[&integer(&[0]), algorithm, &octet_string(key)]));
    let elliptic = |scalar: &[u8], extra: &[u8]| sequence(&[&integer(&[1]), &octet_string(scalar), extra]);
    let (scalar, point) = scalar_and_point(&world.client);
    let (other_scalar, other_point) = scalar_and_point(&world.other);
    let short = {
        // A scalar with a leading zero byte that was left out, as old versions of Java do.
        let short_scalar = [7; 31];
        let key = elliptic(&short_scalar, &[]);
        let full = openssl::run(
            &["pkey", "-in", "{0}"],
            &[&in_pkcs8(&p256, &elliptic(&[&[0], &short_scalar[..]].concat(), &[]))],
        );
        pair("a scalar without its leading zero", issued(world, &full), in_pkcs8(&p256, &key))
    };
    let public = |point: &[u8]| tlv(0xA1, &bit_string(point));
    let multi_prime = openssl::run(&["genrsa", "-primes", "3", "2048"], &[]);
    let numbers = rsa_numbers(&world.rsa);
    let rsa = |numbers: &[Vec<u8>]| {
        let numbers: Vec<Vec<u8>> = numbers.iter().map(|number| positive(number)).collect();
        let key = tlv(0x30, &[integer(&[0]), numbers.concat()].concat());
        in_pkcs8(&sequence(&[&oid("1.2.840.113549.1.1.1"), &null()]), &key)
    };
    let changed = |which: usize| {
        let mut numbers = numbers.clone();
        let last = numbers[which].last_mut().unwrap();
        *last ^= 4;
        rsa(&numbers)
    };
    let plus = |which: usize, many: &[u8]| {
        let mut numbers = numbers.clone();
        numbers[which] = sum(&numbers[which], many);
        rsa(&numbers)
    };
    // φ(n), shifted by 512 bits: e·d stays 1 in every group that matters.
    let multiple = [totient(&numbers), vec![0; 64]].concat();
    let ed25519 = openssl::key("ED25519", &[]);
    let seed = der(&ed25519)[16..].to_vec();
    let ed25519_public = openssl::spki(&ed25519)[12..].to_vec();
    let ed25519_v2 = |public: &[u8]| {
        let parts = [integer(&[1]), sequence(&[&oid("1.3.101.112")]), octet_string(&octet_string(&seed))];
        pem("PRIVATE KEY", &sequence(&[&parts.concat(), &tlv(0x81, &[&[0], public].concat())]))
    };
    let attributes = {
        let attribute = sequence(&[&oid("2.5.29.15"), &set(&[&crate::forge::key_usage(&[0])])]);
        let parts = [integer(&[0]), p256.clone(), octet_string(&elliptic(&scalar, &public(&point)))];
        pem("PRIVATE KEY", &sequence(&[&parts.concat(), &tlv(0xA0, &attribute)]))
    };
    let order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let mut cases = vec![
        short.misses(["key.ec_curve_conflict"]),
        pair("no structure at all", chain.clone(), pem("PRIVATE KEY", b"\x30\x03\x02\x01\x07")).finds(["key.parse"]),
        pair("a certificate under the key's label", chain.clone(), pem("PRIVATE KEY", &der(&world.leaf_pem)))
            .finds(["key.parse"]),
        pair("a SEC1 key that names no curve", chain.clone(), pem("EC PRIVATE KEY", &elliptic(&scalar, &[])))
            .finds(["key.parse"]),
        pair("the scalar 0", chain.clone(), in_pkcs8(&p256, &elliptic(&[0; 32], &[]))).finds(["key.ec_curve_conflict"]),
        pair("a scalar as large as the order", chain.clone(), in_pkcs8(&p256, &elliptic(&order, &[])))
            .finds(["key.ec_curve_conflict"]),
        pair("the public key of another", chain.clone(), in_pkcs8(&p256, &elliptic(&scalar, &public(&other_point))))
            .finds(["key.ec_curve_conflict"]),
        pair("its own public key", chain.clone(), in_pkcs8(&p256, &elliptic(&scalar, &public(&point))))
            .misses(["key.ec_curve_conflict", "key.pkcs8_attrs"]),
        pair(
            "another curve inside",
            chain.clone(),
            in_pkcs8(&p256, &elliptic(&scalar, &tlv(0xA0, &oid("1.3.132.0.34")))),
        )
        .finds(["key.ec_curve_conflict"]),
        pair("somebody else's scalar", chain.clone(), in_pkcs8(&p256, &elliptic(&other_scalar, &[])))
            .finds(["key.mismatch"]),
        pair("three primes", issued(world, &multi_prime), multi_prime.clone()).finds(["key.rsa_inconsistent"]),
        pair("RSA from its numbers", issued(world, &world.rsa), rsa(&numbers)).misses(["key.rsa_inconsistent"]),
        pair("a coefficient and p more", issued(world, &world.rsa), plus(7, &numbers[3]))
            .finds(["key.rsa_inconsistent"]),
        pair("a private exponent that is 512 bits too long", issued(world, &world.rsa), plus(2, &multiple))
            .finds(["key.rsa_inconsistent"]),
        pair("Ed25519 with its public key", issued(world, &ed25519), ed25519_v2(&ed25519_public))
            .finds(["key.pkcs8_v2"]),
        pair("Ed25519 with another public key", issued(world, &ed25519), ed25519_v2(&[9; 32]))
            .finds(["key.ec_curve_conflict"]),
        pair("attributes", chain, attributes).finds(["key.pkcs8_attrs"]),
    ];
    let titles = ["n", "e", "d", "p", "q", "d mod p-1", "d mod q-1", "1/q mod p"];
    for (which, title) in titles.into_iter().enumerate() {
        cases.push(pair(title, issued(world, &world.rsa), changed(which)).finds(["key.rsa_inconsistent"]));
    }
    cases
}

/// Keys that are not written as they should be, but mean what they mean.
fn loosely_written() -> Vec<Case> {
    let world = &*WORLD;
    let p256 = sequence(&[&oid("1.2.840.10045.2.1"), &oid("1.2.840.10045.3.1.7")]);
    let (scalar, _) = scalar_and_point(&world.client);
    let other_version =
        sequence(&[&integer(&[7]), &p256, &octet_string(&sequence(&[&integer(&[2]), &octet_string(&scalar)]))]);
    let ed25519 = openssl::key("ED25519", &[]);
    let seed = der(&ed25519)[16..].to_vec();
    let ed25519_public = openssl::spki(&ed25519)[12..].to_vec();
    let ed25519_of_ring = |public: &[u8]| {
        let parts = [integer(&[1]), sequence(&[&oid("1.3.101.112")]), octet_string(&octet_string(&seed))];
        pem("PRIVATE KEY", &sequence(&[&parts.concat(), &tlv(0xA1, &bit_string(public))]))
    };
    let numbers = rsa_numbers(&world.rsa);
    let rsa = |write: fn(&[u8]) -> Vec<u8>, count: usize, more: &[u8]| {
        let numbers: Vec<Vec<u8>> = numbers[..count].iter().map(|number| write(number)).collect();
        pem("RSA PRIVATE KEY", &sequence(&[&integer(&[0]), &numbers.concat(), more]))
    };
    let rsa_certificate = |identifier: &str, write: fn(&[u8]) -> Vec<u8>| {
        let key = sequence(&[&write(&numbers[0]), &write(&numbers[1])]);
        let spki = sequence(&[&sequence(&[&oid(identifier), &null()]), &bit_string(&key)]);
        world.issue(&Forge::leaf("api.example", "Issuing CA", spki))
    };
    let unsigned = rsa_certificate("1.2.840.113549.1.1.1", integer);
    let old_identifier = rsa_certificate("2.5.8.1.1", positive);
    vec![
        pair("Ed25519 as ring once wrote it", issued(world, &ed25519), ed25519_of_ring(&ed25519_public))
            .finds(["key.pkcs8_v2"]),
        pair(
            "Ed25519 as ring once wrote it, with another public key",
            issued(world, &ed25519),
            ed25519_of_ring(&[9; 32]),
        )
        .finds(["key.ec_curve_conflict"]),
        pair("versions that do not exist", world.chain(), pem("PRIVATE KEY", &other_version)).misses(["key.parse"]),
        pair("RSA numbers without the zero for their sign", issued(world, &world.rsa), rsa(integer, 8, &[]))
            .misses(["key.rsa_inconsistent", "key.parse"]),
        pair("a certificate without it", unsigned, world.rsa.clone()).misses(["key.mismatch"]),
        pair("RSA under its identifier of old", old_identifier, world.rsa.clone()).misses(["key.mismatch_type"]),
        pair("more behind the numbers of RSA", issued(world, &world.rsa), rsa(positive, 8, &null()))
            .finds(["key.rsa_inconsistent"]),
        pair("too few numbers for RSA", issued(world, &world.rsa), rsa(positive, 7, &[])).finds(["key.parse"]),
    ]
}

/// Whether the key belongs.
fn matching() -> Vec<Case> {
    let world = &*WORLD;
    let key = world.client.pem();
    let self_signed_ca = Forge::authority("api.example", "api.example", world.client.spki()).pem(&world.client);
    let dsa = openssl::run(&["gendsa", "{0}"], &[&openssl::run(&["dsaparam", "1024"], &[])]);
    vec![
        pair("another key on the same curve", world.chain(), world.other.pem())
            .finds(["key.mismatch"])
            .misses(["key.mismatch_type"]),
        pair("another RSA key", issued(world, &world.rsa), world.other_rsa.clone()).finds(["key.mismatch"]),
        pair("the issuer's key", world.chain(), world.issuer.pem()).finds(["key.mismatch"]).misses(["key.match_other"]),
        client("the right key", world.chain()).misses(["key.mismatch", "key.match_other", "key.mismatch_type"]),
        pair("an RSA key for an EC certificate", world.chain(), world.rsa.clone()).finds(["key.mismatch_type"]),
        pair("a P-384 key for a P-256 certificate", world.chain(), openssl::ec_key("P-384"))
            .finds(["key.mismatch_type"]),
        client("a DSA certificate", issued(world, &dsa)).finds(["key.mismatch_type"]),
        client("the leaf behind its issuer", [world.issuer_pem.clone(), world.leaf_pem.clone()].concat())
            .finds(["key.match_other"])
            .misses(["chain.order"]),
        client("only a self-signed CA, and it is the key's", self_signed_ca).finds([
            "crt.eku_absent",
            "crt.ku_no_sign",
            "crt.validity_long",
            "crt.ca_as_leaf_self_signed",
            "crt.self_signed",
        ]),
        leaf("the key first, then the chain", [key, world.chain()].concat()).misses(["key.match_other"]),
    ]
}

/// The private and the public half of a P-256 key.
fn scalar_and_point(signer: &Signer) -> (Vec<u8>, Vec<u8>) {
    let spki = signer.spki();
    let text = openssl::run(&["ec", "-in", "{0}", "-outform", "DER"], &[&signer.pem()]);
    (text[7..39].to_vec(), spki[spki.len() - 65..].to_vec())
}

/// n, e, d, p, q and the three others.
fn rsa_numbers(key: &[u8]) -> Vec<Vec<u8>> {
    let der = openssl::run(&["rsa", "-in", "{0}", "-traditional", "-outform", "DER"], &[key]);
    let mut rest = &der[4..];
    let mut numbers = Vec::new();
    while let [2, length, content @ ..] = rest {
        let (length, content) = match length {
            0x82 => ((usize::from(content[0]) << 8) | usize::from(content[1]), &content[2..]),
            0x81 => (usize::from(content[0]), &content[1..]),
            length => (usize::from(*length), content),
        };
        let number = &content[..length];
        numbers.push(number.iter().copied().skip_while(|byte| *byte == 0).collect());
        rest = &content[length..];
    }
    numbers.split_off(1)
}

/// The sum of two big-endian numbers.
fn sum(first: &[u8], second: &[u8]) -> Vec<u8> {
    let size = first.len().max(second.len()) + 1;
    let digit = |number: &[u8], from_end: usize| number.iter().rev().nth(from_end).copied().unwrap_or(0);
    let mut carry = 0;
    let mut sum: Vec<u8> = (0..size)
        .map(|place| {
            let digits = u16::from(digit(first, place)) + u16::from(digit(second, place)) + carry;
            carry = digits >> 8;
            digits.to_le_bytes()[0]
        })
        .collect();
    sum.reverse();
    sum.into_iter().skip_while(|digit| *digit == 0).collect()
}

/// The first big-endian number without the second, which is smaller.
fn difference(first: &[u8], second: &[u8]) -> Vec<u8> {
    let complement: Vec<u8> =
        [vec![0; first.len() - second.len()], second.to_vec()].concat().iter().map(|digit| !digit).collect();
    // What is carried out of the highest digit is the number of which the complement was taken.
    sum(&sum(first, &complement), &[1])[1..].to_vec()
}

/// φ(n) = n - p - q + 1.
fn totient(numbers: &[Vec<u8>]) -> Vec<u8> {
    difference(&numbers[0], &difference(&sum(&numbers[3], &numbers[4]), &[1]))
}

fn hex(digits: &str) -> Vec<u8> {
    digits.as_bytes().chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}
