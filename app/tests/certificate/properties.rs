//! What holds for every input.

use proptest::prelude::*;

use crate::case::{Case, client, leaf, pair};
use crate::cases::rewrap;
use crate::forge::{Forge, der, pem};
use crate::openssl;
use crate::world::WORLD;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// How a text is wrapped, indented, commented and encoded says nothing about what is in it.
    #[test]
    fn the_form_of_the_text_changes_no_verdict(
        width in 1_usize..200,
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        indent in "[ \t]{0,3}",
        trail in "[ \t]{0,3}",
        comment in "([a-zA-Z ]{0,20}\n){0,3}",
        mark in any::<bool>(),
        wide in any::<bool>(),
        right_key in any::<bool>(),
    ) {
        let key = if right_key { WORLD.client.pem() } else { WORLD.other.pem() };
        let text = String::from_utf8([WORLD.chain(), key].concat()).unwrap();
        let plain = leaf("", text.clone()).judge();
        let comment = comment.replace("BEGIN", "").replace("END", "");
        let text = format!("{comment}{}{comment}", rewrap(&text, width));
        let text = text.replace('\n', &format!("{trail}{end}{indent}"));
        let mark = if mark { "\u{FEFF}" } else { "" };
        let text = format!("{mark}{text}");
        let bytes = if wide && !mark.is_empty() { text.encode_utf16().flat_map(u16::to_le_bytes).collect() } else { text.into_bytes() };
        let odd = leaf("", bytes).judge();
        prop_assert_eq!(odd.report.is_valid(), right_key);
        prop_assert_eq!(&odd.report.certificate, &plain.report.certificate);
        let errors = |verdict: &app::certificate::Verdict| {
            let findings = verdict.report.findings.iter().filter(|finding| finding.severity() == app::certificate::Severity::Error);
            findings.map(|finding| finding.rule).collect::<Vec<_>>()
        };
        prop_assert_eq!(errors(&odd), errors(&plain));
        prop_assert_eq!(odd.material.map(|material| material.chain), plain.material.map(|material| material.chain));
    }

    /// A flipped bit in a key is noticed, or it was in a part that means nothing and is not kept.
    #[test]
    fn a_flipped_bit_never_belongs(which in 0_usize..3, position in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let (certificate, key) = &KEYS[which];
        let mut flipped = der(key);
        let position = position.index(flipped.len());
        flipped[position] ^= 1 << bit;
        let kept = |key: &[u8]| {
            let material = pair("", certificate.clone(), pem("PRIVATE KEY", key)).judge().material;
            material.and_then(|material| material.private_key).map(|key| key.expose_der().to_vec())
        };
        let flipped = kept(&flipped);
        prop_assert!(flipped.is_none() || flipped == kept(&der(key)), "byte {} bit {}", position, bit);
    }

    /// Anything gets a report.
    #[test]
    fn no_input_makes_it_fall_over(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        check_report(&leaf("", bytes.clone()))?;
        check_report(&client("", [b"\x30\x82".as_slice(), &bytes].concat()))?;
        check_report(&pair("", WORLD.chain(), pem("PRIVATE KEY", &bytes)))?;
        check_report(&client("", pem("CERTIFICATE", &bytes)))?;
    }

    /// Anything that was once good, too.
    #[test]
    fn no_damage_makes_it_fall_over(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
        within in any::<bool>(),
    ) {
        let mut bytes = if within { der(&WORLD.leaf_pem) } else { WORLD.bundle() };
        for (position, byte) in damage {
            let position = position.index(bytes.len());
            bytes[position] = byte;
        }
        let end = cut.index(bytes.len() * 4).min(bytes.len());
        bytes.truncate(end);
        check_report(&client("", if within { pem("CERTIFICATE", &bytes) } else { bytes }))?;
    }
}

/// Certificates and keys of each algorithm.
static KEYS: std::sync::LazyLock<Vec<(Vec<u8>, Vec<u8>)>> = std::sync::LazyLock::new(|| {
    let keys = [WORLD.client.pem(), WORLD.rsa.clone(), openssl::key("ED25519", &[])];
    let certificate = |key: &[u8]| Forge::leaf("api.example", "Issuing CA", openssl::spki(key)).pem(&WORLD.issuer);
    keys.into_iter().map(|key| (certificate(&key), key)).collect()
});

/// There is a report, it is the same the second time, and material comes exactly with a valid one.
fn check_report(case: &Case) -> Result<(), TestCaseError> {
    let verdict = case.judge();
    prop_assert_eq!(verdict.report.is_valid(), verdict.material.is_some());
    prop_assert!(verdict.material.is_some() || !verdict.report.findings.is_empty());
    prop_assert_eq!(verdict.report, case.judge().report);
    Ok(())
}
