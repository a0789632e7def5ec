//! What holds for every locked file, however damaged.

use std::sync::LazyLock;

use app::certificate::{Pointer, unlock};
use proptest::prelude::*;

use super::files::{ber, pfx_of, plain, without_mac};
use super::{SECRET, locked_client, pfx};
use crate::case::pair;
use crate::forge::der;
use crate::world::WORLD;

/// Files that open in no time.
static FILES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let old: &[&str] = &["-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1", "-iter", "1"];
    vec![pfx(&["-iter", "1"], SECRET), pfx(old, SECRET), ber(&pfx(&["-iter", "1"], SECRET))]
});

static KEYS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let locked = |options: &[&str]| der(&locked_client(options, SECRET));
    vec![
        locked(&["-iter", "1"]),
        locked(&["-v1", "PBE-SHA1-3DES", "-iter", "1"]),
        locked(&["-scrypt", "-scrypt_N", "2", "-scrypt_r", "1", "-scrypt_p", "1"]),
    ]
});

/// What a file opens to, if it is one that is locked.
fn opened(file: &[u8]) -> Option<Vec<u8>> {
    let opened = unlock(file, Pointer::Certificates, SECRET).ok()?.into_bytes().to_vec();
    (opened != file).then_some(opened)
}

fn flip(file: &[u8], place: prop::sample::Index, bit: u8) -> Vec<u8> {
    let mut flipped = file.to_vec();
    flipped[place.index(file.len())] ^= 1 << bit;
    flipped
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// A MAC vouches for all that comes out.
    #[test]
    fn a_flipped_bit_changes_nothing_that_comes_out(which in 0_usize..3, place in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let file = &FILES[which];
        if let Some(opened) = opened(&flip(file, place, bit)) {
            prop_assert_eq!(Some(opened), super::hostile::opened(file));
        }
    }

    /// A key has no MAC: the validator sees that it is another one.
    #[test]
    fn a_flipped_bit_makes_no_other_key(which in 0_usize..3, place in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let key = |opened: Option<Vec<u8>>| {
            let material = pair("", WORLD.chain(), opened.unwrap_or_default()).judge().material;
            material.and_then(|material| material.private_key).map(|key| key.expose_der().to_vec())
        };
        let flipped = key(opened(&flip(&KEYS[which], place, bit)));
        prop_assert!(flipped.is_none() || flipped == key(opened(&KEYS[which])));
    }

    /// Anything is opened, refused, or left as it is.
    #[test]
    fn no_damage_makes_it_fall_over(
        which in 0_usize..6,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        is_text in any::<bool>(),
        passphrase in ".{0,12}",
    ) {
        let mut file = FILES.iter().chain(&*KEYS).nth(which).unwrap().clone();
        if is_text {
            file = crate::forge::pem("ENCRYPTED PRIVATE KEY", &file);
        }
        for (place, byte) in damage {
            let place = place.index(file.len());
            file[place] = byte;
        }
        file.truncate(cut.index(file.len() * 4));
        let _either = unlock(&file, Pointer::Certificates, &passphrase).map_err(|finding| finding.rule);
    }

    /// Also what never was anything.
    #[test]
    fn no_input_makes_it_fall_over(bytes in prop::collection::vec(any::<u8>(), 0..600), passphrase in ".{0,12}") {
        let heads: [&[u8]; 5] = [
            b"",
            b"\x30\x80\x02\x01\x03\x30\x80",
            b"\x30\x80\x02\x01\x03\x30\x80\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01\xA0\x80\x24\x80",
            b"\x30\x80\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x05\x0D\x04\x80",
            b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
        ];
        for head in heads {
            let _either = unlock(&[head, &bytes].concat(), Pointer::PrivateKey, &passphrase).map_err(|finding| finding.rule);
        }
        let inside = pfx_of(std::slice::from_ref(&bytes), without_mac);
        let _either = unlock(&inside, Pointer::Certificates, &passphrase).map_err(|finding| finding.rule);
        let deeper = pfx_of(&[plain(&[bytes])], without_mac);
        let _either = unlock(&deeper, Pointer::Certificates, &passphrase).map_err(|finding| finding.rule);
    }
}

#[test]
fn every_beginning_of_a_file_is_refused_or_left_as_it_is() {
    for file in FILES.iter().chain(&*KEYS) {
        for end in 0..file.len() {
            assert_eq!(opened(&file[..end]), None, "{end} of {}", file.len());
        }
    }
}
