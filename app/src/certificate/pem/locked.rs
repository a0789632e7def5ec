//! The encrypted keys in a PEM text, and what comes in their place once they are opened.

use zeroize::Zeroizing;

use super::label::{Label, Meaning};
use super::line::{Line, Lines};
use super::{body, encode_in_width};
use crate::certificate::der::Shape;

/// A block with an encrypted private key: ENCRYPTED PRIVATE KEY, or another key's label and what belongs under that one.
pub(in super::super) struct LockedKey<'a> {
    /// The text between the last such block, or the beginning, and this one.
    pub(in super::super) before: &'a [u8],
    /// The line on which it begins, from 1.
    pub(in super::super) line: u32,
    /// On how many lines it stands.
    pub(in super::super) lines: usize,
    /// What it holds; `None` if that cannot be decoded, or if the block is not a whole one.
    pub(in super::super) der: Option<Zeroizing<Vec<u8>>>,
}

/// Finds the encrypted keys, and the text after the last of them.
pub(in super::super) fn locked_keys(text: &[u8]) -> (Vec<LockedKey<'_>>, &[u8]) {
    let mut finder = Finder { text, taken: 0, found: Vec::new(), open: None };
    let mut lines = Lines::of(text);
    for number in 1.. {
        let start = text.len() - lines.left();
        let Some(line) = lines.next() else { break };
        finder.read_line(line, start, number);
    }
    finder.close(text.len(), 0, false);
    (finder.found, text.get(finder.taken..).unwrap_or_default())
}

/// Appends a block that stands on exactly so many lines, if they are enough for it: the lines after it keep their numbers. There is
/// no line end after its END line, or after the empty lines that follow it.
pub(in super::super) fn append_in_lines(text: &mut Vec<u8>, label: &str, der: &[u8], lines: usize) {
    let for_body = lines.saturating_sub(2).max(1);
    let characters = der.len().div_ceil(3) * 4;
    let block = encode_in_width(label, der, characters.div_ceil(for_body).max(64));
    let block = block.trim_end();
    text.extend_from_slice(block.as_bytes());
    text.resize(text.len() + lines.saturating_sub(block.lines().count()), b'\n');
}

struct Finder<'a> {
    text: &'a [u8],
    /// Up to here the text has gone into `found`.
    taken: usize,
    found: Vec<LockedKey<'a>>,
    open: Option<Open>,
}

/// What may be an encrypted key, its END line still to come.
struct Open {
    label: Label,
    /// Where in the text it begins.
    start: usize,
    line: u32,
    body: Zeroizing<Vec<u8>>,
}

impl Finder<'_> {
    fn read_line(&mut self, line: &[u8], start: usize, number: u32) {
        let (ended, begun, is_whole) = match Line::of(line) {
            Line::Begin(label) => (None, Some(label), true),
            Line::End(label) => (Some(label), None, true),
            Line::EndBegin(ended, begun) => (Some(ended), Some(begun), true),
            Line::BeginAndMore { label, .. } | Line::WrongDashes { begins: true, label } => (None, Some(label), false),
            Line::MoreAndEnd(label) | Line::WrongDashes { begins: false, label } => (Some(label), None, false),
            Line::Other => return self.read_body(line),
        };
        let end = ended.map_or(0, |label| {
            let marker = format!("-----END {label}-----");
            position(line, &marker).map_or(0, |end| start + end + marker.len())
        });
        let is_open = |label: Label| self.open.as_ref().is_some_and(|open| open.label == label);
        self.close(end, number, is_whole && ended.is_some_and(is_open));
        if let Some(label) = begun.filter(|label| may_be_encrypted(*label)) {
            let start = start + position(line, &format!("-----BEGIN {label}-----")).unwrap_or(0);
            let body = Zeroizing::new(Vec::with_capacity(self.text.len()));
            self.open = Some(Open { label, start, line: number, body });
            if !is_whole {
                self.close(start, number, false);
            }
        }
    }

    fn read_body(&mut self, line: &[u8]) {
        // A header (RFC 1421 section 4.4) has a colon, Base64 has none.
        if let Some(open) = &mut self.open
            && !line.contains(&b':')
        {
            open.body.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
        }
    }

    /// Ends the open block at `end`, on line `last`.
    fn close(&mut self, end: usize, last: u32, is_whole: bool) {
        let Some(Open { label, start, line, body }) = self.open.take() else { return };
        let der = if is_whole { body::decode_base64(&body) } else { None };
        let is_encrypted = |der: &Zeroizing<Vec<u8>>| Shape::of(der) == Shape::EncryptedPkcs8;
        if label.meaning != Meaning::EncryptedPrivateKey && !der.as_ref().is_some_and(is_encrypted) {
            return;
        }
        let before = self.text.get(self.taken..start).unwrap_or_default();
        let lines = usize::try_from(last.saturating_sub(line)).map_or(0, |lines| lines + 1);
        self.found.push(LockedKey { before, line, lines, der });
        self.taken = end.max(start);
    }
}

/// Whether an encrypted key may stand under this label.
fn may_be_encrypted(label: Label) -> bool {
    matches!(label.meaning, Meaning::EncryptedPrivateKey | Meaning::PrivateKey)
}

fn position(line: &[u8], marker: &str) -> Option<usize> {
    line.windows(marker.len()).position(|window| window == marker.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts `new` in the place of every locked key; what each held, if it could be read.
    fn replaced(text: &str, new: &str) -> (String, Vec<Option<Vec<u8>>>) {
        let (found, rest) = locked_keys(text.as_bytes());
        let mut replaced = String::new();
        let mut held = Vec::new();
        for LockedKey { before, der, .. } in found {
            replaced += str::from_utf8(before).unwrap();
            replaced += new;
            held.push(der.map(|der| der.to_vec()));
        }
        (replaced + str::from_utf8(rest).unwrap(), held)
    }

    const BLOCK: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAQID\n-----END ENCRYPTED PRIVATE KEY-----";

    #[test]
    fn the_rest_stays_as_it_is() {
        let text = format!("# one\r\n{BLOCK}\r\n\n# two\n {BLOCK} \n# three");
        let held = vec![Some(vec![1, 2, 3]), Some(vec![1, 2, 3])];
        assert_eq!(replaced(&text, "X"), ("# one\r\nX\r\n\n# two\n X \n# three".to_owned(), held));
        assert_eq!(replaced("# none\n", "X"), ("# none\n".to_owned(), vec![]));
    }

    #[test]
    fn glued_blocks_come_apart() {
        let other = BLOCK.replace("ENCRYPTED ", "");
        let held = vec![Some(vec![1, 2, 3])];
        assert_eq!(replaced(&format!("{other}{BLOCK}{other}"), "X"), (format!("{other}X{other}"), held));
        assert_eq!(replaced(&format!("{BLOCK}{BLOCK}"), "X").0, "XX");
    }

    #[test]
    fn lines_are_counted() {
        let text = format!("\n\n{}\n{BLOCK}", BLOCK.replace("AQID", "Comment: a\n\nAQ\nID"));
        let (found, _) = locked_keys(text.as_bytes());
        let places: Vec<_> = found.iter().map(|key| (key.line, key.lines, key.der.is_some())).collect();
        assert_eq!(places, [(3, 6, true), (9, 3, true)]);
    }

    #[test]
    fn a_broken_block_is_found_and_not_decoded() {
        for text in [
            BLOCK.replace("AQID", "AQ*D"),
            BLOCK.replace("\n-----END ENCRYPTED PRIVATE KEY-----", ""),
            BLOCK.replace("END ENCRYPTED", "END"),
            BLOCK.replacen("-----\n", "-----", 1),
            BLOCK.replacen("-----BEGIN", "—BEGIN", 1),
            BLOCK.replace("\n-----END", "-----END"),
            format!("{}\n{BLOCK}", BLOCK.lines().next().unwrap()),
        ] {
            let (found, _) = locked_keys(text.as_bytes());
            assert!(found.iter().any(|key| key.der.is_none()), "{text}");
        }
    }

    #[test]
    fn a_block_fills_its_lines() {
        for (length, lines) in [(100, 5), (100, 9), (100, 3), (3, 3), (1000, 12)] {
            let mut block = b"before\n".to_vec();
            append_in_lines(&mut block, "PRIVATE KEY", &vec![7; length], lines);
            assert_eq!(Lines::of(&[&block, &b"\nafter"[..]].concat()).count(), lines + 2, "{length} bytes");
        }
    }
}
