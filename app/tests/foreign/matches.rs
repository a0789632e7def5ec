//! Every key beside the certificates of its collection.

use std::collections::HashSet;

use crate::collection::Item;
use crate::compared::{NOW, in_parallel, references};
use crate::disagreements::{Aspect, check};
use crate::openssl::PublicKey;
use crate::signet::{self, KeyVerdict};

#[test]
fn keys_belong_where_openssl_says_so() {
    let pairs = pairs();
    let matching = pairs.iter().filter(|pair| pair.is_match()).count();
    println!("{} pairs, {matching} match", pairs.len());
    assert!(matching > 20, "{matching} keys have a certificate");
    let found = in_parallel(&pairs, |pair| {
        let verdict = signet::key(pair.key, &pair.certificate.bytes, NOW);
        let agrees = match verdict {
            KeyVerdict::Belongs => pair.is_match(),
            KeyVerdict::Mismatch => !pair.is_match(),
            // The key itself is no good, as the comparison of keys has found.
            _ => true,
        };
        let said = format!("OpenSSL: {}; {verdict:?} to {}", pair.is_match(), pair.certificate.name);
        (!agrees).then(|| pair.key.disagreement(Aspect::Match, said))
    });
    check(&[Aspect::Match], found.into_iter().flatten());
}

/// A key and a certificate that it could belong to.
struct Pair {
    key: &'static Item,
    certificate: &'static Item,
    publics: [&'static PublicKey; 2],
}

impl Pair {
    fn is_match(&self) -> bool {
        self.publics[0].spki == self.publics[1].spki
    }
}

/// Each key once with each certificate of its collection that stands alone in its file or block; one of each other kind of key.
fn pairs() -> Vec<Pair> {
    let mut seen = HashSet::new();
    let mut pairs = Vec::new();
    let keys = references().filter_map(|(item, reference)| Some((item, &reference.key.as_ref()?.public)));
    for (key, of_key) in keys.filter(|(item, _)| item.blocks <= 1) {
        let certificates = references()
            .filter(|(item, _)| item.collection() == key.collection() && item.blocks <= 1)
            .filter_map(|(item, reference)| Some((item, reference.certificate.as_ref()?.key.as_ref()?)));
        for (certificate, of_certificate) in certificates {
            let same_kind = of_key.kind == of_certificate.kind;
            if same_kind || seen.insert((key.collection(), &of_key.spki, &of_certificate.kind)) {
                pairs.push(Pair { key, certificate, publics: [of_key, of_certificate] });
            }
        }
    }
    pairs
}
