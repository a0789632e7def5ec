use leptos::prelude::*;

use crate::components::error_text;
use crate::server_fns::{answer, current_certificate};
use crate::service::{CertificateRow, Error};
use crate::words;

/// The certificate that a dialog is about, as the person has seen it, and why the last attempt to change it was refused.
#[derive(Clone, Copy)]
pub struct Seen {
    row: RwSignal<CertificateRow>,
    /// Why it was refused.
    pub error: RwSignal<Option<Error>>,
    /// What somebody else has changed meanwhile.
    pub changes: RwSignal<Option<String>>,
}

impl Seen {
    /// As the list showed it when the dialog was opened.
    pub fn new(row: CertificateRow) -> Self {
        Self { row: RwSignal::new(row), error: RwSignal::new(None), changes: RwSignal::new(None) }
    }

    /// The certificate as the person knows it; not tracked.
    pub fn row(self) -> CertificateRow {
        self.row.get_untracked()
    }

    /// Its name; tracked.
    pub fn name(self) -> String {
        self.row.with(|row| row.name.clone())
    }

    /// Before the next attempt.
    pub fn try_again(self) {
        self.error.set(None);
        self.changes.set(None);
    }

    /// Shows a refusal. If it is one because somebody has changed the certificate, says what, and the next attempt goes by that.
    pub async fn refused(self, error: Error) {
        if !matches!(error, Error::Stale { .. }) {
            return self.error.set(Some(error));
        }
        let before = self.row();
        match answer(current_certificate(before.id.clone()).await) {
            Ok(now) => {
                self.changes
                    .set(Some(format!("{} Do it once more if you still want to.", words::changed(&before, &now))));
                self.row.set(now);
                self.error.set(Some(error));
            }
            Err(Error::NotFound) => self.error.set(Some(Error::NotFound)),
            Err(_unknown) => self.error.set(Some(error)),
        }
    }

    /// What is said of a refusal, besides what has changed.
    pub fn words(error: &Error) -> String {
        match error {
            Error::Stale { by, at } => {
                let who = by.as_deref().unwrap_or("Someone");
                format!("{who} changed this certificate on {}.", words::date_and_time(*at))
            }
            error => error_text(error),
        }
    }
}
