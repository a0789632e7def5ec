//! `set.*`

use crate::case::{Case, authority, client, leaf, pair};
use crate::world::WORLD;

pub fn cases() -> Vec<Case> {
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
