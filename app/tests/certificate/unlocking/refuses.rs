//! The rules of opening: for each what it catches, and what it just misses.

use std::collections::HashSet;
use std::sync::LazyLock;

use app::certificate::{Finding, Pointer, Rule, Severity, unlock};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::files::*;
use super::{SECRET, locked_client, open, pfx};
use crate::case::{leaf, pair};
use crate::der::{integer, null, octet_string, oid, sequence, tlv};
use crate::forge::{der, pem};
use crate::openssl;
use crate::table;
use crate::world::WORLD;

const MILLION: u32 = 1_000_000;

struct Trial {
    title: &'static str,
    file: Vec<u8>,
    passphrase: &'static str,
    /// What it is refused for; `None` if it opens.
    finds: Option<&'static str>,
    /// A part of what is said then.
    says: &'static str,
    /// What it just misses.
    misses: Option<&'static str>,
}

fn refused(title: &'static str, file: impl Into<Vec<u8>>, finds: &'static str, says: &'static str) -> Trial {
    Trial { title, file: file.into(), passphrase: SECRET, finds: Some(finds), says, misses: None }
}

fn opens(title: &'static str, file: impl Into<Vec<u8>>, misses: &'static str) -> Trial {
    Trial { title, file: file.into(), passphrase: SECRET, finds: None, says: "", misses: Some(misses) }
}

fn rounds(rounds: u32) -> Vec<u8> {
    locked_nothing(Kdf::Pbkdf2 { rounds })
}

fn scrypt(n: u32, r: u32, p: u32) -> Vec<u8> {
    locked_nothing(Kdf::Scrypt { n, r, p })
}

const WRONG: &str = "key.passphrase_wrong";
const WORK: &str = "key.passphrase_work";
const SCHEME: &str = "key.passphrase_scheme";
const EMPTY: &str = "in.pfx_empty";

fn passphrases() -> Vec<Trial> {
    vec![
        Trial { passphrase: "zw0lf-b0xk4mpfer", ..refused("another case", pfx(&[], SECRET), WRONG, "the file") },
        Trial { passphrase: "", ..refused("none", pfx(&[], SECRET), WRONG, "") },
        Trial { passphrase: "Zw0lf-B0xk4mpfer\n", ..refused("a line end", pfx(&[], SECRET), WRONG, "") },
        Trial {
            passphrase: "no",
            ..refused("another, for a key", locked_client(&[], SECRET), WRONG, "the private key")
        },
        opens("the right one", pfx(&[], SECRET), WRONG),
        opens("the right one, for a key", locked_client(&[], SECRET), WRONG),
        refused("certificates under another one", two_passphrases(), WRONG, ""),
    ]
}

/// The key opens, the certificates do not.
fn two_passphrases() -> Vec<u8> {
    let few = Kdf::Pbkdf2 { rounds: 2 };
    let certificate = certificate_bag(&der(&WORLD.leaf_pem), None);
    let parts = [plain(&[shrouded_bag(&locked_key(few, SECRET))]), sealed(few, "another", &[certificate])];
    pfx_of(&parts, without_mac)
}

fn work() -> Vec<Trial> {
    let few = Kdf::Pbkdf2 { rounds: 2 };
    let shrouded = |locked: &[u8]| plain(&[shrouded_bag(locked)]);
    let many = |count: usize| vec![shrouded(&rounds(MILLION)); count];
    let hidden =
        [vec![sealed(few, SECRET, &[shrouded_bag(&rounds(MILLION))])], many(3), vec![shrouded(&rounds(MILLION - 2))]];
    let hidden = hidden.concat();
    let old = [&oid("1.2.840.113549.1.12.1.3")[..], &sequence(&[&octet_string(&SALT), &integer(&[0x0F, 0x42, 0x41])])];
    let old = sequence(&[&sequence(&old), &octet_string(&[0; 160])]);
    let memory = "128 MiB of memory";
    vec![
        refused("a million rounds and one", rounds(MILLION + 1), WORK, "1,000,001 rounds"),
        refused("as many as can be written", rounds(u32::MAX), WORK, "4,294,967,295 rounds"),
        refused("a million rounds and one, by OpenSSL", pfx(&["-iter", "1000001"], SECRET), WORK, "1,000,000"),
        refused("a million rounds of 3DES and one", old.clone(), WORK, ""),
        refused("in a PEM file", pem("ENCRYPTED PRIVATE KEY", &rounds(MILLION + 1)), WORK, "`openssl pkcs8 -topk8 "),
        refused("in a PKCS#12 file", pfx_of(&[shrouded(&old)], without_mac), WORK, "`openssl pkcs12 -export "),
        refused(
            "for the certificates",
            pfx_of(&[encrypted(&pbes2(Kdf::Pbkdf2 { rounds: MILLION + 1 }), &[0; 16])], without_mac),
            WORK,
            "",
        ),
        refused("in bags in bags", pfx_of(&[plain(&[nested_bag(&[shrouded_bag(&old)])])], without_mac), WORK, ""),
        refused("for the MAC", pfx_of(&[], mac_of_rounds(&[0x7F, 0xFF, 0xFF, 0xFF])), WORK, "2,147,483,647 rounds"),
        refused("for the MAC, more than can be counted", pfx_of(&[], mac_of_rounds(&[0x7F; 40])), WORK, ""),
        refused("for PBMAC1", pfx_of(&[], pbmac1_of_rounds(MILLION + 1)), WORK, ""),
        refused(
            "hidden by the passphrase",
            pfx_of(&[sealed(few, SECRET, &[shrouded_bag(&old)])], without_mac),
            WORK,
            "",
        ),
        refused("five times a million", pfx_of(&many(5), without_mac), WORK, "in all"),
        refused("four times a million and the MAC", pfx_of(&many(4), mac_of_rounds(&[1])), WORK, "in all"),
        refused("four times a million, and more hidden", pfx_of(&hidden, without_mac), WORK, "in all"),
        refused("128 MiB", scrypt(0x2_0000, 8, 1), WORK, memory),
        refused("128 MiB in another shape", scrypt(0x4000, 64, 1), WORK, memory),
        refused("17 passes", scrypt(0x4000, 8, 17), WORK, "17 passes"),
        refused("wide blocks", scrypt(2, 0x1000, 1), WORK, "blocks of 512 KiB"),
        refused("as large as can be written", scrypt(1 << 31, u32::MAX, u32::MAX), WORK, ""),
        refused(
            "scrypt again and again",
            pfx_of(&vec![shrouded(&scrypt(0x1_0000, 8, 16)); 2], without_mac),
            WORK,
            "1 GiB",
        ),
        opens("64 MiB", locked_key(Kdf::Scrypt { n: 0x1_0000, r: 8, p: 1 }, SECRET), WORK),
        opens("16 passes", locked_key(Kdf::Scrypt { n: 1024, r: 8, p: 16 }, SECRET), WORK),
        opens("100,000 rounds", locked_key(Kdf::Pbkdf2 { rounds: 100_000 }, SECRET), WORK),
    ]
}

fn schemes() -> Vec<Trial> {
    let camellia = pfx(&["-certpbe", "camellia-128-cbc"], SECRET);
    let key = der(&locked_client(&[], SECRET));
    let unknown = |identifier: &str| {
        let algorithm = sequence(&[&oid(identifier), &sequence(&[&octet_string(&SALT), &integer(&[1])])]);
        sequence(&[&algorithm, &octet_string(&[0; 160])])
    };
    let enveloped = sequence(&[&oid("1.2.840.113549.1.7.3"), &tlv(0xA0, &null())]);
    let signed = sequence(&[&integer(&[3]), &sequence(&[&oid("1.2.840.113549.1.7.2"), &tlv(0xA0, &null())])]);
    let text = String::from_utf8(locked_client(&[], SECRET)).unwrap();
    let mut trials = vec![
        refused("Camellia", camellia, SCHEME, "protected by Camellia"),
        refused("DES", unknown("1.2.840.113549.1.5.3"), SCHEME, "DES with MD5"),
        refused("nobody's", unknown("1.2.3.4"), SCHEME, "protected by 1.2.3.4,"),
        refused("a public key", pfx_of(&[enveloped], without_mac), SCHEME, "a public key"),
        refused("a signature", signed, SCHEME, "a signature"),
        refused("a MAC with MD5", pfx_of(&[], mac_with("1.2.840.113549.2.5")), SCHEME, "MD5"),
        refused("3 as scrypt's cost", scrypt(3, 8, 1), SCHEME, "damaged"),
        refused("no scrypt at all", scrypt(0, 0, 0), SCHEME, "damaged"),
        refused("no rounds", rounds(0), SCHEME, "damaged"),
        refused("half a block", cut_by_one(&key), SCHEME, "damaged"),
        refused(
            "nothing in it",
            sequence(&[&sequence(&[&oid("1.2.840.113549.1.5.13")]), &octet_string(&[])]),
            SCHEME,
            "damaged",
        ),
        refused("Base64 that is none", text.replacen("\nM", "\n*", 1), SCHEME, "Export it again"),
        refused("no END line", text.replace("-----END ENCRYPTED PRIVATE KEY-----", ""), SCHEME, ""),
        refused("a PFX that ends early", ber(&pfx(&[], SECRET))[..700].to_vec(), SCHEME, "cut off"),
        refused("bags nested without end", pfx_of(&[plain(&[nested(4)])], without_mac), SCHEME, "damaged"),
        opens("AES", pfx(&["-certpbe", "aes-128-cbc"], SECRET), SCHEME),
        opens("bags nested a little", pfx_of(&[plain(&[nested(3)])], without_mac), SCHEME),
    ];
    if openssl::legacy().is_some() {
        let rc4 = pfx(&["-legacy", "-certpbe", "PBE-SHA1-RC4-128"], SECRET);
        trials.push(refused("RC4", rc4, SCHEME, "protected by RC4"));
    }
    trials
}

fn empty() -> Vec<Trial> {
    vec![
        refused("nothing", pfx_of(&[], without_mac), EMPTY, "neither"),
        refused("nothing but a password", pfx_of(&[plain(&[secret_bag(), sdsi_bag()])], without_mac), EMPTY, ""),
        opens("a lone key", pfx_of(&[plain(&[key_bag(&der(&WORLD.client.pem()), None)])], without_mac), EMPTY),
    ]
}

/// A key within so many bags.
fn nested(depth: usize) -> Vec<u8> {
    (0..depth).fold(key_bag(&der(&WORLD.client.pem()), None), |bag, _| nested_bag(&[bag]))
}

/// The ciphertext without its last byte.
fn cut_by_one(key: &[u8]) -> Vec<u8> {
    let parts = elements(elements(key)[0].1);
    sequence(&[&tlv(0x30, parts[0].1), &octet_string(&parts[1].1[1..])])
}

/// Every trial and what came of it.
static TRIALS: LazyLock<Vec<(Trial, Option<Finding>)>> = LazyLock::new(|| {
    let tried = |trial: Trial| {
        let found = open(&trial.file, trial.passphrase).err();
        (trial, found)
    };
    [passphrases(), work(), schemes(), empty()].into_iter().flatten().map(tried).collect()
});

#[test]
fn every_trial_is_refused_for_its_rule_or_opens() {
    let mut wrong = Vec::new();
    for (trial, found) in &*TRIALS {
        let said = found.as_ref().map(|finding| format!("{} {}", finding.message, finding.hint)).unwrap_or_default();
        if found.as_ref().map(|finding| finding.rule.id()) != trial.finds || !said.contains(trial.says) {
            wrong.push(format!("{}: {found:?}", trial.title));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_rule_of_opening_has_a_trial_and_a_near_miss() {
    let found: HashSet<&str> = TRIALS.iter().filter_map(|(trial, _)| trial.finds).collect();
    let missed: HashSet<&str> = TRIALS.iter().filter_map(|(trial, _)| trial.misses).collect();
    let rules: HashSet<&str> = Rule::OF_UNLOCKING.iter().map(|rule| rule.id()).collect();
    assert_eq!((&found, &missed), (&rules, &rules));
    assert!(Rule::OF_UNLOCKING.iter().all(|rule| rule.severity() == Severity::Error));
}

/// For `certificate_wasm.rs`: the same answers in WebAssembly. What takes long there is left out.
#[test]
fn the_trials_are_written_for_webassembly() {
    let trials: Vec<_> = TRIALS
        .iter()
        .filter(|(trial, _)| trial.misses != Some(WORK))
        .map(|(trial, found)| {
            let opened = unlock(&trial.file, Pointer::Certificates, trial.passphrase).ok();
            serde_json::json!({
                "title": trial.title,
                "file": STANDARD.encode(&trial.file),
                "passphrase": trial.passphrase,
                "opened": opened.map(|opened| STANDARD.encode(&*opened.into_bytes())),
                "found": found.as_ref().map(|finding| serde_json::to_string(finding).unwrap()),
            })
        })
        .collect();
    table::write_for_webassembly("unlocking-cases.json", &trials);
}

#[test]
fn refusals_are_whole_sentences_without_a_secret() {
    let key = WORLD.client.pem();
    let body: String = str::from_utf8(&key).unwrap().lines().filter(|line| !line.starts_with('-')).collect();
    for (trial, finding) in TRIALS.iter().filter_map(|(trial, found)| Some((trial, found.as_ref()?))) {
        assert!(finding.message.ends_with('.') && finding.hint.ends_with('.'), "{finding:?}");
        let text = format!("{}{}", finding.message, finding.hint);
        assert!(text.len() < 600 && !text.contains('\n') && !text.contains("  "), "{finding:?}");
        let all = format!("{finding:?} {}", serde_json::to_string(&finding).unwrap()).to_lowercase();
        assert!(!all.contains(&SECRET.to_lowercase()), "{}", trial.title);
        for part in body.as_bytes().chunks(12) {
            assert!(!all.contains(&str::from_utf8(part).unwrap().to_lowercase()), "{}", trial.title);
        }
    }
}

#[test]
fn what_was_opened_is_not_printed() {
    let opened = unlock(&pfx(&[], SECRET), Pointer::Certificates, SECRET).unwrap();
    assert_eq!(format!("{opened:?} {opened:#?}"), "Opened(…) Opened(…)");
}

#[test]
fn a_refusal_says_where() {
    let text = format!("# mine\n{}", String::from_utf8(locked_client(&[], SECRET)).unwrap());
    let refusal = |text: &str| unlock(text.as_bytes(), Pointer::PrivateKey, "no").map(|_| ()).unwrap_err();
    let place = |finding: Finding| (finding.pointer, finding.line);
    assert_eq!(place(refusal(&text)), (Pointer::PrivateKey, Some(2)));
    assert_eq!(place(refusal(&text.replace('\n', "\\n"))), (Pointer::PrivateKey, None));
}

#[test]
fn one_wrong_passphrase_in_256_leaves_a_sound_padding() {
    let file = pfx(&["-nomac", "-iter", "1"], SECRET);
    let key = locked_client(&["-iter", "1"], SECRET);
    for number in 0..800 {
        let passphrase = format!("not {number}");
        for file in [&file, &key] {
            assert_eq!(open(file, &passphrase).unwrap_err().rule.id(), WRONG, "{passphrase}");
        }
    }
}

#[test]
fn a_report_says_which_files_are_locked() {
    let world = &*WORLD;
    let key = locked_client(&[], SECRET);
    let locked = |report: app::certificate::Report| report.locked();
    assert_eq!(locked(leaf("", pfx(&[], SECRET)).judge().report), [Pointer::Certificates]);
    assert_eq!(locked(leaf("", [world.chain(), key.clone()].concat()).judge().report), [Pointer::Certificates]);
    assert_eq!(locked(pair("", world.chain(), key.clone()).judge().report), [Pointer::PrivateKey]);
    assert_eq!(
        locked(pair("", pfx(&[], SECRET), key.clone()).judge().report),
        [Pointer::Certificates, Pointer::PrivateKey]
    );
    assert_eq!(locked(leaf("", world.bundle()).judge().report), []);

    let report = pair("", world.chain(), [key.clone(), key].concat()).judge().report;
    let why = unlock(b"-----BEGIN ENCRYPTED PRIVATE KEY-----", Pointer::PrivateKey, "").map(|_| ()).unwrap_err();
    let report = report.not_opened(why);
    let rules: Vec<_> = report.findings.iter().map(|finding| finding.rule.id()).collect();
    assert_eq!(rules, [SCHEME]);
    assert!(!report.is_valid());
}
