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

fn cell(line: &mut String, text: &str) {
    let guard = if is_formula(text) { "'" } else { "" };
    if text.contains([',', '"', '\r', '\n', '\'', ';', '\t']) || !guard.is_empty() {
        line.push('"');
        line.push_str(guard);
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(text);
    }
}

/// Whether a spreadsheet would compute it (OWASP ASVS 5.0, item 1.2.10): with an apostrophe in front it is text. The full-width forms
/// count as well.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'])
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
        // Not at the beginning they do nothing.
        assert_eq!(line(["a=1", "2+2", "ana@meridian.example"]), "a=1,2+2,ana@meridian.example\r\n");
    }
}
