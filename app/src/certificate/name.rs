//! Names that people give to certificates.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_security::MixedScript;
use unicode_security::mixed_script::is_potential_mixed_script_confusable_char;

use super::characters::{is_bidi, is_control, is_invisible, is_unsafe};
use super::report::{Finding, Pointer};
use super::rules::Rule;
use super::search::folded;

/// A certificate's name: trimmed, NFC, 1 to 128 Unicode scalar values, at most 512 bytes, nothing invisible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct CertificateName(String);

const MAX_CHARACTERS: usize = 128;
const MAX_BYTES: usize = 512;
/// What composing is worth trying on: it shortens a text at most to a third (Unicode's normalization FAQ).
const MAX_TYPED_BYTES: usize = 4 * MAX_BYTES;

impl CertificateName {
    /// The name that was typed.
    ///
    /// # Errors
    /// Every finding of `name.*` that is an error, at `/name`. None of them repeats what was typed.
    pub fn parse(typed: &str) -> Result<Self, Vec<Finding>> {
        let typed = typed.trim();
        if typed.len() > MAX_TYPED_BYTES {
            return Err(vec![too_long(typed.chars().count())]);
        }
        let name: String = typed.nfc().collect();
        let findings = findings(&name);
        if findings.is_empty() { Ok(Self(name)) } else { Err(findings) }
    }

    /// The form in which two names are compared: equal but for case.
    pub fn comparable(&self) -> String {
        folded(&self.0)
    }

    /// What may be wrong with the name, but is no reason to refuse it: warnings of `name.*`, at `/name`.
    pub fn warnings(&self) -> Vec<Finding> {
        let mut words = self.0.split(|character: char| !character.is_alphanumeric() && !is_combining_mark(character));
        // Unicode Technical Standard 39, sections 5.1 and 5.4, for the letters that could be taken for another script's.
        let mixes = |word: &str| {
            let alike: String =
                word.chars().filter(|letter| is_potential_mixed_script_confusable_char(*letter)).collect();
            !alike.is_single_script()
        };
        let mut warnings = Vec::new();
        if words.any(mixes) {
            let message = "A word of the name mixes letters of different alphabets that look alike.";
            let hint = "If that is not meant, type the name anew instead of copying it.";
            warnings.push(Finding::new(Rule::NameMixedScript, Pointer::Name, message).hint(hint));
        }
        warnings
    }

    /// The first of `candidates` that can be made a name: unsafe characters left out, cut to length.
    pub(super) fn suggest<'a>(candidates: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        candidates.into_iter().find_map(|candidate| {
            let visible = candidate.chars().filter(|character| !is_unsafe(*character)).take(MAX_CHARACTERS);
            let normal: String = visible.nfc().take(MAX_CHARACTERS).collect();
            Self::parse(&normal).ok()
        })
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CertificateName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<CertificateName> for String {
    fn from(name: CertificateName) -> Self {
        name.0
    }
}

impl TryFrom<String> for CertificateName {
    type Error = String;

    fn try_from(typed: String) -> Result<Self, Self::Error> {
        Self::parse(&typed)
            .map_err(|findings| findings.into_iter().map(|finding| finding.message).collect::<Vec<_>>().join(" "))
    }
}

fn findings(name: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find =
        |rule, message: &str, hint: &str| findings.push(Finding::new(rule, Pointer::Name, message).hint(hint));
    if name.is_empty() {
        find(Rule::NameEmpty, "The name is empty.", "Enter a name.");
    }
    if name.chars().any(is_control) {
        find(Rule::NameControl, "The name contains a line break or another control character.", "Type the name anew.");
    }
    if name.chars().any(is_bidi) {
        find(
            Rule::NameBidi,
            "The name contains a character that changes the direction of writing.",
            "Type the name anew.",
        );
    }
    if name.chars().any(is_invisible) || name.starts_with(is_combining_mark) {
        find(
            Rule::NameInvisible,
            "The name contains an invisible character.",
            "Type the name anew instead of copying it.",
        );
    }
    if looks_like_key_text(name) {
        // Names are shown in lists, logs and messages.
        find(
            Rule::NameKeyText,
            "The name holds what looks like text of a private key.",
            "Type a name. If it was the text of a key, use another key: this one was in a field that is not secret.",
        );
    }
    let characters = name.chars().count();
    if characters > MAX_CHARACTERS || name.len() > MAX_BYTES {
        findings.push(too_long(characters));
    }
    findings
}

/// Whether a part of it looks like Base64 of something random: long, of capital and small letters and digits, which change most of the time.
fn looks_like_key_text(name: &str) -> bool {
    const SHORTEST: usize = 32;
    let class = |byte: &u8| match byte {
        b'A'..=b'Z' => 0_usize,
        b'a'..=b'z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let is_base64 = |character: char| character.is_ascii_alphanumeric() || matches!(character, '+' | '/');
    name.split(|character| !is_base64(character)).filter(|run| run.len() >= SHORTEST).any(|run| {
        let classes: Vec<usize> = run.as_bytes().iter().map(class).collect();
        let changes = classes.windows(2).filter(|two| two.first() != two.last()).count();
        (0..3).all(|class| classes.contains(&class)) && changes * 100 >= run.len() * 45
    })
}

fn too_long(characters: usize) -> Finding {
    let message = format!("The name is too long ({characters} characters); {MAX_CHARACTERS} are allowed.");
    Finding::new(Rule::NameLong, Pointer::Name, message).hint("Choose a shorter name.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(typed: &str) -> Vec<Rule> {
        CertificateName::parse(typed)
            .map_or_else(|findings| findings.iter().map(|finding| finding.rule).collect(), |_| vec![])
    }

    #[test]
    fn typed_names_are_trimmed_and_composed() {
        assert_eq!(CertificateName::parse(" Bank prod\n").unwrap().as_str(), "Bank prod");
        assert_eq!(CertificateName::parse("Cafe\u{301}").unwrap().as_str(), "Café");
    }

    #[test]
    fn the_length_counts_characters_and_bytes_after_composing() {
        assert_eq!(rules(&"é".repeat(128)), []);
        assert_eq!(rules(&"e\u{301}".repeat(128)), []);
        assert_eq!(rules(&"é".repeat(129)), [Rule::NameLong]);
        assert_eq!(rules(&"\u{1F512}".repeat(128)), []);
        assert_eq!(rules(&"a".repeat(5000)), [Rule::NameLong]);
    }

    #[test]
    fn every_fault_is_found_at_once_and_nothing_is_repeated() {
        let typed = "secret\u{0}\u{202E}\u{200B}";
        assert_eq!(rules(typed), [Rule::NameControl, Rule::NameBidi, Rule::NameInvisible]);
        assert!(!format!("{:?}", CertificateName::parse(typed)).contains("secret"));
    }

    #[test]
    fn a_name_begins_with_a_character_of_its_own() {
        assert_eq!(rules("\u{301}a"), [Rule::NameInvisible]);
        assert_eq!(rules("a\u{302}b"), []);
    }

    #[test]
    fn a_word_in_two_alphabets_that_look_alike_is_warned_of() {
        let warns = |typed: &str| !CertificateName::parse(typed).unwrap().warnings().is_empty();
        for typed in ["B\u{430}nk prod", "prod-\u{3BF}racle", "\u{421}redit"] {
            assert!(warns(typed), "{typed}");
        }
        for typed in [
            "Bank prod",
            "Банк Bank",
            "Банк-Bank_2",
            "iPhone版",
            "東京タワーの鍵",
            "Ελλάδα 2",
            "ß-1",
            "बैंक",
            "5µm",
            "Cafe\u{301}",
        ] {
            assert!(!warns(typed), "{typed}");
        }
    }

    #[test]
    fn names_are_compared_without_case() {
        let comparable = |typed: &str| CertificateName::parse(typed).unwrap().comparable();
        assert_eq!(comparable("BANK Straße ΣΟΦΟΣ Cafe\u{301}"), comparable("bank STRASSE σοφος CAFÉ"));
        assert_ne!(comparable("Bank 1"), comparable("Bank 2"));
    }

    #[test]
    fn serde_goes_through_parse() {
        assert_eq!(serde_json::from_str::<CertificateName>("\" x \"").unwrap().as_str(), "x");
        assert!(serde_json::from_str::<CertificateName>("\"\"").is_err());
        assert_eq!(serde_json::to_string(&CertificateName::parse("x").unwrap()).unwrap(), "\"x\"");
    }

    #[test]
    fn a_suggestion_is_always_a_name() {
        let suggested = CertificateName::suggest(["\u{202E}", "  ", &"a\u{0}b".repeat(100)]).unwrap();
        assert_eq!(suggested.as_str(), "ab".repeat(64));
    }
}
