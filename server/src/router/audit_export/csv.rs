//! Comma-separated values (RFC 4180) that no spreadsheet takes for a formula.

/// One line with its end.
pub(super) fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (place, text) in cells.into_iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        cell(&mut line, text);
    }
    line.push_str("\r\n");
    line
}

/// What a file begins with, so that Excel reads it as UTF-8.
pub(super) const BYTE_ORDER_MARK: &str = "\u{FEFF}";

fn cell(line: &mut String, text: &str) {
    let guarded = guarded(text);
    if guarded.contains([',', '"', '\r', '\n', '\'', ';', '\t']) {
        line.push('"');
        line.push_str(&guarded.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(&guarded);
    }
}

/// With an apostrophe before what a spreadsheet would compute (OWASP ASVS 5.0, item 1.2.10), which makes it text: at the beginning, and
/// wherever a spreadsheet that separates cells in another way, by semicolons or tabs, or does not heed quotes, would begin a cell.
fn guarded(text: &str) -> String {
    let mut guarded = String::with_capacity(text.len());
    if text.starts_with(['\t', '\r', '\n', '\0']) {
        guarded.push('\'');
    }
    let mut at_beginning = true;
    for letter in text.chars() {
        if at_beginning && begins_formula(letter) {
            guarded.push('\'');
        }
        guarded.push(letter);
        // Spaces and quotes at the beginning of a cell are taken away.
        at_beginning = matches!(letter, ';' | '\t' | '\r' | '\n') || (at_beginning && matches!(letter, ' ' | '"'));
    }
    guarded
}

/// The full-width forms count as well.
fn begins_formula(letter: char) -> bool {
    matches!(letter, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(line(["a", "", "b c"]), "a,,b c\r\n");
        assert_eq!(line(["a,b", "say \"x\"", "two\r\nlines"]), "\"a,b\",\"say \"\"x\"\"\",\"two\r\nlines\"\r\n");
        assert_eq!(line([] as [&str; 0]), "\r\n");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for begin in ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"] {
            let text = format!("{begin}HYPERLINK(\"x\",1)");
            let expected = format!("\"'{begin}HYPERLINK(\"\"x\"\",1)\"\r\n");
            assert_eq!(line([text.as_str()]), expected, "{begin:?}");
        }
        // Where the list separator is another one, a cell begins in the middle of this one.
        for (text, expected) in [
            ("x;=HYPERLINK(A1);y", "\"x;'=HYPERLINK(A1);y\"\r\n"),
            ("x\t=HYPERLINK(A1)\ty", "\"x\t'=HYPERLINK(A1)\ty\"\r\n"),
            (";;+1;-1;@x;＝1", "\";;'+1;'-1;'@x;'＝1\"\r\n"),
            ("x; \"=1\"", "\"x; \"\"'=1\"\"\"\r\n"),
            ("x\r\n=1\n-1", "\"x\r\n'=1\n'-1\"\r\n"),
            (" =1", "\" '=1\"\r\n"),
            ("\t=1", "\"'\t'=1\"\r\n"),
        ] {
            assert_eq!(line([text]), expected, "{text:?}");
        }
        // Anywhere else they do nothing.
        assert_eq!(
            line(["a=1", "2+2", "ana@meridian.example", "a; b-c"]),
            "a=1,2+2,ana@meridian.example,\"a; b-c\"\r\n"
        );
    }
}
