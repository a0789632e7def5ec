//! Passwords that are guessed first: those of a list that ships, what people make of them, and what everybody knows of a person.

use std::collections::HashSet;
use std::sync::LazyLock;

use zeroize::Zeroizing;

/// Where the list is from stands in its first lines.
const LIST: &str = include_str!("known_passwords.txt");
/// Digits and signs around a known word that do not make it another password.
const DECORATION: usize = 8;
/// Characters of a unit that is only repeated, and of a word that is looked for.
const UNIT: usize = 6;
/// Different characters that a password has at least.
const FEWEST_DIFFERENT: usize = 5;
/// Rows of keyboards, and what is counted up; each is read backwards as well.
const RUNS: [&str; 8] = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,./",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
];

static KNOWN: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| LIST.lines().filter(|line| !line.starts_with('#')).collect());

/// Why somebody would guess a password soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guessable {
    /// It is on the list, or near to one that is.
    Common,
    /// Hardly anything in it but the person's own name, e-mail address or company.
    Personal,
}

/// Whether somebody would guess this password soon; `own` are the name, the e-mail address and the company of whoever chooses it.
pub(super) fn guessable(password: &str, own: &[&str]) -> Option<Guessable> {
    let lower = lower_case(password);
    if is_personal(&lower, own) {
        return Some(Guessable::Personal);
    }
    (is_known(&lower) || is_repeated(&lower) || is_run(&lower)).then_some(Guessable::Common)
}

/// On the list; or one or two of its words, perhaps with figures for letters, and some digits and signs around them.
fn is_known(lower: &str) -> bool {
    let bare = lower.trim_matches(|character: char| !character.is_alphabetic());
    let ended = lower.trim_end_matches(|character: char| !character.is_alphabetic());
    let decoration = |core: &str| lower.chars().count() - core.chars().count();
    KNOWN.contains(lower)
        || [bare, ended].into_iter().any(|core| {
            !core.is_empty() && decoration(core) <= DECORATION && (is_words(core) || is_words(&without_figures(core)))
        })
}

/// One known word, or two.
fn is_words(text: &str) -> bool {
    KNOWN.contains(text)
        || text.char_indices().any(|(middle, _)| {
            let (first, second) = text.split_at(middle);
            KNOWN.contains(first) && KNOWN.contains(second)
        })
}

/// One short thing again and again, or hardly any different characters.
fn is_repeated(lower: &str) -> bool {
    let characters = Zeroizing::new(lower.chars().collect::<Vec<_>>());
    let different = characters.iter().collect::<HashSet<_>>().len();
    different < FEWEST_DIFFERENT
        || (1..=UNIT).any(|unit| characters.iter().zip(characters.iter().skip(unit)).all(|(one, next)| one == next))
}

/// Nothing but pieces of rows of a keyboard, of the alphabet and of counting, each of four characters or more.
fn is_run(lower: &str) -> bool {
    let mut rest = lower;
    while !rest.is_empty() {
        let mut ends = rest.char_indices().map(|(at, character)| at + character.len_utf8()).filter(|end| *end >= 4);
        let Some(longest) = ends.rfind(|end| rest.get(..*end).is_some_and(is_piece_of_a_run)) else {
            return false;
        };
        rest = rest.get(longest..).unwrap_or_default();
    }
    true
}

fn is_piece_of_a_run(piece: &str) -> bool {
    let backwards = Zeroizing::new(piece.chars().rev().collect::<String>());
    RUNS.iter().any(|run| run.contains(piece) || run.contains(backwards.as_str()))
}

/// Fewer than six characters are left without the person's own words.
fn is_personal(lower: &str, own: &[&str]) -> bool {
    let mut words: Vec<String> = own
        .iter()
        .flat_map(|text| {
            let text = text.to_lowercase();
            let parts: Vec<String> =
                text.split(|character: char| !character.is_alphanumeric()).map(str::to_owned).collect();
            [text.clone(), parts.concat()].into_iter().chain(parts)
        })
        .filter(|word| word.chars().count() >= 3)
        .collect();
    // The longest first, so that a name is not cut into pieces by another one.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut left = Zeroizing::new(lower.to_owned());
    for word in &words {
        left = Zeroizing::new(left.replace(word.as_str(), ""));
    }
    left.len() < lower.len() && left.chars().filter(|character| character.is_alphabetic()).count() < UNIT
}

fn lower_case(password: &str) -> Zeroizing<String> {
    // Lower case is at most three times as long: with that room nothing is moved and left behind.
    let mut text = Zeroizing::new(String::with_capacity(3 * password.len()));
    text.extend(password.chars().flat_map(char::to_lowercase));
    text
}

/// Letters where people write figures and signs for them.
fn without_figures(text: &str) -> Zeroizing<String> {
    let mut letters = Zeroizing::new(String::with_capacity(text.len()));
    letters.extend(text.chars().map(|character| match character {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }));
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: [&str; 3] = ["Ana Ruiz", "ana.ruiz@meridian.example", "Meridian Retail"];

    #[test]
    fn the_list_is_read() {
        assert!(KNOWN.len() > 4000, "{}", KNOWN.len());
        assert!(KNOWN.contains("1qaz2wsx3edc") && KNOWN.contains("password"));
        assert!(KNOWN.iter().all(|known| known.len() >= 5 && *known == known.to_lowercase() && known.is_ascii()));
    }

    #[test]
    fn what_is_guessed_first() {
        for password in [
            "1qaz2wsx3edc",
            "Leavemealone",
            "CounterStrike",
            "password1234",
            "Password2026!",
            "P@ssw0rd1234",
            "!!password!!",
            "passwordpassword",
            "monkeydragon12",
            "Qwerty123456",
            "aaaaaaaaaaaa",
            "abababababab",
            "abc123abc123",
            "abcdefghijkl",
            "123456789012",
            "210987654321",
            "qwertyuiopas",
            "qwertyabcdef",
            "            ",
            "............!",
        ] {
            assert_eq!(guessable(password, &ANA), Some(Guessable::Common), "{password}");
        }
    }

    #[test]
    fn what_everybody_knows_of_a_person() {
        for password in [
            "ana.ruiz@meridian.example",
            "Ana Ruiz Ana Ruiz",
            "anaruiz20261121",
            "MeridianRetail1",
            "meridian-2026!!",
            "RuizMeridian99",
            "ruiz.meridian.ok",
        ] {
            assert_eq!(guessable(password, &ANA), Some(Guessable::Personal), "{password}");
        }
        assert_eq!(guessable("anaruiz20261121", &[]), None, "of somebody else");
    }

    #[test]
    fn what_is_not_guessed_soon() {
        for password in [
            "correct horse battery staple",
            "a horse in a blue hat",
            "a long password",
            "not the password at all",
            "password of my grandmother",
            "Meridian keeps seven blue lamps",
            "kT4vbq-92mNxd",
            "passwort8f3k2j9x7q",
            "änderung am fluß",
            "monkey.dragon.sunset.piano",
        ] {
            assert_eq!(guessable(password, &ANA), None, "{password}");
        }
    }
}
