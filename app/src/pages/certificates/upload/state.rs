use std::fmt;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;

use super::input::Input;
use super::lock::{self, Lock};
use crate::certificate::{Contents, Facts, Finding, Pointer, Report, Rule, Severity};
use crate::components::{Clock, focus_soon};
use crate::pages::certificates::host::DialogHost;
use crate::pages::certificates::validator::{Chosen, Judged, check_name, judge, preload};
use crate::server_fns::{answer, known_certificate};
use crate::service::{Answer, CertificateRow, Error, Known, KnownQuery, NewCertificate, Renewal};

/// What the person says to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Certificate and key in one file.
    OneFile,
    /// Certificate and key in two files.
    Pair,
    /// A CA certificate.
    CertificateAuthority,
}

impl Format {
    /// What the choice is called.
    pub const fn title(self) -> &'static str {
        match self {
            Self::OneFile => "One PEM file",
            Self::Pair => "CRT + KEY files",
            Self::CertificateAuthority => "CA certificate",
        }
    }
}

/// What the dialog is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// The browser reads a file.
    Reading,
    /// The validator is loaded, or judges.
    Checking,
    /// A locked file is opened with its passphrase.
    Opening,
}

impl fmt::Display for Work {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Reading => "Reading the file…",
            Self::Checking => "Checking in this browser…",
            Self::Opening => "Opening…",
        })
    }
}

/// Whether the server has said if it has the certificate already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// There is nothing to ask about.
    NotAsked,
    /// It was asked.
    Asking,
    /// It has said so.
    Answered,
    /// It did not answer.
    Failed,
}

/// What the parts of the dialog share.
#[derive(Clone, Copy)]
pub struct UploadState {
    list: DialogHost,
    /// The certificate whose contents are to be replaced; none for a new certificate.
    replacing: StoredValue<Option<CertificateRow>>,
    pub format: RwSignal<Format>,
    pub certificates: RwSignal<Option<Input>>,
    pub private_key: RwSignal<Option<Input>>,
    certificates_lock: Lock,
    private_key_lock: Lock,
    /// The text in the box, kept when the person comes back to it.
    pub pasted: RwSignal<String>,
    /// A file that could not be taken, and why.
    pub unread: RwSignal<Option<(Pointer, String)>>,
    pub work: RwSignal<Option<Work>>,
    pub judged: RwSignal<Option<Judged>>,
    /// The certificate that is stored already, if the server knows this one.
    pub stored: RwSignal<Option<CertificateRow>>,
    /// What else only the server knows: warnings.
    pub known: RwSignal<Vec<Finding>>,
    /// Stored certificates that this one may renew, the likeliest first; the one that is to be replaced, if that is decided.
    pub renewals: RwSignal<Vec<Renewal>>,
    /// Whether `stored` can be believed.
    pub lookup: RwSignal<Lookup>,
    pub name: RwSignal<String>,
    pub name_findings: RwSignal<Vec<Finding>>,
    pub primary: RwSignal<bool>,
    /// The strong warnings that were ticked.
    pub confirmed: RwSignal<Vec<Rule>>,
    /// What the server refused.
    pub error: RwSignal<Option<Error>>,
    /// Whether a replacement is on its way to the server.
    pub is_replacing: RwSignal<bool>,
    /// The public keys (SHA-256) of what was sent to the server, stored or not.
    sent: RwSignal<Vec<String>>,
    /// The name as it was last taken from a certificate: what differs from it was typed.
    suggested_name: StoredValue<String>,
    /// Counts judgements, so that a late one of earlier files is dropped.
    round: StoredValue<u32>,
}

impl UploadState {
    pub fn new(list: DialogHost, replacing: Option<CertificateRow>) -> Self {
        preload();
        let is_authority = replacing.as_ref().is_some_and(|row| row.ca);
        let state = Self {
            list,
            replacing: StoredValue::new(replacing),
            format: RwSignal::new(if is_authority { Format::CertificateAuthority } else { Format::OneFile }),
            certificates: RwSignal::new(None),
            private_key: RwSignal::new(None),
            certificates_lock: Lock::new(),
            private_key_lock: Lock::new(),
            pasted: RwSignal::new(String::new()),
            unread: RwSignal::new(None),
            work: RwSignal::new(None),
            judged: RwSignal::new(None),
            stored: RwSignal::new(None),
            known: RwSignal::new(Vec::new()),
            renewals: RwSignal::new(Vec::new()),
            lookup: RwSignal::new(Lookup::NotAsked),
            name: RwSignal::new(String::new()),
            name_findings: RwSignal::new(Vec::new()),
            primary: RwSignal::new(false),
            confirmed: RwSignal::new(Vec::new()),
            error: RwSignal::new(None),
            is_replacing: RwSignal::new(false),
            sent: RwSignal::new(Vec::new()),
            suggested_name: StoredValue::default(),
            round: StoredValue::new(0),
        };
        on_cleanup(move || {
            state.certificates_lock.forget();
            state.private_key_lock.forget();
        });
        state
    }

    pub fn of_this_dialog() -> Self {
        expect_context()
    }

    /// The certificate whose contents are to be replaced.
    pub fn replacing(self) -> Option<CertificateRow> {
        self.replacing.get_value()
    }

    /// The button that opened the dialog.
    pub fn opener(self) -> String {
        self.replacing().map_or_else(|| "create".to_owned(), |row| format!("replace-{}", row.id))
    }

    /// Nothing would be lost by closing the dialog.
    pub fn is_untouched(self) -> bool {
        self.certificates.read_untracked().is_none()
            && self.private_key.read_untracked().is_none()
            && self.pasted.read_untracked().is_empty()
    }

    /// The input of this slot.
    pub fn input(self, slot: Pointer) -> RwSignal<Option<Input>> {
        if slot == Pointer::PrivateKey { self.private_key } else { self.certificates }
    }

    /// What is typed to open the input of this slot.
    pub fn lock(self, slot: Pointer) -> Lock {
        if slot == Pointer::PrivateKey { self.private_key_lock } else { self.certificates_lock }
    }

    /// Puts an input in the place of what was there, whose passphrase is forgotten.
    pub fn put(self, slot: Pointer, input: Option<Input>) {
        self.lock(slot).forget();
        self.input(slot).set(input);
    }

    /// Takes the files that were chosen or dropped at a slot; two at once are certificate and key, whichever is which.
    pub fn take_files(self, slot: Pointer, files: Vec<web_sys::File>) {
        if files.is_empty() {
            return;
        }
        let mut slots = vec![slot];
        if files.len() > 1 && self.format.get_untracked() != Format::CertificateAuthority {
            set_if_new(self.format, Format::Pair);
            slots = vec![Pointer::Certificates, Pointer::PrivateKey];
        }
        self.unread.set(None);
        self.work.set(Some(Work::Reading));
        spawn_local(async move {
            for (slot, file) in slots.into_iter().zip(files) {
                match Input::read(&file).await {
                    Ok(input) => self.put(slot, Some(input)),
                    Err(problem) => self.unread.set(Some((slot, problem))),
                }
            }
            self.work.set(None);
            self.judge_if_complete();
        });
    }

    /// Takes files that were dropped beside the places for them: at the place that is free, else the one that their name is for.
    pub fn take_files_anywhere(self, files: Vec<web_sys::File>) {
        let has_certificates = self.certificates.read_untracked().is_some();
        let has_key = self.private_key.read_untracked().is_some();
        let is_key = files.first().is_some_and(|file| file.name().to_lowercase().ends_with(".key"));
        let wants_key = match (has_certificates, has_key) {
            (true, false) => self.format.get_untracked() == Format::Pair || untrack(|| self.lacks_key()),
            (false, true) => false,
            (true, true) => is_key,
            (false, false) => is_key && self.format.get_untracked() == Format::Pair,
        };
        self.take_files(if wants_key { Pointer::PrivateKey } else { Pointer::Certificates }, files);
    }

    /// Takes what stands in the text box.
    pub fn take_text(self) {
        let text = self.pasted.get_untracked();
        if text.trim().is_empty() {
            return;
        }
        self.unread.set(None);
        self.put(Pointer::Certificates, Some(Input::pasted(text)));
        self.judge_if_complete();
    }

    /// Back to choosing, for one that was pasted: the text is still in its box.
    pub fn change_text(self) {
        self.unread.set(None);
        self.put(Pointer::Certificates, None);
        self.forget_judgement();
        focus_soon(vec!["upload-text".to_owned()]);
    }

    /// Another answer to "What do you have?" is judged anew.
    pub fn choose_format(self, format: Format) {
        self.unread.set(None);
        self.format.set(format);
        if format != Format::Pair {
            self.put(Pointer::PrivateKey, None);
        }
        self.judge_if_complete();
    }

    /// The one file is the private key: keeps it as that, and asks for its certificate.
    pub fn take_as_key(self) {
        let key = self.certificates.get_untracked();
        self.put(Pointer::Certificates, None);
        self.put(Pointer::PrivateKey, key);
        self.choose_format(Format::Pair);
    }

    /// What the first file is called whose passphrase is still needed.
    pub fn locked_name(self) -> Option<String> {
        SLOTS.into_iter().find_map(|slot| self.locked(slot)).map(|input| input.called())
    }

    /// "bundle.p12 was opened", for each file that was.
    pub fn was_opened(self) -> Vec<String> {
        let inputs = SLOTS.into_iter().filter_map(|slot| self.input(slot).get());
        let opened = inputs.filter(|input| input.opened);
        opened.map(|Input { name, .. }| format!("{name} was opened")).collect()
    }

    /// Errors of the report, but for those that a passphrase takes away.
    pub fn problems(self) -> Vec<Finding> {
        self.judged.read().as_ref().map(|judged| errors(&judged.report)).unwrap_or_default()
    }

    /// Whether this rule speaks against storing the files.
    pub fn has_problem(self, rule: Rule) -> bool {
        self.judged
            .read()
            .as_ref()
            .is_some_and(|judged| judged.report.findings.iter().any(|finding| finding.rule == rule))
    }

    /// Whether a lone certificate lacks its key.
    pub fn lacks_key(self) -> bool {
        self.format.get() != Format::CertificateAuthority
            && self.private_key.read().is_none()
            && self.has_problem(Rule::SetKeyMissing)
    }

    /// Everything that has to be mended before the certificate can be created, once files were judged.
    pub fn count_problems(self) -> usize {
        self.problems().len() + usize::from(self.stored.read().is_some()) + usize::from(self.unread_change().is_some())
    }

    /// A file that could not be taken in the place of one that was judged, and why.
    pub fn unread_change(self) -> Option<(Pointer, String)> {
        self.judged.read().is_some().then(|| self.unread.get()).flatten()
    }

    /// How many strong warnings are not ticked yet.
    pub fn unconfirmed(self) -> usize {
        let confirmed = self.confirmed.read();
        self.judged
            .read()
            .as_ref()
            .map_or(0, |judged| judged.report.to_confirm().iter().filter(|rule| !confirmed.contains(rule)).count())
    }

    /// What one of the inputs holds, once it was judged.
    pub fn contents(self, slot: Pointer) -> Option<Contents> {
        let judged = self.judged.read();
        judged.as_ref()?.report.contents.iter().find(|contents| contents.pointer == slot).cloned()
    }

    /// Whether "Create certificate" would do something.
    pub fn is_ready(self) -> bool {
        self.work.read().is_none()
            && self.judged.read().as_ref().is_some_and(|judged| judged.to_send.is_some())
            && self.count_problems() == 0
            && self.unconfirmed() == 0
    }

    /// Whether the judged certificate was sent before, whatever came of it.
    pub fn was_sent(self) -> bool {
        let judged = self.judged.read();
        let facts = judged.as_ref().and_then(|judged| judged.report.certificate.as_ref());
        facts.is_some_and(|facts| self.sent.read().contains(&facts.public_key_sha256))
    }

    /// Remembers that the judged certificate was sent.
    fn remember_sent(self) {
        let facts = self.judged.get_untracked().and_then(|judged| judged.report.certificate);
        self.sent.update(|sent| sent.extend(facts.map(|facts| facts.public_key_sha256)));
    }

    /// What to send; `None`, and an error at the name, if the name cannot be stored.
    pub async fn to_create(self) -> Option<NewCertificate> {
        if !untrack(|| self.is_ready()) {
            return None;
        }
        self.error.set(None);
        let (certificates, private_key) = self.judged.get_untracked()?.to_send?;
        let name = match check_name(self.name.get_untracked()).await {
            Ok(Ok(name)) => name,
            Ok(Err(findings)) => {
                self.name_findings.set(findings);
                focus_soon(vec!["upload-name".to_owned()]);
                return None;
            }
            Err(not_loaded) => {
                self.error.set(Some(not_loaded.into()));
                return None;
            }
        };
        self.name_findings.set(Vec::new());
        self.remember_sent();
        Some(NewCertificate {
            ca: self.format.get_untracked() == Format::CertificateAuthority,
            certificates,
            private_key,
            name,
            primary: self.primary.get_untracked(),
            confirmed: self.confirmed.get_untracked(),
        })
    }

    /// What to send in a certificate's place.
    pub fn to_replace(self) -> Option<NewCertificate> {
        if !untrack(|| self.is_ready()) {
            return None;
        }
        self.error.set(None);
        let (certificates, private_key) = self.judged.get_untracked()?.to_send?;
        self.remember_sent();
        Some(NewCertificate {
            ca: self.format.get_untracked() == Format::CertificateAuthority,
            certificates,
            private_key,
            name: String::new(),
            primary: false,
            confirmed: self.confirmed.get_untracked(),
        })
    }

    /// The server did not say what would change: it was not reached, or the certificate is gone.
    pub fn not_compared(self) {
        let failed = self.lookup.get_untracked() == Lookup::Failed;
        self.error.set(Some(if failed { Error::Connection } else { Error::NotFound }));
    }

    /// Waits until the server has said what it knows, if it does; whether the certificate may renew another one.
    pub async fn is_renewal(self) -> bool {
        if matches!(self.lookup.get_untracked(), Lookup::Asking | Lookup::Failed)
            && let Some(facts) = self.judged.with_untracked(|judged| judged.as_ref()?.report.certificate.clone())
        {
            let round = self.round.get_value();
            let known = answer(known_certificate(self.to_ask(facts)).await);
            if self.round.try_get_value() != Some(round) {
                return false;
            }
            self.learn(known);
        }
        !self.renewals.read_untracked().is_empty()
    }

    /// Shows what the server knows.
    fn learn(self, known: Answer<Known>) {
        self.lookup.set(if known.is_ok() { Lookup::Answered } else { Lookup::Failed });
        if let Ok(known) = known {
            let is_stored = known.stored.is_some();
            set_if_new(self.known, known.findings);
            set_if_new(self.stored, known.stored);
            set_if_new(self.renewals, known.renewals);
            if is_stored {
                focus_soon(vec!["upload-summary".to_owned()]);
            }
        }
    }

    /// Shows the server's refusal; its findings take the place of the browser's, everything entered stays.
    pub fn refused(self, error: Error) {
        if let Error::Unconfirmed { findings } | Error::Refused { findings } = &error {
            let is_wrong_name =
                |finding: &Finding| finding.pointer == Pointer::Name && finding.severity() == Severity::Error;
            let (of_name, of_files) = findings.iter().cloned().partition(is_wrong_name);
            self.name_findings.set(of_name);
            self.judged.update(|judged| {
                if let Some(judged) = judged {
                    judged.report.findings = of_files;
                }
            });
        }
        if matches!(&error, Error::Refused { findings } if !findings.is_empty()) {
            // The summary or the name says it, and once is enough.
            focus_soon(vec!["upload-summary".to_owned(), "upload-name".to_owned()]);
        } else {
            self.error.set(Some(error));
        }
    }

    /// Whether files are chosen that could not be judged, because the validator could not be loaded.
    pub fn is_unjudged(self) -> bool {
        self.judged.read().is_none() && self.work.read().is_none() && *self.error.read() == Some(Error::Connection)
    }

    /// Judges the chosen files, if there are as many as the format needs.
    pub fn judge_if_complete(self) {
        let certificates = self.certificates.get_untracked();
        let private_key = self.private_key.get_untracked();
        let format = self.format.get_untracked();
        self.forget_judgement();
        let Some(certificates) = certificates else {
            if private_key.is_some() {
                focus_soon(vec!["upload-crt".to_owned()]);
            }
            return;
        };
        if format == Format::Pair && private_key.is_none() && !certificates.pasted {
            focus_soon(vec!["upload-key-file".to_owned()]);
            return;
        }
        let chosen = Chosen {
            ca: format == Format::CertificateAuthority,
            certificates: certificates.bytes.as_ref().clone(),
            private_key: private_key.map(|key| key.bytes.as_ref().clone()),
        };
        let Some(now) = self.list.clock().map(Clock::now) else { return };
        let round = self.next_round();
        self.work.set(Some(Work::Checking));
        spawn_local(async move {
            let judged = judge(chosen, now).await;
            if self.round.try_get_value() != Some(round) {
                return;
            }
            self.work.set(None);
            match judged {
                Ok(judged) => self.show(judged, round).await,
                Err(not_loaded) => self.error.set(Some(not_loaded.into())),
            }
        });
    }

    /// Shows a judgement, and asks the server whether it has this certificate already.
    async fn show(self, judged: Judged, round: u32) {
        let facts = judged.report.certificate.clone();
        let valid = judged.report.is_valid();
        if let Some(facts) = &facts {
            self.suggest_name(facts.suggested_name.clone());
        }
        self.lookup.set(if facts.is_some() { Lookup::Asking } else { Lookup::NotAsked });
        let locked = judged.report.locked();
        self.judged.set(Some(judged));
        let next = match locked.first() {
            Some(slot) => lock::field(*slot),
            None if valid && self.replacing().is_some() => "upload-submit",
            None if valid => "upload-name",
            None => "upload-summary",
        };
        focus_soon(vec![next.to_owned()]);
        let Some(facts) = facts else { return };
        let known = answer(known_certificate(self.to_ask(facts)).await);
        if self.round.try_get_value() != Some(round) {
            return;
        }
        self.learn(known);
    }

    /// Asks the server about the name again, now that it is another one.
    pub fn ask_about_name(self) {
        let Some(facts) = self.judged.with_untracked(|judged| judged.as_ref()?.report.certificate.clone()) else {
            return;
        };
        let round = self.round.get_value();
        spawn_local(async move {
            if let Ok(known) = answer(known_certificate(self.to_ask(facts)).await)
                && self.round.try_get_value() == Some(round)
            {
                set_if_new(self.known, known.findings);
            }
        });
    }

    /// The public facts that the server is asked about.
    fn to_ask(self, facts: Facts) -> KnownQuery {
        let ca = self.format.get_untracked() == Format::CertificateAuthority;
        KnownQuery {
            ca,
            in_place_of: self.replacing().map(|row| row.id),
            name: self.name.get_untracked(),
            issued_to: facts.issued_to().to_owned(),
            fingerprint_sha256: facts.fingerprint_sha256,
            public_key_sha256: if ca { String::new() } else { facts.public_key_sha256 },
            subject: facts.subject,
            issuer: facts.issuer,
            names: facts.names,
        }
    }

    /// Fills the name in, unless the person has typed one.
    fn suggest_name(self, suggested: String) {
        let typed = self.name.get_untracked();
        if typed.trim().is_empty() || typed == self.suggested_name.get_value() {
            self.name.set(suggested.clone());
        }
        self.suggested_name.set_value(suggested);
    }

    fn forget_judgement(self) {
        self.next_round();
        self.work.set(None);
        // Told only if there was one: what is drawn for choosing must not be drawn anew while a person chooses.
        if self.judged.read_untracked().is_some() {
            self.judged.set(None);
        }
        self.stored.set(None);
        self.known.set(Vec::new());
        self.renewals.set(Vec::new());
        self.lookup.set(Lookup::NotAsked);
        self.error.set(None);
        self.name_findings.set(Vec::new());
        self.confirmed.set(Vec::new());
        self.primary.set(false);
    }

    fn next_round(self) -> u32 {
        let round = self.round.get_value().wrapping_add(1);
        self.round.set_value(round);
        round
    }
}

/// Sets what has changed; for signals that redraw what a person may be using.
fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if *signal.read_untracked() != value {
        signal.set(value);
    }
}

/// Where files can be.
const SLOTS: [Pointer; 2] = [Pointer::Certificates, Pointer::PrivateKey];

fn errors(report: &Report) -> Vec<Finding> {
    let is_error =
        |finding: &&Finding| finding.severity() == Severity::Error && !Rule::OF_LOCKED_FILES.contains(&finding.rule);
    report.findings.iter().filter(is_error).cloned().collect()
}
