//! The scanner: goes over the lines of a text and takes the blocks out.

use zeroize::Zeroizing;

use super::label::{Label, Meaning};
use super::line::{Line, Lines, without_mark};
use super::{Block, body, said};
use crate::certificate::input;
use crate::certificate::report::{Finding, Place, Pointer};
use crate::certificate::rules::Rule;

/// The most blocks in one file.
const MAX_BLOCKS: usize = 20;
/// The most certificates in one file.
const MAX_CERTIFICATES: usize = 10;
/// Goes over the lines.
pub(super) struct Scanner<'f> {
    pointer: Pointer,
    findings: &'f mut Vec<Finding>,
    blocks: Vec<Block>,
    open: Option<Open>,
    /// BEGIN lines so far.
    begun: usize,
    /// BEGIN CERTIFICATE lines so far.
    certificates: usize,
    outside: Outside,
    indented: bool,
    smart_dashes: bool,
    /// Lines that begin with a byte-order mark.
    marks: u32,
    /// What the text is instead of PEM, as far as one can tell.
    missed: Missed,
    /// Nothing but CERTIFICATE blocks and white space so far.
    is_pure: bool,
}

/// Lines outside the blocks.
#[derive(Clone, Copy, Default)]
struct Outside {
    /// How many are text.
    text: u32,
    /// How many are not.
    binary: u32,
    /// Whether one since the last BEGIN or END line is Base64.
    has_body: bool,
}

/// What stands in a file without a block.
#[derive(Clone, Copy)]
enum Missed {
    /// Something else.
    Pem,
    /// A body without its BEGIN and END lines.
    Markers,
    /// PEM in Base64, as in Kubernetes' secrets.
    Decoding,
    /// A PKCS#12 file in Base64.
    Pkcs12,
}

impl Missed {
    /// What it is, seeing one more line.
    fn or(self, line: &[u8]) -> Self {
        const PEM_IN_BASE64: &[u8] = b"LS0tLS1CRUdJTi";
        match self {
            Self::Pem if line.windows(PEM_IN_BASE64.len()).any(|window| window == PEM_IN_BASE64) => Self::Decoding,
            Self::Pem if is_pkcs12_in_base64(line) => Self::Pkcs12,
            Self::Pem if line.starts_with(b"MII") => Self::Markers,
            known => known,
        }
    }

    const fn hint(self) -> &'static str {
        match self {
            Self::Pem => "A certificate starts with `-----BEGIN CERTIFICATE-----`. Choose the file that does.",
            Self::Markers => {
                "The text may be the inside of a block: a certificate's stands between the lines \
                 `-----BEGIN CERTIFICATE-----` and `-----END CERTIFICATE-----`, each on a line of its own."
            }
            Self::Pkcs12 => {
                "The text is a PKCS#12 (PFX) file in Base64. Decode it: `base64 -d FILE > bundle.p12`, then upload bundle.p12."
            }
            Self::Decoding => {
                "The text is PEM that was encoded in Base64 once more, as in a Kubernetes secret. Decode it: \
                 `base64 -d FILE > decoded.pem`, then upload decoded.pem."
            }
        }
    }
}

/// Whether this is the beginning of a `PFX` (RFC 7292 section 4) in Base64: a sequence of version 3 and another sequence, both of 256
/// bytes or more.
fn is_pkcs12_in_base64(line: &[u8]) -> bool {
    line.starts_with(b"MI") && line.get(6..12) == Some(b"IBAzCC")
}

/// A block whose END line is still to come.
struct Open {
    label: Label,
    place: Place,
    body: Zeroizing<Vec<u8>>,
    part: Part,
    has_headers: bool,
    encrypted: bool,
    /// A finding has already said why it cannot be decoded.
    broken: bool,
}

impl Open {
    /// Whether a header line has been met and the body not yet: the next line may continue it.
    fn is_in_headers(&self) -> bool {
        self.has_headers && self.part == Part::Headers
    }
}

/// Headers, an empty line, body (RFC 1421 section 4.4); most blocks have no headers and no empty line.
#[derive(PartialEq, Eq)]
enum Part {
    Headers,
    Body,
}

impl<'f> Scanner<'f> {
    /// Before the first line; findings go to `findings`.
    pub(super) fn new(pointer: Pointer, findings: &'f mut Vec<Finding>) -> Self {
        Self {
            pointer,
            findings,
            blocks: Vec::new(),
            open: None,
            begun: 0,
            certificates: 0,
            outside: Outside::default(),
            indented: false,
            smart_dashes: false,
            marks: 0,
            missed: Missed::Pem,
            is_pure: true,
        }
    }

    /// Reads a file: its blocks, and whether it is nothing but CERTIFICATE blocks and white space.
    pub(super) fn read(mut self, text: &[u8], has_line_numbers: bool) -> (Vec<Block>, bool) {
        let mut lines = Lines::of(text);
        for (number, bytes) in (1..).zip(&mut lines) {
            let place = Place::line(self.pointer, has_line_numbers.then_some(number));
            self.read_line(bytes, place);
        }
        if lines.has_carriage_returns {
            self.find(Rule::InLineEnds, "The line ends are those of Windows or of an old Mac; that is fine.");
        }
        self.finish();
        (self.blocks, self.is_pure)
    }

    fn read_line(&mut self, line: &[u8], place: Place) {
        let bytes = without_mark(line);
        if bytes.len() < line.len() {
            self.is_pure = false;
            self.marks += 1;
        }
        let trimmed = bytes.trim_ascii();
        let line = Line::of(trimmed);
        let is_part = self.open.as_ref().map_or(matches!(line, Line::Begin(_)), |block| !block.is_in_headers());
        if is_part && !trimmed.is_empty() && bytes.first().is_some_and(u8::is_ascii_whitespace) {
            self.indented = true;
        }
        match line {
            Line::Begin(label) => self.begin(label, place, false),
            Line::End(label) => self.end(label, place, false),
            Line::EndBegin(ended, begun) => {
                self.is_pure = false;
                let message = format!("{}Two blocks stood on one line; they were separated.", place.prefix());
                self.findings.push(place.finds(Rule::PemGlued, message));
                self.end(ended, place, false);
                self.begin(begun, place, false);
            }
            Line::BeginAndMore { label, ended } => {
                self.one_line(place);
                self.begin(label, place, true);
                if let Some(ended) = ended {
                    self.end(ended, place, true);
                }
            }
            Line::MoreAndEnd(label) => {
                self.one_line(place);
                self.end(label, place, true);
            }
            Line::WrongDashes { begins, label } => {
                self.wrong_dashes(place);
                if begins {
                    self.begin(label, place, true);
                } else {
                    self.end(label, place, true);
                }
            }
            Line::Other => self.other(bytes),
        }
    }

    fn begin(&mut self, label: Label, place: Place, broken: bool) {
        if let Some(outer) = self.open.take() {
            let line = place.line.map(|line| format!(" in line {line}")).unwrap_or_default();
            let message = format!(
                "{}The {} block that starts here has no END line before the next block begins{line}.",
                outer.place.prefix(),
                outer.label
            );
            self.findings.push(outer.place.finds(Rule::PemNested, message).hint(CUT_OFF));
            self.keep(outer.label, outer.place, None);
        }
        self.begun += 1;
        self.outside.has_body = false;
        self.certificates += usize::from(label.is_certificate());
        self.is_pure &= label.meaning == Meaning::Certificate;
        self.open = Some(Open {
            label,
            place,
            body: Zeroizing::new(Vec::new()),
            part: Part::Headers,
            has_headers: false,
            encrypted: false,
            broken,
        });
    }

    fn end(&mut self, label: Label, place: Place, broken: bool) {
        let Some(mut block) = self.open.take() else {
            self.is_pure = false;
            if std::mem::take(&mut self.outside.has_body) {
                let message = format!("{}The {label} block that ends here has no BEGIN line.", place.prefix());
                self.findings.push(place.finds(Rule::PemBeginMissing, message).hint(CUT_OFF));
                // Whatever its label means (a passphrase that opens it), nothing can be done with it.
                if self.blocks.len() < MAX_BLOCKS {
                    self.blocks.push(Block { label, place, der: None });
                }
                return;
            }
            let message = format!("{}An END line without a block before it was ignored.", place.prefix());
            self.findings.push(place.finds(Rule::PemNoBegin, message).hint(CUT_OFF));
            return;
        };
        block.broken |= broken;
        if block.label != label {
            let message = match (block.label.is_known(), label.is_known()) {
                (true, true) => format!("{}The block begins as {} but ends as {label}.", place.prefix(), block.label),
                _ => format!("{}The block ends under another label than it begins.", place.prefix()),
            };
            let hint = "Two blocks were probably glued together. Export the file again.";
            self.findings.push(place.finds(Rule::PemLabelMismatch, message).hint(hint));
            block.broken = true;
        }
        self.close(block);
    }

    /// A line of a block's headers or body, or one outside the blocks.
    fn other(&mut self, bytes: &[u8]) {
        let trimmed = bytes.trim_ascii();
        let Some(block) = &mut self.open else {
            if trimmed.is_empty() {
                return;
            }
            self.is_pure = false;
            self.missed = self.missed.or(trimmed);
            self.outside.has_body |= is_body(trimmed);
            let is_text = str::from_utf8(trimmed).is_ok() && !trimmed.iter().any(|byte| input::is_not_text(*byte));
            let count = if is_text { &mut self.outside.text } else { &mut self.outside.binary };
            *count += 1;
            return;
        };
        if block.part == Part::Headers {
            let continued = block.is_in_headers() && bytes.first().is_some_and(u8::is_ascii_whitespace);
            if trimmed.contains(&b':') || (continued && !trimmed.is_empty()) {
                block.has_headers = true;
                block.encrypted |= is_encryption_header(trimmed);
                self.is_pure = false;
                return;
            }
            if block.has_headers || !trimmed.is_empty() {
                block.part = Part::Body;
            }
        }
        // Blanks inside a line are part of how mail programs wrap; what else is no Base64 is found when decoding.
        block.body.extend(trimmed.iter().filter(|byte| !byte.is_ascii_whitespace()));
    }

    fn close(&mut self, block: Open) {
        let Open { label, place, body, has_headers, encrypted, broken, .. } = block;
        let is_over =
            self.blocks.len() >= MAX_BLOCKS || (label.is_certificate() && self.certificates > MAX_CERTIFICATES);
        if broken || is_over {
            return self.keep(label, place, None);
        }
        if encrypted && label.is_private_key() {
            let message = "The private key is protected by a passphrase.";
            let hint = "Remove the passphrase first: `openssl pkey -in FILE -out key.pem`, then upload key.pem.";
            self.findings.push(place.finds(Rule::KeyEncryptedLegacy, message).hint(hint));
            return self.keep(label, place, None);
        }
        if has_headers {
            let message = format!("{}Header lines in the {label} block were ignored.", place.prefix());
            self.findings.push(place.finds(Rule::PemHeaders, message));
        }
        if body.is_empty() {
            let message = format!("{}The {label} block is empty.", place.prefix());
            self.findings.push(place.finds(Rule::PemEmptyBlock, message).hint("Export the file again."));
            return self.keep(label, place, None);
        }
        let der = body::decode(&body, label, place, self.findings);
        self.keep(label, place, der);
    }

    /// Keeps a block and says what its label means for it.
    fn keep(&mut self, label: Label, place: Place, der: Option<Zeroizing<Vec<u8>>>) {
        if self.blocks.len() >= MAX_BLOCKS {
            return;
        }
        self.findings.extend(said::of_label(label, place));
        self.blocks.push(Block { label, place, der });
    }

    /// Says what can only be said at the end of the file.
    fn finish(&mut self) {
        if let Some(block) = self.open.take() {
            let message =
                format!("{}The {} block that starts here has no END line.", block.place.prefix(), block.label);
            self.findings.push(block.place.finds(Rule::PemNoEnd, message).hint(CUT_OFF));
            self.keep(block.label, block.place, None);
        }
        if self.begun == 0 && self.blocks.is_empty() && !self.smart_dashes {
            self.find_with_hint(Rule::PemNone, "No PEM block found.", self.missed.hint());
        }
        if self.certificates > MAX_CERTIFICATES {
            let message =
                format!("The file has {} certificates; at most {MAX_CERTIFICATES} are allowed.", self.certificates);
            self.find_with_hint(Rule::PemTooMany, &message, "Remove the root and all unrelated certificates.");
        } else if self.begun > MAX_BLOCKS {
            let message = format!("The file has {} blocks; at most {MAX_BLOCKS} are allowed.", self.begun);
            self.find_with_hint(Rule::PemTooMany, &message, "Keep only the certificate, its chain and its key.");
        }
        if self.marks > 0 {
            self.find(
                Rule::InUtf8Bom,
                "Byte-order marks inside the file were removed; several files were put into one.",
            );
        }
        if self.indented {
            self.find(Rule::InIndented, "Blanks at the beginning of lines were removed.");
        }
        if self.begun > 0 {
            let Outside { text, binary, .. } = self.outside;
            if text > 0 {
                self.find(
                    Rule::PemGarbageBetween,
                    &format!("Text outside the PEM blocks was ignored ({}).", lines(text)),
                );
            }
            if binary > 0 {
                let message =
                    format!("Bytes outside the PEM blocks that are not text were ignored ({}).", lines(binary));
                self.find(Rule::PemGarbageBin, &message);
            }
        }
    }

    fn one_line(&mut self, place: Place) {
        let message = format!("{}A line break is missing beside the BEGIN or END line.", place.prefix());
        let hint = "BEGIN and END stand on lines of their own. Export the file again instead of copying its text.";
        self.findings.push(place.finds(Rule::PemOneLine, message).hint(hint));
    }

    fn wrong_dashes(&mut self, place: Place) {
        self.is_pure = false;
        if !std::mem::replace(&mut self.smart_dashes, true) {
            let message = format!(
                "{}BEGIN and END need exactly five hyphens (-----) on each side, and plain blanks.",
                place.prefix()
            );
            let hint =
                "A word processor has probably replaced them. Export the file again instead of copying its text.";
            self.findings.push(place.finds(Rule::InSmartDashes, message).hint(hint));
        }
    }

    fn find(&mut self, rule: Rule, message: &str) {
        self.find_with_hint(rule, message, "");
    }

    fn find_with_hint(&mut self, rule: Rule, message: &str, hint: &str) {
        self.findings.push(Finding::new(rule, self.pointer, message).hint(hint));
    }
}

/// Whether a line is one of a block's body (RFC 7468 section 2), and not by chance: nearly as long as they are written.
fn is_body(line: &[u8]) -> bool {
    line.len() >= 60 && line.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}

const CUT_OFF: &str = "The file is cut off, or two files were glued together. Export it again.";

fn lines(count: u32) -> String {
    if count == 1 { "1 line".to_owned() } else { format!("{count} lines") }
}

/// `Proc-Type: 4,ENCRYPTED` (RFC 1421 section 4.6.1.1).
fn is_encryption_header(line: &[u8]) -> bool {
    let line = line.to_ascii_uppercase();
    line.starts_with(b"PROC-TYPE:") && line.ends_with(b"ENCRYPTED")
}
