//! `chain.*`

use crate::case::{Case, authority, client};
use crate::der::{common_name, integer, sequence, tlv};
use crate::forge::{BASIC_CONSTRAINTS, Forge};
use crate::world::WORLD;

pub fn cases() -> Vec<Case> {
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
        client("a CA that issued nothing of it", join(&[leaf, issuer, &unrelated])).finds(["chain.unrelated"]),
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
        client("issued by a CA", world.chain()).misses(["chain.issuer_not_ca"]),
        client("longer than the root allows", join(&[leaf, issuer, &path_length(0)]))
            .finds(["chain.pathlen", "chain.root_included"]),
        client("just as long as the root allows", join(&[leaf, issuer, &path_length(1)]))
            .finds(["chain.root_included"])
            .misses(["chain.pathlen"]),
        authority("two CAs in any order", join(&[root, issuer])).misses(["chain.order", "chain.unrelated"]),
    ]
}
