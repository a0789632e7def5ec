//! Characters that a person cannot see, or that make a text read as another one.

/// Line breaks and other control characters (category Cc), and the line and paragraph separators.
pub(super) fn is_control(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// Marks that change the direction of writing (Unicode Standard Annex 9, sections 2.1 to 2.6).
pub(super) fn is_bidi(character: char) -> bool {
    matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Characters without a shape of their own: zero width, soft hyphen, tags.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(character, '\u{00AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

/// Any of these.
pub(super) fn is_unsafe(character: char) -> bool {
    is_control(character) || is_bidi(character) || is_invisible(character)
}

/// The text with each unsafe character written as its number: `\u{202e}`.
pub(super) fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unsafe(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_shown_as_its_number() {
        assert_eq!(escaped("a\u{202E}b\0c\u{200B}é"), "a\\u{202e}b\\u{0}c\\u{200b}é");
    }
}
