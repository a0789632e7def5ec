use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;

use super::earlier::Question;
use crate::components::{AsOf, Clock, Session, focus_soon, keep_focus};
use crate::pages::certificates::address;
use crate::pages::certificates::host::DialogHost;
use crate::server_fns::{answer, certificate_detail};
use crate::service::{
    Answer, CertificateDetail, CertificateList, CertificateRow, Count, Due, Error, ListCounts, ListQuery,
};

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

/// What the page shows.
pub enum Shown {
    /// What was read last.
    Current(CertificateDetail),
    /// What was read before: reading it again has failed, for this reason.
    Outdated(CertificateDetail, Error),
    /// Nothing, for this reason.
    Nothing(Error),
}

/// What the parts of the page share: the certificate as last read, and the open dialog.
#[derive(Clone, Copy)]
pub struct DetailState {
    /// The certificate; the address says which.
    pub detail: Resource<Answer<CertificateDetail>>,
    /// The open dialog.
    pub open: RwSignal<Option<Open>>,
    id: Memo<String>,
    /// Ids, of which the first that exists gets the focus once the page is drawn anew.
    focus: StoredValue<Vec<String>>,
    drawn: StoredValue<Option<CertificateDetail>>,
    as_of: AsOf,
    session: Session,
}

impl DetailState {
    /// Starts reading the certificate, and is the host of the dialogs about it.
    pub fn new() -> Self {
        let params = use_params_map();
        let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
        let detail = Resource::new_blocking(move || id.get(), |id| async { answer(certificate_detail(id).await) });
        let session = Session::provide();
        let state = Self {
            detail,
            open: RwSignal::new(None),
            id,
            focus: StoredValue::default(),
            drawn: StoredValue::new(None),
            as_of: AsOf::nothing(),
            session,
        };
        let host = DialogHost {
            drawn: StoredValue::new(None),
            clock: StoredValue::new(None),
            session,
            on_close: Callback::new(move |focus| state.close(focus)),
            on_change: Callback::new(move |focus| {
                state.close_changed(focus);
                session.look_again();
            }),
        };
        provide_context(host);
        session.when_renewed(move || detail.refetch());
        Effect::new(move || {
            match detail.get() {
                Some(Ok(detail)) => {
                    state.as_of.shows(detail.as_of);
                    host.clock.set_value(Some(Clock::set(detail.now)));
                    host.drawn.set_value(Some(list_of(&detail)));
                    state.drawn.set_value(Some(detail));
                }
                Some(Err(error @ (Error::SignedOut | Error::Forbidden { .. } | Error::NotFound))) => {
                    state.as_of.may_not();
                    if error == Error::SignedOut {
                        session.ask();
                    }
                }
                Some(Err(_)) | None => {}
            }
            let ids = state.focus.try_update_value(std::mem::take).unwrap_or_default();
            if !ids.is_empty() {
                focus_soon(ids);
            }
        });
        state.as_of.listen(move || state.look_again());
        state
    }

    /// Reads the certificate again because somebody has changed something; what is the same stays as it is drawn, and so does the focus.
    fn look_again(self) {
        let id = self.id.get_untracked();
        spawn_local(async move {
            let read = async { answer(certificate_detail(id.clone()).await) };
            let Some(read) = self.session.still(read).await else { return };
            // Another certificate, or another page, is shown by now.
            if self.id.try_get_untracked().as_ref() != Some(&id) {
                return;
            }
            let drawn = self.drawn.get_value();
            match read {
                // Another one was faster.
                Ok(detail) if drawn.as_ref().is_some_and(|drawn| drawn.row.id == id && drawn.as_of > detail.as_of) => {}
                Ok(detail) if drawn.is_some_and(|drawn| drawn.shows_the_same(&detail)) => {
                    self.as_of.shows(detail.as_of);
                }
                read @ (Ok(_) | Err(Error::SignedOut | Error::Forbidden { .. } | Error::NotFound)) => {
                    keep_focus(|| self.detail.set(Some(read)));
                }
                // What is drawn stays, and the next change is told again.
                Err(_) => {}
            }
        });
    }

    /// The state of the page that this component is in.
    pub fn of_this_page() -> Self {
        expect_context()
    }

    /// What to show, once there is an answer. A failure to read the same certificate again takes nothing away that is there.
    pub fn shown(self) -> Option<Shown> {
        let error = match self.detail.get()? {
            Ok(detail) => return Some(Shown::Current(detail)),
            Err(error) => error,
        };
        let drawn = self.id.with_untracked(|id| self.drawn.get_value().filter(|detail| detail.row.id == *id));
        Some(match (drawn, error) {
            (_, error @ (Error::SignedOut | Error::Forbidden { .. } | Error::NotFound)) | (None, error) => {
                Shown::Nothing(error)
            }
            (Some(drawn), error) => Shown::Outdated(drawn, error),
        })
    }

    /// The address of this page.
    pub fn address(self) -> String {
        address::of_certificate(&self.id.read())
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
        self.focus.set_value(focus.into_iter().chain(["title".to_owned()]).collect());
        self.detail.refetch();
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
