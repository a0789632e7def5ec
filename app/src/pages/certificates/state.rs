use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;

use super::address;
use super::host::DialogHost;
use crate::components::{AsOf, Clock, Searched, Session, focus_soon, keep_focus};
use crate::server_fns::{answer, certificate_usage, list_certificates};
use crate::service::{Answer, CertificateList, CertificateRow, CertificateUsage, Error, ListQuery};

/// Which dialog is open, and for which row.
#[derive(Clone, Debug, PartialEq)]
pub enum Open {
    Upload,
    Rename(CertificateRow),
    SetPrimary(CertificateRow),
    RemovePrimary(CertificateRow),
    /// With the number of its users.
    Delete(CertificateRow, u64),
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
    /// Which part of the list the address asks for. What is drawn may be another one, while this one is read: what somebody chooses then is
    /// added to this one.
    pub query: Memo<ListQuery>,
    /// Ids, of which the first that exists gets the focus once the list is drawn anew.
    focus: StoredValue<Vec<String>>,
    /// The list as it was last drawn, for dialogs: they read it without waiting for the next one.
    drawn: StoredValue<Option<CertificateList>>,
    clock: StoredValue<Option<Clock>>,
    /// What is typed in the search field, and what it has last asked for.
    pub searched: Searched,
    /// Who uses the certificate with this id, for the one whose users were last asked for.
    usage: RwSignal<Option<(String, Answer<CertificateUsage>)>>,
    as_of: AsOf,
    session: Session,
    /// Of the page: what lives as long as a row of the list, which is longer than the list that it came with.
    owner: StoredValue<Owner>,
}

impl ListState {
    /// Starts reading the list, and is the host of its dialogs.
    pub fn new() -> Self {
        let query = use_query_map();
        let query = Memo::new(move |_| address::read(&query.read()));
        let list =
            Resource::new_blocking(move || query.get(), |query| async { answer(list_certificates(query).await) });
        let session = Session::provide();
        let state = Self {
            list,
            open: RwSignal::new(None),
            query,
            focus: StoredValue::default(),
            drawn: StoredValue::new(None),
            clock: StoredValue::new(None),
            searched: Searched::default(),
            usage: RwSignal::new(None),
            as_of: AsOf::nothing(),
            session,
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        };
        provide_context(DialogHost {
            drawn: state.drawn,
            clock: state.clock,
            session,
            on_close: Callback::new(move |focus| state.close(focus)),
            on_change: Callback::new(move |focus| state.close_changed(focus)),
        });
        Effect::new(move || {
            match list.get() {
                Some(Ok(list)) => state.note(list),
                Some(Err(error @ (Error::SignedOut | Error::Forbidden { .. }))) => {
                    state.as_of.may_not();
                    if error == Error::SignedOut {
                        state.session.ask();
                    }
                }
                Some(Err(_)) | None => {}
            }
            let ids = state.focus.try_update_value(std::mem::take).unwrap_or_default();
            if !ids.is_empty() {
                focus_soon(ids);
            }
        });
        session.when_renewed(move || list.refetch());
        state.as_of.listen(move || state.look_again());
        state
    }

    fn note(self, list: CertificateList) {
        self.clock.set_value(Some(Clock::set(list.now)));
        self.as_of.shows(list.as_of);
        self.session.note_due(list.due.certificates);
        self.drawn.set_value(Some(list));
    }

    /// Reads the list again because somebody has changed something; what is the same stays as it is drawn, and so does the focus.
    fn look_again(self) {
        let query = self.query.get_untracked();
        spawn_local(async move {
            let read = async { answer(list_certificates(query.clone()).await) };
            let Some(read) = self.session.still(read).await else { return };
            // Another part of the list, or another page, is shown by now.
            if self.query.try_get_untracked() != Some(query) {
                return;
            }
            match read {
                // Another one was faster.
                Ok(list) if self.drawn().is_some_and(|drawn| drawn.as_of > list.as_of) => {}
                Ok(list) if self.drawn().is_some_and(|drawn| drawn.shows_the_same(&list)) => self.note(list),
                read @ (Ok(_) | Err(Error::SignedOut | Error::Forbidden { .. })) => {
                    keep_focus(|| self.list.set(Some(read)));
                }
                // What is drawn stays, and the next change is told again.
                Err(_) => {}
            }
            if let Some((id, _)) = self.usage.get_untracked() {
                self.read_usage(id);
            }
        });
    }

    /// Asks who uses a certificate.
    pub fn read_usage(self, id: String) {
        spawn_local(async move {
            let usage = answer(certificate_usage(id.clone()).await);
            if usage == Err(Error::SignedOut) {
                self.session.ask();
            }
            let _page_was_left = self.usage.try_set(Some((id, usage)));
        });
    }

    /// Who uses this certificate, once that was asked and is answered.
    pub fn usage_of(self, id: &str) -> Option<Answer<CertificateUsage>> {
        self.usage.read().as_ref().filter(|(of, _)| of == id).map(|(_, usage)| usage.clone())
    }

    /// The session that the page is in.
    pub fn session(self) -> Session {
        self.session
    }

    /// An owner for a row, for as long as the row is drawn.
    pub fn owner_of_row(self) -> Owner {
        self.owner.with_value(|owner| owner.with(Owner::new))
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
