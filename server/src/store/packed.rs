//! Many rows as one value.
//!
//! A driver makes an object of every value of every row, which takes longer than to find and to read them. So a long list of wide rows comes
//! as one text, which the database writes: a number or a word with a semicolon behind it, a text with its length in bytes and a colon before
//! it.

use super::{Error, Result};

/// An expression for a row that is packed, of `number "…"`, `word "…"` and `text "…"`, none of which may be null. There is no
/// semicolon in a word.
macro_rules! packed {
    ($first:ident $value:expr $(, $kind:ident $more:expr)* $(,)?) => {
        // Not `||`, which copies all that it has so far for each value.
        concat!(
            "concat(",
            $crate::store::packed::packed_value!($first $value),
            $(", ", $crate::store::packed::packed_value!($kind $more),)*
            ")"
        )
    };
}
pub(super) use packed;

macro_rules! packed_value {
    (text $value:expr) => {
        concat!("octet_length(", $value, "), ':', ", $value)
    };
    ($number_or_word:ident $value:expr) => {
        concat!($value, ", ';'")
    };
}
pub(super) use packed_value;

/// What is left of packed rows.
pub(super) struct Packed<'t>(pub(super) &'t str);

impl<'t> Packed<'t> {
    /// Reads rows until nothing is left.
    pub(super) fn rows<T>(mut self, read: impl Fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        while !self.0.is_empty() {
            rows.push(read(&mut self)?);
        }
        Ok(rows)
    }

    /// The next value, a number. The column stands in the error.
    pub(super) fn number(&mut self, column: &'static str) -> Result<i64> {
        self.word(column)?.parse().map_err(|_other| Error::Unreadable { column })
    }

    /// The next value, a text without a semicolon. The column stands in the error.
    pub(super) fn word(&mut self, column: &'static str) -> Result<&'t str> {
        let Some(word) = self.up_to(b';') else { return Err(Error::Unreadable { column }) };
        Ok(word)
    }

    /// The next value, a text. The column stands in the error.
    pub(super) fn text(&mut self, column: &'static str) -> Result<&'t str> {
        let length = self.up_to(b':').and_then(|length| length.parse().ok());
        let taken = length.and_then(|length| self.0.split_at_checked(length));
        let Some((text, rest)) = taken else { return Err(Error::Unreadable { column }) };
        self.0 = rest;
        Ok(text)
    }

    /// What stands before an ASCII character, which is near: for that, looking at one byte after the other is quickest.
    fn up_to(&mut self, end: u8) -> Option<&'t str> {
        let length = self.0.bytes().position(|byte| byte == end)?;
        let (taken, rest) = (self.0.get(..length)?, self.0.get(length + 1..)?);
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_in_a_text_comes_back() {
        let texts = ["", ":", ";1:", "Peñalara\u{1f}\n", "🔑"];
        let packed = texts.map(|text| format!("-5;{}:{text}", text.len())).concat();
        let rows = Packed(&packed).rows(|row| Ok((row.number("a.a")?, row.text("a.b")?))).unwrap();
        assert_eq!(rows, texts.map(|text| (-5, text)));
    }

    #[test]
    fn what_is_not_whole_is_an_error() {
        for broken in ["5", "x;", ";"] {
            assert!(matches!(Packed(broken).number("a.a"), Err(Error::Unreadable { column: "a.a" })), "{broken}");
        }
        // The last one ends within a character.
        for broken in ["5", "5:four", ":", "-1:", "1:ñ"] {
            assert!(matches!(Packed(broken).text("a.b"), Err(Error::Unreadable { column: "a.b" })), "{broken}");
        }
    }

    #[test]
    fn the_expression_is_what_both_databases_understand() {
        assert_eq!(
            packed!(number "a.number", text "a.text", word "a.word"),
            "concat(a.number, ';', octet_length(a.text), ':', a.text, a.word, ';')"
        );
    }
}
