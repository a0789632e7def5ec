use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;

use super::address;
use super::host::DialogHost;
use crate::components::{Clock, Followed, Part, Searched, Session, focus_soon};
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

/// What the parts of the page share: the list as last read, and the open dialog.
#[derive(Clone, Copy)]
pub struct ListState {
    /// The list; the query in the address decides which part.
    pub list: Followed<CertificateList>,
    /// The open dialog.
    pub open: RwSignal<Option<Open>>,
    /// What is typed in the search field, and what it has last asked for.
    pub searched: Searched,
    /// Who uses the certificate with this id, for the one whose users were last asked for.
    usage: RwSignal<Option<Usage>>,
    session: Session,
    /// Of the page: what lives as long as a row of the list, which is longer than the list that it came with.
    owner: StoredValue<Owner>,
}

impl ListState {
    /// Starts reading the list, and is the host of its dialogs.
    pub fn new() -> Self {
        let query = use_query_map();
        let query = Memo::new(move |_| address::read(&query.read()));
        let session = Session::provide();
        let (drawn, clock) = (StoredValue::new(None), StoredValue::new(None));
        let note = move |list: &CertificateList| {
            clock.set_value(Some(Clock::set(list.now)));
            session.note_due(list.due.certificates);
            drawn.set_value(Some(list.clone()));
        };
        let usage = RwSignal::new(None::<Usage>);
        let read_usage_again = move || {
            if let Some(usage_of) = usage.get_untracked() {
                read_usage(usage_of.id, usage, session);
            }
        };
        let state = Self {
            list: Followed::new(query, session, note, read_usage_again),
            open: RwSignal::new(None),
            searched: Searched::default(),
            usage,
            session,
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        };
        provide_context(DialogHost {
            drawn,
            clock,
            session,
            on_close: Callback::new(move |focus| state.close(focus)),
            on_change: Callback::new(move |focus| state.close_changed(focus)),
        });
        state
    }

    /// Asks who uses a certificate.
    pub fn read_usage(self, id: String) {
        let is_asked = |usage: &Option<Usage>| usage.as_ref().is_some_and(|usage| usage.id == id);
        if !self.usage.with_untracked(is_asked) {
            self.usage.set(Some(Usage { id: id.clone(), answer: None }));
        }
        read_usage(id, self.usage, self.session);
    }

    /// Who uses this certificate, once that was asked and is answered.
    pub fn usage_of(self, id: &str) -> Option<Answer<CertificateUsage>> {
        self.usage.read().as_ref().filter(|usage| usage.id == id)?.answer.clone()
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
        self.list.changed(focus);
    }
}

/// Who uses a certificate.
#[derive(Clone)]
struct Usage {
    id: String,
    /// None before it was read.
    answer: Option<Answer<CertificateUsage>>,
}

fn read_usage(id: String, usage: RwSignal<Option<Usage>>, session: Session) {
    spawn_local(async move {
        let read = async { answer(certificate_usage(id.clone()).await) };
        let Some(read) = session.still(read).await else { return read_usage(id, usage, session) };
        // Another's users are asked for by now, or the page was left.
        if usage.try_with_untracked(|usage| usage.as_ref().is_some_and(|usage| usage.id == id)) != Some(true) {
            return;
        }
        if read == Err(Error::SignedOut) {
            session.ask();
        }
        usage.set(Some(Usage { id, answer: Some(read) }));
    });
}

impl Part for CertificateList {
    type Query = ListQuery;

    async fn read(query: ListQuery) -> Answer<Self> {
        answer(list_certificates(query).await)
    }

    fn as_of(&self) -> i64 {
        self.as_of
    }

    fn shows_the_same(&self, other: &Self) -> bool {
        Self { now: other.now, as_of: other.as_of, ..self.clone() } == *other
    }
}
