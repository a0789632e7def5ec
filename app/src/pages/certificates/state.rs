use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::address;
use crate::components::{Clock, focus_soon};
use crate::server_fns::{answer, list_certificates};
use crate::service::{Answer, CertificateList, CertificateRow, Error, ListQuery};

/// Which dialog is open, and for which row.
#[derive(Clone, Debug, PartialEq)]
pub enum Open {
    Upload,
    Rename(CertificateRow),
    SetPrimary(CertificateRow),
    RemovePrimary(CertificateRow),
    Delete(CertificateRow),
}

/// What the page shows of the list.
pub enum Shown {
    /// What was read last.
    Current(CertificateList),
    /// What was read before: reading it again has failed, for this reason.
    Outdated(CertificateList, Error),
    /// Nothing, for this reason.
    Nothing(Error),
}

/// What the parts of the page share: the list as last read, and the open dialog.
#[derive(Clone, Copy)]
pub struct ListState {
    /// The list; the query in the address decides which part.
    pub list: Resource<Answer<CertificateList>>,
    /// The open dialog.
    pub open: RwSignal<Option<Open>>,
    /// Which part of the list the address asks for.
    query: Memo<ListQuery>,
    /// Ids, of which the first that exists gets the focus once the list is drawn anew.
    focus: StoredValue<Vec<String>>,
    /// The list as it was last drawn, for dialogs: they read it without waiting for the next one.
    drawn: StoredValue<Option<CertificateList>>,
    clock: StoredValue<Option<Clock>>,
    /// What the search field has last asked for.
    searched: StoredValue<Option<String>>,
}

impl ListState {
    /// Starts reading the list.
    pub fn new() -> Self {
        let query = use_query_map();
        let query = Memo::new(move |_| address::read(&query.read()));
        let list =
            Resource::new_blocking(move || query.get(), |query| async { answer(list_certificates(query).await) });
        let state = Self {
            list,
            open: RwSignal::new(None),
            query,
            focus: StoredValue::default(),
            drawn: StoredValue::new(None),
            clock: StoredValue::new(None),
            searched: StoredValue::new(None),
        };
        Effect::new(move || {
            if let Some(Ok(list)) = list.get() {
                state.clock.set_value(Some(Clock::set(list.now)));
                state.drawn.set_value(Some(list));
            }
            let ids = state.focus.try_update_value(std::mem::take).unwrap_or_default();
            if !ids.is_empty() {
                focus_soon(ids);
            }
        });
        state
    }

    /// The state of the page that this component is in.
    pub fn of_this_page() -> Self {
        expect_context()
    }

    /// What to show, once there is an answer. A failure to read the same part of the list again takes nothing away that is there.
    pub fn shown(self) -> Option<Shown> {
        let error = match self.list.get()? {
            Ok(list) => return Some(Shown::Current(list)),
            Err(error) => error,
        };
        let drawn = self.query.with_untracked(|query| self.drawn().filter(|list| list.query == *query));
        Some(match (drawn, error) {
            (_, error @ (Error::SignedOut | Error::Forbidden { .. })) | (None, error) => Shown::Nothing(error),
            (Some(drawn), error) => Shown::Outdated(drawn, error),
        })
    }

    /// The list as it was last drawn; not tracked.
    pub fn drawn(self) -> Option<CertificateList> {
        self.drawn.get_value()
    }

    /// What the search field has last asked for; not tracked.
    pub fn searched(self) -> Option<String> {
        self.searched.get_value()
    }

    /// Notes what the search field asks for.
    pub fn set_searched(self, search: String) {
        self.searched.set_value(Some(search));
    }

    /// The server's time, as far as it is known here.
    pub fn clock(self) -> Option<Clock> {
        self.clock.get_value()
    }

    /// Opens a dialog.
    pub fn show(self, dialog: Open) {
        self.open.set(Some(dialog));
    }

    /// Closes the dialog without a change: the focus goes back to where it was opened.
    pub fn close(self, focus: String) {
        self.open.set(None);
        focus_soon(vec![focus]);
    }

    /// Closes the dialog after a change: reads the list again, then moves the focus to the first of these that exists.
    pub fn close_changed(self, focus: Vec<String>) {
        self.open.set(None);
        self.focus.set_value(focus);
        self.list.refetch();
    }
}
