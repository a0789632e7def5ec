use leptos::prelude::*;

use crate::components::{Clock, Session};
use crate::service::CertificateList;

/// The page that a dialog about certificates is open in: the list, or a certificate's own page.
#[derive(Clone, Copy)]
pub struct DialogHost {
    /// What was drawn last.
    pub drawn: StoredValue<Option<CertificateList>>,
    /// The server's time.
    pub clock: StoredValue<Option<Clock>>,
    /// As [`DialogHost::session`].
    pub session: Session,
    /// As [`DialogHost::close`].
    pub on_close: Callback<String>,
    /// As [`DialogHost::close_changed`].
    pub on_change: Callback<Vec<String>>,
}

impl DialogHost {
    /// The page that this component is in.
    pub fn of_this_page() -> Self {
        expect_context()
    }

    /// The certificates as they were last drawn; not tracked.
    pub fn drawn(self) -> Option<CertificateList> {
        self.drawn.get_value()
    }

    /// The server's time, as far as it is known here.
    pub fn clock(self) -> Option<Clock> {
        self.clock.get_value()
    }

    /// The session that the page is in.
    pub fn session(self) -> Session {
        self.session
    }

    /// Closes the dialog without a change: the focus goes back to where it was opened.
    pub fn close(self, focus: String) {
        self.on_close.run(focus);
    }

    /// Closes the dialog after a change: reads the page again, then moves the focus to the first of these that exists.
    pub fn close_changed(self, focus: Vec<String>) {
        self.on_change.run(focus);
    }
}
