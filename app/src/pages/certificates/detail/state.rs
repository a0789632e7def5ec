use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::earlier::Question;
use crate::components::{Clock, Followed, Part, Session, focus_soon};
use crate::pages::certificates::address;
use crate::pages::certificates::host::DialogHost;
use crate::server_fns::{answer, certificate_detail};
use crate::service::{Answer, CertificateDetail, CertificateList, CertificateRow, Count, Due, ListCounts, ListQuery};

/// Which dialog is open.
#[derive(Clone, Debug, PartialEq)]
pub enum Open {
    Rename(CertificateRow),
    SetPrimary(CertificateRow),
    RemovePrimary(CertificateRow),
    Replace(CertificateRow),
    Delete(CertificateRow),
    /// With the hosts that it may be presented to.
    Hosts(CertificateRow, Vec<String>),
    BringBack(Question),
}

/// What the parts of the page share: the certificate as last read, and the open dialog.
#[derive(Clone, Copy)]
pub struct DetailState {
    /// The certificate; the address says which.
    pub detail: Followed<CertificateDetail>,
    /// The open dialog.
    pub open: RwSignal<Option<Open>>,
}

impl DetailState {
    /// Starts reading the certificate, and is the host of the dialogs about it.
    pub fn new() -> Self {
        let params = use_params_map();
        let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
        let session = Session::provide();
        let (drawn, clock) = (StoredValue::new(None), StoredValue::new(None));
        let note = move |detail: &CertificateDetail| {
            clock.set_value(Some(Clock::set(detail.now)));
            drawn.set_value(Some(list_of(detail)));
        };
        let state = Self { detail: Followed::new(id, session, note, || {}), open: RwSignal::new(None) };
        provide_context(DialogHost {
            drawn,
            clock,
            session,
            on_close: Callback::new(move |focus| state.close(focus)),
            on_change: Callback::new(move |focus| {
                state.close_changed(focus);
                session.look_again();
            }),
        });
        state
    }

    /// The state of the page that this component is in.
    pub fn of_this_page() -> Self {
        expect_context()
    }

    /// The address of this page.
    pub fn address(self) -> String {
        address::of_certificate(&self.detail.query.read())
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

    /// Closes the dialog after a change: reads the certificate again, then moves the focus to the first of these that exists, else to
    /// the heading.
    pub fn close_changed(self, focus: Vec<String>) {
        self.open.set(None);
        self.detail.changed(focus.into_iter().chain(["title".to_owned()]).collect());
    }
}

impl Part for CertificateDetail {
    type Query = String;

    async fn read(id: String) -> Answer<Self> {
        answer(certificate_detail(id).await)
    }

    fn as_of(&self) -> i64 {
        self.as_of
    }

    fn shows_the_same(&self, other: &Self) -> bool {
        Self { now: other.now, as_of: other.as_of, ..self.clone() } == *other
    }
}

/// The certificate as a list of one, for the dialogs that it shares with the list.
fn list_of(detail: &CertificateDetail) -> CertificateList {
    let active = detail.usage.nodes.iter().filter(|node| node.active).count();
    CertificateList {
        now: detail.now,
        query: ListQuery::default(),
        rows: vec![detail.row.clone()],
        used_by: vec![u64::try_from(active).unwrap_or(u64::MAX)],
        total: Count { number: 1, more: false },
        is_followed: false,
        per_page: 1,
        counts: ListCounts::default(),
        due: Due::default(),
        primary: detail.primary.clone(),
        as_of: 0,
    }
}
