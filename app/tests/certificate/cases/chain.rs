//! `chain.*`

use crate::case::{Case, authority, client};
use crate::der::{common_name, integer, null, octet_string, oid, sequence, tlv};
use crate::forge::{
    AUTHORITY_KEY_IDENTIFIER, BASIC_CONSTRAINTS, CLIENT_AUTH, EXTENDED_KEY_USAGE, Forge, KEY_USAGE, SERVER_AUTH,
    SUBJECT_KEY_IDENTIFIER, Signer, der, key_usage, modulus, pem, rsa_spki,
};
use crate::openssl;
use crate::world::WORLD;

pub fn cases() -> Vec<Case> {
    [links(), signatures(), complexity()].into_iter().flatten().collect()
}

/// Which certificate issued which, by name.
fn links() -> Vec<Case> {
    let world = &*WORLD;
    let (leaf, issuer, root) = (&world.leaf_pem, &world.issuer_pem, &world.root_pem);
    let join = |parts: &[&[u8]]| parts.concat();
    let unrelated = Forge::authority("Another CA", "Root", world.other.spki()).pem(&world.root);
    let cross = Forge::authority("Issuing CA", "Another Root", world.issuer.spki()).pem(&world.other);
    let other_leaf = Forge::leaf("other.example", "Issuing CA", world.other.spki()).pem(&world.issuer);
    let below_leaf = Forge::leaf("below.example", "api.example", world.other.spki()).pem(&world.client);
    let path_length = |most: u8| {
        let constraints = sequence(&[&tlv(0x01, &[0xFF]), &integer(&[most])]);
        Forge::authority("Root", "Root", world.root.spki()).with(BASIC_CONSTRAINTS, true, constraints).pem(&world.root)
    };
    let with_issuer = |change: &dyn Fn(Forge) -> Forge| {
        let issuer = change(Forge::authority("Issuing CA", "Root", world.issuer.spki()));
        join(&[leaf, &issuer.pem(&world.root)])
    };
    let only_servers = sequence(&[&oid(SERVER_AUTH)]);
    let both = sequence(&[&oid(SERVER_AUTH), &oid(CLIENT_AUTH)]);
    let for_servers_elsewhere = Forge::authority("Issuing CA", "Another Root", world.issuer.spki())
        .with(EXTENDED_KEY_USAGE, false, only_servers.clone())
        .pem(&world.other);
    let other_case = Forge { issuer: common_name("  ISSUING  ca"), ..world.leaf() }.pem(&world.issuer);
    vec![
        client("leaf, issuer, root", join(&[leaf, issuer, root]))
            .finds(["chain.root_included"])
            .misses(["chain.order"]),
        client("leaf, root, issuer", join(&[leaf, root, issuer])).finds(["chain.order", "chain.root_included"]),
        client("root, issuer, leaf", join(&[root, issuer, leaf])).finds([
            "chain.order",
            "chain.root_included",
            "key.match_other",
        ]),
        client("only the leaf", leaf.clone()).finds(["chain.missing"]),
        client("leaf and issuer", world.chain()).misses(["chain.missing", "chain.root_included", "chain.unrelated"]),
        client("an issuer written in capitals", join(&[&other_case, issuer]))
            .misses(["chain.missing", "chain.unrelated"]),
        client("a CA that issued nothing of it", join(&[leaf, issuer, &unrelated]))
            .finds(["chain.unrelated"])
            .misses(["chain.broken_name"]),
        client("a CA in the place of the issuer", join(&[leaf, &unrelated]))
            .finds(["chain.broken_name", "chain.missing"])
            .misses(["chain.unrelated"]),
        client("a CA in the place of the issuer, and its root", join(&[leaf, &unrelated, root])).finds([
            "chain.broken_name",
            "chain.missing",
            "chain.unrelated",
        ]),
        client("the issuer under two roots", join(&[leaf, issuer, &cross])).misses(["chain.unrelated"]),
        client("the leaf twice", join(&[leaf, leaf, issuer]))
            .finds(["chain.duplicate"])
            .misses(["chain.several_leaves"]),
        client("nothing twice", world.chain()).misses(["chain.duplicate"]),
        client("two client certificates", join(&[leaf, &other_leaf, issuer])).finds(["chain.several_leaves"]),
        client("issued by a client certificate", join(&[&below_leaf, leaf, issuer]))
            .with_key(world.other.pem())
            .finds(["chain.issuer_not_ca"])
            .misses(["chain.several_leaves"]),
        client("issued by a CA", world.chain()).misses([
            "chain.issuer_not_ca",
            "chain.issuer_no_certsign",
            "chain.issuer_no_client",
        ]),
        client("issued by a CA that may not sign", with_issuer(&|ca| ca.with(KEY_USAGE, true, key_usage(&[0]))))
            .finds(["chain.issuer_no_certsign"])
            .misses(["chain.issuer_not_ca"]),
        client("issued by a CA without key usage", with_issuer(&|ca| ca.without(KEY_USAGE)))
            .misses(["chain.issuer_no_certsign"]),
        client(
            "issued by a CA for servers",
            with_issuer(&|ca| ca.with(EXTENDED_KEY_USAGE, false, only_servers.clone())),
        )
        .finds(["chain.issuer_no_client"]),
        client(
            "issued by a CA for clients and servers",
            with_issuer(&|ca| ca.with(EXTENDED_KEY_USAGE, false, both.clone())),
        )
        .misses(["chain.issuer_no_client"]),
        client("beside a CA for servers that is not on the path", join(&[leaf, issuer, &for_servers_elsewhere]))
            .misses(["chain.issuer_no_client"]),
        client("longer than the root allows", join(&[leaf, issuer, &path_length(0)]))
            .finds(["chain.pathlen", "chain.root_included"]),
        client("just as long as the root allows", join(&[leaf, issuer, &path_length(1)]))
            .finds(["chain.root_included"])
            .misses(["chain.pathlen"]),
        authority("two CAs in any order", join(&[root, issuer])).misses(["chain.order", "chain.unrelated"]),
    ]
}

/// Which certificate issued which, by signature.
fn signatures() -> Vec<Case> {
    let world = &*WORLD;
    let (leaf, issuer) = (&world.leaf_pem, &world.issuer_pem);
    let join = |parts: &[&[u8]]| parts.concat();
    let old = Forge::authority("Issuing CA", "Root", world.other.spki()).pem(&world.root);
    let key_identifier = |key: u8| octet_string(&[key; 20]);
    let with_identifiers = |forge: Forge, own: u8, issuer: u8| {
        let authority = sequence(&[&tlv(0x80, &[issuer; 20])]);
        forge.with(SUBJECT_KEY_IDENTIFIER, false, key_identifier(own)).with(AUTHORITY_KEY_IDENTIFIER, false, authority)
    };
    let new_leaf = with_identifiers(world.leaf(), 1, 2).pem(&world.issuer);
    let other_identifier =
        with_identifiers(Forge::authority("Issuing CA", "Root", world.issuer.spki()), 9, 3).pem(&world.root);
    let mut changed = der(&world.leaf_pem);
    let last = changed.last_mut().unwrap();
    *last ^= 1;
    let own_name = Forge::authority("api.example", "Root", world.issuer.spki()).pem(&world.root);
    let of_own_name = Forge::leaf("api.example", "api.example", world.client.spki()).pem(&world.issuer);
    let self_signed = Forge::leaf("api.example", "api.example", world.client.spki());
    let root_by_another = Forge::authority("Root", "Root", world.root.spki()).pem(&world.other);
    let rollover = || Forge::authority("Root", "Root", world.root.spki());
    let mut cases = vec![
        client("an issuer with another key", join(&[leaf, &old])).finds(["chain.broken_sig"]).misses([
            "chain.missing",
            "chain.unrelated",
            "chain.broken_name",
        ]),
        client("the issuer, and one with another key", join(&[leaf, &old, issuer]))
            .finds(["chain.unrelated"])
            .misses(["chain.broken_sig", "chain.order"]),
        client("the issuer with another key identifier", join(&[&new_leaf, &other_identifier]))
            .misses(["chain.broken_sig", "chain.missing"]),
        client("a changed signature", join(&[&pem("CERTIFICATE", &changed), issuer])).finds(["chain.broken_sig"]),
        client("self-signed, by another key", self_signed.pem(&world.other))
            .finds(["crt.self_signed_bad"])
            .misses(["chain.missing", "crt.self_signed"]),
        client("self-signed", self_signed.pem(&world.client))
            .finds(["crt.self_signed"])
            .misses(["crt.self_signed_bad"]),
        client("issued by a CA of its own name", join(&[&of_own_name, &own_name])).misses([
            "crt.self_signed_bad",
            "crt.self_signed",
            "chain.broken_sig",
        ]),
        authority("a root that another key signed", root_by_another).finds(["crt.self_signed_bad"]),
        authority("a root's new key, signed with its old one", with_identifiers(rollover(), 1, 2).pem(&world.other))
            .misses(["crt.self_signed_bad"]),
        authority("a root's new key, which only says with which it was signed", {
            rollover().with(AUTHORITY_KEY_IDENTIFIER, false, sequence(&[&tlv(0x80, &[2; 20])])).pem(&world.other)
        })
        .misses(["crt.self_signed_bad"]),
        authority("a root that says that it signed itself", with_identifiers(rollover(), 1, 1).pem(&world.other))
            .finds(["crt.self_signed_bad"]),
        authority("a root", world.root_pem.clone()).misses(["crt.self_signed_bad", "chain.unverifiable"]),
    ];
    cases.extend(signed_by_every_algorithm());
    cases.extend(not_checked());
    cases
}

/// A title, a key, how OpenSSL is told to sign with it, and the `AlgorithmIdentifier`.
type Kind<'k> = (&'static str, &'k [u8], &'static [&'static str], Vec<u8>);

/// Every algorithm that is checked: what OpenSSL signs is good, and with one bit changed it is not.
fn signed_by_every_algorithm() -> Vec<Case> {
    let world = &*WORLD;
    let pss = |hash: &str, salt: u8| {
        let hash = sequence(&[&oid(hash), &null()]);
        let mask = sequence(&[&oid("1.2.840.113549.1.1.8"), &hash]);
        let parameters = sequence(&[&tlv(0xA0, &hash), &tlv(0xA1, &mask), &tlv(0xA2, &integer(&[salt]))]);
        sequence(&[&oid("1.2.840.113549.1.1.10"), &parameters])
    };
    let rsa = |dotted: &str| sequence(&[&oid(dotted), &null()]);
    let ecdsa = |dotted: &str| sequence(&[&oid(dotted)]);
    let p384 = openssl::ec_key("P-384");
    let p521 = openssl::ec_key("P-521");
    let p256 = openssl::ec_key("P-256");
    let kinds: Vec<Kind<'_>> = vec![
        ("RSA, SHA-224", &world.rsa, &["-digest", "sha224"], rsa("1.2.840.113549.1.1.14")),
        ("RSA, SHA-256", &world.rsa, &["-digest", "sha256"], rsa("1.2.840.113549.1.1.11")),
        ("RSA, SHA-384", &world.rsa, &["-digest", "sha384"], rsa("1.2.840.113549.1.1.12")),
        ("RSA, SHA-512", &world.rsa, &["-digest", "sha512"], rsa("1.2.840.113549.1.1.13")),
        ("PSS, SHA-256", &world.rsa, PSS_256, pss("2.16.840.1.101.3.4.2.1", 32)),
        ("PSS, SHA-384, salt of 20", &world.rsa, PSS_384, pss("2.16.840.1.101.3.4.2.2", 20)),
        ("PSS, SHA-512", &world.rsa, PSS_512, pss("2.16.840.1.101.3.4.2.3", 64)),
        ("P-256, SHA-512", &p256, &["-digest", "sha512"], ecdsa("1.2.840.10045.4.3.4")),
        ("P-384, SHA-384", &p384, &["-digest", "sha384"], ecdsa("1.2.840.10045.4.3.3")),
        ("P-384, SHA-224", &p384, &["-digest", "sha224"], ecdsa("1.2.840.10045.4.3.1")),
        ("P-521, SHA-512", &p521, &["-digest", "sha512"], ecdsa("1.2.840.10045.4.3.4")),
        ("P-521, SHA-256", &p521, &["-digest", "sha256"], ecdsa("1.2.840.10045.4.3.2")),
        ("Ed25519", &world.ed25519, &[], sequence(&[&oid("1.3.101.112")])),
    ];
    let mut cases = Vec::new();
    for (title, key, arguments, algorithm) in kinds {
        let signer = Signer::Any { key: key.to_vec(), arguments, algorithm };
        let issuer = Forge::authority("Issuing CA", "Root", signer.spki()).pem(&world.root);
        let good = world.leaf().sign(&signer);
        let mut bad = good.clone();
        // A bit of the serial number, far from every length.
        let serial = bad.windows(3).position(|window| window == [0x51, 0x67, 0x0A]).unwrap();
        bad[serial + 2] ^= 1;
        let with_issuer = |leaf: &[u8]| [pem("CERTIFICATE", leaf), issuer.clone()].concat();
        let mut good = client(title, with_issuer(&good)).misses(["chain.broken_sig", "chain.unverifiable"]);
        let mut bad = client(title, with_issuer(&bad)).finds(["chain.broken_sig"]);
        if title.starts_with("P-521") {
            good.finds.push("crt.p521");
            bad.finds.push("crt.p521");
        }
        cases.extend([good, bad]);
    }
    cases
}

const PSS_256: &[&str] = &["-digest", "sha256", "-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:32"];
const PSS_384: &[&str] = &["-digest", "sha384", "-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:20"];
const PSS_512: &[&str] = &["-digest", "sha512", "-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:64"];

/// Signatures that cannot be checked: the key or the algorithm is none of those.
fn not_checked() -> Vec<Case> {
    let world = &*WORLD;
    let secp256k1 = openssl::ec_key("secp256k1");
    let signer = Signer::Any {
        key: secp256k1.clone(),
        arguments: &["-digest", "sha256"],
        algorithm: sequence(&[&oid("1.2.840.10045.4.3.2")]),
    };
    let issuer = Forge::authority("Issuing CA", "Root", signer.spki()).pem(&world.root);
    let root = Forge::authority("Root", "Root", signer.spki()).pem(&signer);
    let ed448 = openssl::key("ED448", &[]);
    let ed448 = Signer::Any { key: ed448, arguments: &[], algorithm: sequence(&[&oid("1.3.101.113")]) };
    let by_ed448 = Forge::authority("Issuing CA", "Root", ed448.spki()).pem(&world.root);
    let exponent = [&[1][..], &[0; 4], &[1]].concat();
    let costly = Forge::authority("Issuing CA", "Root", rsa_spki(&modulus(2048), &exponent)).pem(&world.root);
    let by_costly = {
        let signer = Signer::OpenSsl { key: world.rsa.clone(), hash: "sha256" };
        world.leaf().pem(&signer)
    };
    vec![
        client("a CA key on secp256k1", [world.leaf().pem(&signer), issuer].concat()).finds(["chain.unverifiable"]),
        client("a CA key of Ed448", [world.leaf().pem(&ed448), by_ed448].concat()).finds(["chain.unverifiable"]),
        client("an exponent that is made to cost time", [by_costly, costly].concat())
            .finds(["chain.unverifiable", "crt.rsa_exponent_unusual"]),
        authority("a root with a key on secp256k1", root).finds(["chain.unverifiable"]),
    ]
}

/// Certificates that could have issued one another in many ways.
fn complexity() -> Vec<Case> {
    let world = &*WORLD;
    // Each one is signed by the next one's key.
    let ring = |count: usize| -> Vec<u8> {
        let keys: Vec<Signer> = (0..count).map(|_| Signer::new()).collect();
        let signers = keys.iter().cycle().skip(1);
        let ring = keys.iter().zip(signers);
        let authorities = ring.map(|(key, signer)| Forge::authority("Ring", "Ring", key.spki()).pem(signer));
        let leaf = Forge::leaf("api.example", "Ring", world.client.spki()).pem(&keys[0]);
        std::iter::once(leaf).chain(authorities).collect::<Vec<_>>().concat()
    };
    vec![
        client("nine CAs of one name that issued one another", ring(9))
            .finds(["chain.root_included", "chain.too_complex"]),
        client("three CAs of one name that issued one another", ring(3)).misses(["chain.too_complex"]),
    ]
}
