//! One line of a PEM file: BEGIN, END, or something else.

use super::label::Label;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// `-----BEGIN X-----`
    Begin(Label),
    /// `-----END X-----`
    End(Label),
    /// `-----END X----------BEGIN Y-----`
    EndBegin(Label, Label),
    /// A BEGIN line with something else before or after it, perhaps the block's whole body and its END.
    BeginAndMore {
        /// The label of the BEGIN line.
        label: Label,
        /// The label of the END on the same line.
        ended: Option<Label>,
    },
    /// An END line with something else before or after it.
    MoreAndEnd(Label),
    /// A BEGIN or END line of a known label without exactly five hyphens on each side.
    WrongDashes {
        /// BEGIN or END.
        begins: bool,
        /// The label.
        label: Label,
    },
    /// Headers, body, or what stands outside the blocks.
    Other,
}

impl Line {
    /// What this line is, a byte-order mark before it and blanks at its ends stripped.
    pub(super) fn of(line: &[u8]) -> Self {
        let line = without_mark(line).trim_ascii();
        // Nearly every line is none of the others.
        if ![&b"BEGIN"[..], b"END"].iter().any(|word| line.windows(word.len()).any(|window| window == *word)) {
            return Self::Other;
        }
        match pieces(line).as_slice() {
            [Piece::Begin(label)] => Self::Begin(*label),
            [Piece::End(label)] => Self::End(*label),
            [Piece::End(ended), Piece::Begin(begun)] => Self::EndBegin(*ended, *begun),
            pieces => wrong_dashes(line).unwrap_or_else(|| Self::of_more(pieces)),
        }
    }

    fn of_more(pieces: &[Piece]) -> Self {
        let end_in = |pieces: &[Piece]| {
            pieces.iter().find_map(|piece| if let Piece::End(label) = piece { Some(*label) } else { None })
        };
        let begin =
            |(at, piece): (usize, &Piece)| if let Piece::Begin(label) = piece { Some((at, *label)) } else { None };
        match pieces.iter().enumerate().find_map(begin) {
            // The block's own END is the next one; what follows on the line is lost with it.
            Some((at, label)) => Self::BeginAndMore { label, ended: end_in(pieces.get(at..).unwrap_or_default()) },
            None => end_in(pieces).map_or(Self::Other, Self::MoreAndEnd),
        }
    }
}

/// A line without the UTF-8 byte-order mark before it, which stands in the middle where files were put one after another.
pub(super) fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line)
}

/// A part of a line.
#[derive(Clone, Copy)]
enum Piece {
    Begin(Label),
    End(Label),
    More,
}

/// Takes a line apart at its `-----BEGIN X-----` and `-----END X-----`; blanks between them do not count.
fn pieces(line: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = line;
    // A line with more pieces than this is no worse than one with two.
    while pieces.len() < 8 {
        let Some((before, begins, label, after)) = marker(rest) else {
            break;
        };
        if !before.trim_ascii().is_empty() {
            pieces.push(Piece::More);
        }
        pieces.push(if begins { Piece::Begin(label) } else { Piece::End(label) });
        rest = after;
    }
    if !rest.trim_ascii().is_empty() {
        pieces.push(Piece::More);
    }
    pieces
}

/// The first marker of a line: what stands before it, whether it is a BEGIN, its label, and what stands after it.
fn marker(line: &[u8]) -> Option<(&[u8], bool, Label, &[u8])> {
    let find = |start: &[u8]| line.windows(start.len()).position(|window| window == start);
    let at = [BEGIN, END].into_iter().filter_map(find).min()?;
    let (before, rest) = line.split_at_checked(at)?;
    let (begins, rest) = match rest.strip_prefix(BEGIN) {
        Some(rest) => (true, rest),
        None => (false, rest.strip_prefix(END)?),
    };
    let end = rest.windows(DASHES.len()).position(|window| window == DASHES)?;
    let (label, after) = rest.split_at_checked(end)?;
    Some((before, begins, Label::of(label), after.strip_prefix(DASHES)?))
}

/// A BEGIN or END of a known label between other dashes than five hyphens, or with a no-break space behind it: `—BEGIN CERTIFICATE—`,
/// `----END PRIVATE KEY----`.
fn wrong_dashes(line: &[u8]) -> Option<Line> {
    if line.len() > LONGEST_WRONG_LINE {
        return None;
    }
    let text = String::from_utf8_lossy(line).replace('\u{A0}', " ");
    let core = text.trim_matches(|character: char| is_like_a_dash(character) || character == ' ');
    let has_dashes = text.chars().any(is_like_a_dash);
    let (begins, label) = match (core.strip_prefix("BEGIN "), core.strip_prefix("END ")) {
        (Some(label), _) => (true, Label::of(label.as_bytes())),
        (None, Some(label)) => (false, Label::of(label.as_bytes())),
        (None, None) => return None,
    };
    (has_dashes && label.is_known()).then_some(Line::WrongDashes { begins, label })
}

/// Hyphens, dashes, the minus sign, and bytes that are a dash in an encoding other than UTF-8.
fn is_like_a_dash(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{AD}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' | '\u{FFFD}'
    )
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
const LONGEST_WRONG_LINE: usize = 200;

/// The lines of a text, whatever ends them: LF, CR LF, or CR alone.
pub(super) struct Lines<'a> {
    rest: Option<&'a [u8]>,
    /// Whether a line so far ended with CR.
    pub(super) has_carriage_returns: bool,
}

impl<'a> Lines<'a> {
    /// The lines of `text`.
    pub(super) const fn of(text: &'a [u8]) -> Self {
        Self { rest: Some(text), has_carriage_returns: false }
    }

    /// How many bytes of the text are still to come.
    pub(super) const fn left(&self) -> usize {
        match self.rest {
            Some(rest) => rest.len(),
            None => 0,
        }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let text = self.rest.take()?;
        let Some(end) = text.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
            return (!text.is_empty()).then_some(text);
        };
        let (line, rest) = text.split_at_checked(end)?;
        self.rest = match rest {
            [b'\r', b'\n', rest @ ..] | [b'\r', rest @ ..] => {
                self.has_carriage_returns = true;
                Some(rest)
            }
            [_, rest @ ..] => Some(rest),
            [] => None,
        };
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CERTIFICATE: Label = Label::certificate();

    #[test]
    fn lines_end_in_three_ways() {
        let mut lines = Lines::of(b"a\r\nb\rc\n\nd");
        assert_eq!((&mut lines).collect::<Vec<_>>(), [&b"a"[..], b"b", b"c", b"", b"d"]);
        assert!(lines.has_carriage_returns);
    }

    #[test]
    fn markers_stand_alone() {
        assert_eq!(Line::of(b"-----BEGIN CERTIFICATE-----"), Line::Begin(CERTIFICATE));
        assert_eq!(Line::of(b"-----END CERTIFICATE-----"), Line::End(CERTIFICATE));
        assert_eq!(Line::of(b"MIIB"), Line::Other);
        assert_eq!(Line::of(b"-----BEGIN without an end"), Line::Other);
    }

    #[test]
    fn two_markers_may_be_glued() {
        let glued = b"-----END CERTIFICATE----------BEGIN CERTIFICATE-----";
        assert_eq!(Line::of(glued), Line::EndBegin(CERTIFICATE, CERTIFICATE));
    }

    #[test]
    fn more_on_the_line_is_noticed() {
        let whole = b"-----BEGIN CERTIFICATE-----MIIB-----END CERTIFICATE-----";
        assert_eq!(Line::of(whole), Line::BeginAndMore { label: CERTIFICATE, ended: Some(CERTIFICATE) });
        assert_eq!(
            Line::of(b"key: -----BEGIN CERTIFICATE-----"),
            Line::BeginAndMore { label: CERTIFICATE, ended: None }
        );
        assert_eq!(Line::of(b"MIIB-----END CERTIFICATE-----"), Line::MoreAndEnd(CERTIFICATE));
        let two = [whole.as_slice(), b"-----BEGIN X-----MIIB-----END X-----"].concat();
        assert_eq!(Line::of(&two), Line::BeginAndMore { label: CERTIFICATE, ended: Some(CERTIFICATE) });
        assert_eq!(
            Line::of(b"-----END CERTIFICATE-----;-----BEGIN CERTIFICATE-----"),
            Line::BeginAndMore { label: CERTIFICATE, ended: None }
        );
    }

    #[test]
    fn dashes_are_counted_and_must_be_hyphens() {
        for line in [
            "—BEGIN CERTIFICATE—",
            "----BEGIN CERTIFICATE-----",
            "------BEGIN CERTIFICATE------",
            "–––––BEGIN CERTIFICATE-----",
        ] {
            assert_eq!(Line::of(line.as_bytes()), Line::WrongDashes { begins: true, label: CERTIFICATE }, "{line}");
        }
        assert_eq!(Line::of(b"\x96END CERTIFICATE\x96"), Line::WrongDashes { begins: false, label: CERTIFICATE });
        assert_eq!(Line::of(b"BEGIN CERTIFICATE"), Line::Other);
        assert_eq!(Line::of("—BEGIN SOMETHING—".as_bytes()), Line::Other);
    }
}
