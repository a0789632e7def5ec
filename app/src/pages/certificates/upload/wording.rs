//! What is said of a finding, and where: of an error in short in the summary and at the file, the rest of it below "Checks".

use crate::certificate::{Finding, Severity};

/// An error in two sentences: what is wrong and what to do. A command to copy is left to [`details`].
pub fn in_short(error: &Finding) -> String {
    let (problem, _values) = first_sentence(&error.message);
    format!("{problem} {}", Remedy::of(&error.hint).short).trim_end().to_owned()
}

/// How a finding begins below "Checks". An error's sentence stands in the summary, so it has a few words of its own here, unless they
/// would not tell two of them apart.
pub fn heading(finding: &Finding, all: &[Finding]) -> String {
    if finding.severity() != Severity::Error {
        return finding.message.clone();
    }
    let of_this_rule = all.iter().filter(|other| other.rule == finding.rule).count();
    if of_this_rule > 1 { first_sentence(&finding.message).0 } else { finding.rule.title() }.to_owned()
}

/// What follows: for an error where it is, the values, and the part of the hint that is not in the summary.
pub fn details(finding: &Finding) -> String {
    if finding.severity() != Severity::Error {
        return finding.hint.clone();
    }
    // Messages about the text begin with its line.
    let line = finding.line.filter(|line| *line > 1 && !finding.message.starts_with("Line "));
    let line = line.map(|line| format!("Line {line}.")).unwrap_or_default();
    let (_problem, values) = first_sentence(&finding.message);
    let parts = [&line, values, Remedy::of(&finding.hint).rest];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A hint in two parts.
struct Remedy<'a> {
    /// One sentence without a command.
    short: String,
    rest: &'a str,
}

impl<'a> Remedy<'a> {
    fn of(hint: &'a str) -> Self {
        let (first, rest) = first_sentence(hint);
        match first.split_once(": `") {
            Some((what, _command)) => Self { short: format!("{what}."), rest: hint },
            None => Self { short: first.to_owned(), rest },
        }
    }
}

/// The first sentence, and what follows it. What stands in quotes, brackets or `code` is no sentence's end.
fn first_sentence(text: &str) -> (&str, &str) {
    let (mut in_code, mut in_quotes, mut depth) = (false, false, 0_u32);
    let mut ends = false;
    for (place, character) in text.char_indices() {
        if ends && character == ' ' {
            let (first, rest) = text.split_at(place);
            return (first, rest.trim_start());
        }
        match character {
            '`' => in_code = !in_code,
            '"' => in_quotes = !in_quotes,
            '(' | '“' => depth += 1,
            ')' | '”' => depth = depth.saturating_sub(1),
            _ => {}
        }
        ends = matches!(character, '.' | '?' | '!') && !in_code && !in_quotes && depth == 0;
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::{Pointer, Rule};

    fn finding(message: &str, hint: &str) -> Finding {
        Finding::new(Rule::KeyMismatch, Pointer::PrivateKey, message).hint(hint)
    }

    #[test]
    fn the_first_sentence() {
        for (text, first, rest) in [
            ("", "", ""),
            ("One.", "One.", ""),
            ("One", "One", ""),
            ("One. Two. Three.", "One.", "Two. Three."),
            ("Choose the .key file. Then go on.", "Choose the .key file.", "Then go on."),
            ("Version 1.2 is old. Take 1.3.", "Version 1.2 is old.", "Take 1.3."),
            ("“Acme Inc. Root” is no CA. Ask.", "“Acme Inc. Root” is no CA.", "Ask."),
            ("It (\"Acme Inc. Root\") is no CA. Ask.", "It (\"Acme Inc. Root\") is no CA.", "Ask."),
            ("Run `a. b`, then `c`. Ask.", "Run `a. b`, then `c`.", "Ask."),
            ("A lone \" quote. Two.", "A lone \" quote. Two.", ""),
        ] {
            assert_eq!(first_sentence(text), (first, rest));
        }
    }

    #[test]
    fn values_and_commands_are_details() {
        let mismatch = finding(
            "The key does not belong to it. One is RSA, one EC.",
            "Choose the key that was created with it. To compare: `openssl pkey` prints the same.",
        );
        assert_eq!(in_short(&mismatch), "The key does not belong to it. Choose the key that was created with it.");
        assert_eq!(details(&mismatch), "One is RSA, one EC. To compare: `openssl pkey` prints the same.");

        let pfx = finding("This is a PFX file.", "Convert it: `openssl pkcs12 -in FILE`, then upload it.");
        assert_eq!(in_short(&pfx), "This is a PFX file. Convert it.");
        assert_eq!(details(&pfx), "Convert it: `openssl pkcs12 -in FILE`, then upload it.");

        let empty = finding("The file is empty.", "");
        assert_eq!((in_short(&empty).as_str(), details(&empty).as_str()), ("The file is empty.", ""));
    }

    #[test]
    fn headings_are_short_unless_there_are_two() {
        let one = finding("Certificate 2 is wrong. Why?", "");
        assert_eq!(heading(&one, std::slice::from_ref(&one)), Rule::KeyMismatch.title());
        assert_eq!(heading(&one, &[one.clone(), one.clone()]), "Certificate 2 is wrong.");
        let note = Finding::new(Rule::ChainRootIncluded, Pointer::Certificates, "One. Two.").hint("Three. Four.");
        assert_eq!(
            (heading(&note, std::slice::from_ref(&note)), details(&note)),
            ("One. Two.".to_owned(), "Three. Four.".to_owned())
        );
    }

    #[test]
    fn a_line_is_named_once_and_not_the_first() {
        let at = |line, message| details(&Finding { line: Some(line), ..finding(message, "") });
        assert_eq!(at(1, "The key is damaged."), "");
        assert_eq!(at(29, "The key is damaged."), "Line 29.");
        assert_eq!(at(29, "Line 29: the block has no END line."), "");
    }
}
