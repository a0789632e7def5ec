use std::fmt;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;

use super::input::Input;
use super::lock::{self, Lock};
use crate::certificate::{Contents, Finding, Pointer, Report, Rule, Severity};
use crate::components::{Clock, focus_soon};
use crate::pages::certificates::state::ListState;
use crate::pages::certificates::validator::{Chosen, Judged, check_name, judge, preload};
use crate::server_fns::{answer, stored_already};
use crate::service::{CertificateRow, Error, NewCertificate};

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

/// What the parts of the dialog share.
#[derive(Clone, Copy)]
pub struct UploadState {
    list: ListState,
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
    pub name: RwSignal<String>,
    pub name_findings: RwSignal<Vec<Finding>>,
    pub primary: RwSignal<bool>,
    /// The strong warnings that were ticked.
    pub confirmed: RwSignal<Vec<Rule>>,
    /// What the server refused.
    pub error: RwSignal<Option<Error>>,
    /// Counts judgements, so that a late one of earlier files is dropped.
    round: StoredValue<u32>,
}

impl UploadState {
    pub fn new(list: ListState) -> Self {
        preload();
        let state = Self {
            list,
            format: RwSignal::new(Format::OneFile),
            certificates: RwSignal::new(None),
            private_key: RwSignal::new(None),
            certificates_lock: Lock::new(),
            private_key_lock: Lock::new(),
            pasted: RwSignal::new(String::new()),
            unread: RwSignal::new(None),
            work: RwSignal::new(None),
            judged: RwSignal::new(None),
            stored: RwSignal::new(None),
            name: RwSignal::new(String::new()),
            name_findings: RwSignal::new(Vec::new()),
            primary: RwSignal::new(false),
            confirmed: RwSignal::new(Vec::new()),
            error: RwSignal::new(None),
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
        let mut slots = vec![slot];
        if files.len() > 1 && self.format.get_untracked() != Format::CertificateAuthority {
            self.format.set(Format::Pair);
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

    /// Takes what stands in the text box.
    pub fn take_text(self) {
        let text = self.pasted.get_untracked();
        if text.trim().is_empty() {
            return;
        }
        self.put(Pointer::Certificates, Some(Input::pasted(text)));
        self.judge_if_complete();
    }

    /// Back to choosing, for one that was pasted: the text is still in its box.
    pub fn change_text(self) {
        self.put(Pointer::Certificates, None);
        self.forget_judgement();
        focus_soon(vec!["upload-text".to_owned()]);
    }

    /// Another answer to "What do you have?" is judged anew.
    pub fn choose_format(self, format: Format) {
        self.format.set(format);
        if format != Format::Pair {
            self.put(Pointer::PrivateKey, None);
        }
        self.judge_if_complete();
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
            && self.stored.read().is_none()
            && self.unconfirmed() == 0
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
        Some(NewCertificate {
            ca: self.format.get_untracked() == Format::CertificateAuthority,
            certificates,
            private_key,
            name,
            primary: self.primary.get_untracked(),
            confirmed: self.confirmed.get_untracked(),
        })
    }

    /// Shows the server's refusal; its findings take the place of the browser's, everything entered stays.
    pub fn refused(self, error: Error) {
        if let Error::Unconfirmed { findings } | Error::Refused { findings } = &error {
            self.judged.update(|judged| {
                if let Some(judged) = judged {
                    judged.report.findings.clone_from(findings);
                }
            });
        }
        self.error.set(Some(error));
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
        let Some(certificates) = certificates else { return };
        if format == Format::Pair && private_key.is_none() && !certificates.pasted {
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
            self.name.set(facts.suggested_name.clone());
        }
        let locked = judged.report.locked();
        self.judged.set(Some(judged));
        let next = match locked.first() {
            Some(slot) => lock::field(*slot),
            None if valid => "upload-name",
            None => "upload-summary",
        };
        focus_soon(vec![next.to_owned()]);
        if let Some(facts) = facts
            && let Ok(stored) = answer(stored_already(facts.fingerprint_sha256).await)
            && self.round.try_get_value() == Some(round)
            && stored.is_some()
        {
            self.stored.set(stored);
            focus_soon(vec!["upload-summary".to_owned()]);
        }
    }

    fn forget_judgement(self) {
        self.next_round();
        self.work.set(None);
        self.judged.set(None);
        self.stored.set(None);
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

/// Where files can be.
const SLOTS: [Pointer; 2] = [Pointer::Certificates, Pointer::PrivateKey];

fn errors(report: &Report) -> Vec<Finding> {
    let is_error =
        |finding: &&Finding| finding.severity() == Severity::Error && !Rule::OF_LOCKED_FILES.contains(&finding.rule);
    report.findings.iter().filter(is_error).cloned().collect()
}
