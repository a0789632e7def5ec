//! What people type about themselves: e-mail addresses, names of persons and companies.

use app::service::FieldProblem;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Unicode scalar values that a name has at most.
const LONGEST_NAME: usize = 64;
/// Bytes that an address has at most (RFC 5321 section 4.5.3.1.3, less the angle brackets).
const LONGEST_EMAIL: usize = 254;
/// Bytes before the `@` at most (RFC 5321 section 4.5.3.1.1).
const LONGEST_LOCAL_PART: usize = 64;

/// An e-mail address: trimmed, lower case, NFC. Two people never have the same one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// The address, if it looks like one. Whether it exists only a message could show.
    pub fn parse(text: &str) -> Result<Self, FieldProblem> {
        let email: String = text.trim().chars().flat_map(char::to_lowercase).nfc().collect();
        if email.is_empty() {
            return Err(problem("email", "Enter an email address."));
        }
        if email.len() > LONGEST_EMAIL {
            return Err(problem("email", "This email address is too long: at most 254 bytes."));
        }
        if looks_like_an_address(&email) {
            Ok(Self(email))
        } else {
            Err(problem("email", "This is not an email address. It looks like name@company.example."))
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A person's name: trimmed, NFC, 1 to 64 Unicode scalar values, nothing that cannot be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// The name, if it is one.
    pub fn parse(text: &str) -> Result<Self, FieldProblem> {
        parse_name(text).map(Self).map_err(|fault| fault.of("name", "Enter a name."))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A company's name: trimmed, NFC, 1 to 64 Unicode scalar values, nothing that cannot be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyName(String);

impl CompanyName {
    /// The name, if it is one.
    pub fn parse(text: &str) -> Result<Self, FieldProblem> {
        parse_name(text).map(Self).map_err(|fault| fault.of("company", "Enter the company's name."))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A problem with one field.
pub(crate) fn problem(field: &str, message: impl Into<String>) -> FieldProblem {
    FieldProblem { field: field.to_owned(), message: message.into() }
}

enum NameFault {
    Empty,
    TooLong { length: usize },
    Unseen { character: char },
}

impl NameFault {
    fn of(self, field: &str, empty: &str) -> FieldProblem {
        match self {
            Self::Empty => problem(field, empty),
            Self::TooLong { length } => {
                problem(field, format!("This has {length} characters; use at most {LONGEST_NAME}."))
            }
            Self::Unseen { character } => problem(
                field,
                format!(
                    "This holds a character that cannot be seen (U+{:04X}). Type it again instead of pasting.",
                    u32::from(character)
                ),
            ),
        }
    }
}

fn parse_name(text: &str) -> Result<String, NameFault> {
    let name: String = text.trim().nfc().collect();
    let Some(first) = name.chars().next() else { return Err(NameFault::Empty) };
    if is_combining_mark(first) {
        return Err(NameFault::Unseen { character: first });
    }
    if let Some(character) = name.chars().find(|character| is_unseen(*character)) {
        return Err(NameFault::Unseen { character });
    }
    let length = name.chars().count();
    if length > LONGEST_NAME {
        return Err(NameFault::TooLong { length });
    }
    Ok(name)
}

/// Control characters, line separators, characters that change the direction of writing, and those that show nothing: the same as
/// the rules `name.control`, `name.bidi` and `name.invisible`.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{00AD}' | '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'
            | '\u{E0000}'..='\u{E007F}'
        )
}

fn looks_like_an_address(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else { return false };
    let forbidden = |character: char| {
        character.is_whitespace()
            || is_unseen(character)
            || matches!(character, '"' | '(' | ')' | ',' | ':' | ';' | '<' | '>' | '@' | '[' | ']' | '\\')
    };
    !local.is_empty()
        && local.len() <= LONGEST_LOCAL_PART
        && !email.replacen('@', "", 1).contains(forbidden)
        && local.split('.').all(|part| !part.is_empty())
        && domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (typed, email) in [
            ("ana@meridian.example", "ana@meridian.example"),
            (" Ana.Ruiz+signet@Meridian.EXAMPLE\n", "ana.ruiz+signet@meridian.example"),
            ("admin@localhost", "admin@localhost"),
            ("JOSE\u{301}@correo.example", "jos\u{e9}@correo.example"),
        ] {
            assert_eq!(Email::parse(typed).unwrap().as_str(), email);
        }
        assert_eq!(Email::parse("  ").unwrap_err().message, "Enter an email address.");
        let long = format!("{}@example.com", "a".repeat(243));
        assert_eq!(Email::parse(&long).unwrap_err().message, "This email address is too long: at most 254 bytes.");
        let too_long_before = format!("{}@example.com", "a".repeat(65));
        for typed in [
            "ana",
            "ana@",
            "@meridian.example",
            "ana@@meridian.example",
            "a@b@meridian.example",
            "ana@meridian..example",
            "ana@.example",
            "ana@meridian.example.",
            "ana@-meridian.example",
            "ana ruiz@meridian.example",
            "ana@meri dian.example",
            "ana\u{202E}@meridian.example",
            "ana\0@meridian.example",
            "Ana <ana@meridian.example>",
            "a,b@meridian.example",
            ".ana@meridian.example",
            "ana@meridian.example\nBcc: x",
            &too_long_before,
        ] {
            let problem = Email::parse(typed).unwrap_err();
            assert_eq!(problem.field, "email");
            assert_eq!(
                problem.message, "This is not an email address. It looks like name@company.example.",
                "{typed:?}"
            );
        }
    }

    #[test]
    fn names() {
        assert_eq!(PersonName::parse(" Ana Ruiz ").unwrap().as_str(), "Ana Ruiz");
        assert_eq!(CompanyName::parse("Mu\u{308}ller & So\u{308}hne").unwrap().as_str(), "M\u{fc}ller & S\u{f6}hne");
        assert!(PersonName::parse(&"é".repeat(64)).is_ok());
        let refused = |text: &str| PersonName::parse(text).unwrap_err();
        assert_eq!(refused(" "), problem("name", "Enter a name."));
        assert_eq!(CompanyName::parse("").unwrap_err(), problem("company", "Enter the company's name."));
        assert_eq!(refused(&"é".repeat(65)), problem("name", "This has 65 characters; use at most 64."));
        for unseen in [
            "a\u{0}b",
            "a\nb",
            "a\u{7F}",
            "a\u{85}b",
            "a\u{202E}b",
            "a\u{2066}b",
            "a\u{200B}b",
            "a\u{200D}b",
            "a\u{FEFF}b",
            "a\u{AD}b",
            "a\u{E0041}b",
            "\u{301}a",
            "a\u{2028}b",
        ] {
            assert!(
                refused(unseen).message.starts_with("This holds a character that cannot be seen (U+"),
                "{unseen:?}"
            );
        }
    }
}
