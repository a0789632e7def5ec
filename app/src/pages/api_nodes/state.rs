use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;

use super::address;
use crate::components::{AsOf, Searched, Session, error_text, focus_soon, keep_focus};
use crate::server_fns::{answer, list_api_nodes};
use crate::service::{Answer, Error, NodeList, NodeQuery, NodeRow};
use crate::words;

/// What the parts of the page share: the list as last read, and the node that is about to be deleted.
#[derive(Clone, Copy)]
pub struct NodesState {
    /// The list, and the part of it that was asked for.
    pub list: Resource<Answer<(NodeQuery, NodeList)>>,
    /// Which part the address asks for. What is drawn may be another one, while this one is read: what somebody chooses then is added to
    /// this one.
    pub query: Memo<NodeQuery>,
    /// The node that is asked about.
    pub deleting: RwSignal<Option<NodeRow>>,
    session: Session,
    /// What is typed in the search field, and what it has last asked for.
    pub searched: Searched,
    /// Ids, of which the first that exists gets the focus once the list is drawn anew.
    focus: StoredValue<Vec<String>>,
    /// The list as it was last drawn, for the dialog: it reads it without waiting for the next one.
    drawn: StoredValue<Option<NodeList>>,
    as_of: AsOf,
}

impl NodesState {
    /// Starts reading the list, in a session that can be renewed.
    pub fn new() -> Self {
        let session = Session::provide();
        let query = use_query_map();
        let query = Memo::new(move |_| address::read(&query.read()));
        let list = Resource::new_blocking(
            move || query.get(),
            |query| async { answer(list_api_nodes(query.clone()).await).map(|list| (query, list)) },
        );
        let state = Self {
            list,
            query,
            deleting: RwSignal::new(None),
            session,
            searched: Searched::default(),
            focus: StoredValue::default(),
            drawn: StoredValue::default(),
            as_of: AsOf::nothing(),
        };
        Effect::new(move || {
            match list.get() {
                Some(Ok((_query, list))) => state.note(list),
                Some(Err(error @ (Error::SignedOut | Error::Forbidden { .. }))) => {
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
        session.when_renewed(move || list.refetch());
        state.as_of.listen(move || state.look_again());
        state
    }

    fn note(self, list: NodeList) {
        self.as_of.shows(list.as_of);
        self.drawn.set_value(Some(list));
    }

    /// Reads the list again because somebody has changed something; what is the same stays as it is drawn, and so does the focus.
    fn look_again(self) {
        let query = self.query.get_untracked();
        spawn_local(async move {
            let read = async { answer(list_api_nodes(query.clone()).await) };
            let Some(read) = self.session.still(read).await else { return };
            // Another part of the list, or another page, is shown by now.
            if self.query.try_get_untracked().as_ref() != Some(&query) {
                return;
            }
            match read {
                // Another one was faster.
                Ok(list) if self.drawn.with_value(|drawn| drawn.as_ref().is_some_and(|it| it.as_of > list.as_of)) => {}
                Ok(list)
                    if self.drawn.with_value(|drawn| drawn.as_ref().is_some_and(|it| it.shows_the_same(&list))) =>
                {
                    self.note(list);
                }
                read @ (Ok(_) | Err(Error::SignedOut | Error::Forbidden { .. })) => {
                    keep_focus(|| self.list.set(Some(read.map(|list| (query, list)))));
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

    /// The rows as they were last drawn; not tracked.
    pub fn drawn(self) -> Vec<NodeRow> {
        self.drawn.with_value(|drawn| drawn.as_ref().map(|list| list.rows.clone()).unwrap_or_default())
    }

    /// Closes the dialog without a change: the focus goes back to where it was opened.
    pub fn close(self, focus: String) {
        self.deleting.set(None);
        focus_soon(vec![focus]);
    }

    /// After a change, or somebody else's: reads the list again, then moves the focus to the first of these that exists.
    pub fn changed(self, focus: Vec<String>) {
        self.deleting.set(None);
        self.focus.set_value(focus);
        self.list.refetch();
        self.session.look_again();
    }
}

/// What the pages of API nodes say of a refusal.
pub fn node_error_text(error: &Error) -> String {
    match error {
        Error::Stale { .. } => format!("{} Nothing of yours was saved.", changed_elsewhere(error)),
        other => changed_elsewhere(other),
    }
}

/// What the pages of API nodes say of what somebody else has done.
pub fn changed_elsewhere(told: &Error) -> String {
    match told {
        Error::Stale { by, at } => {
            let who = by.as_deref().unwrap_or("Someone");
            format!("{who} changed this API node on {} while you had it open.", words::date_and_time(*at))
        }
        Error::NotFound => "This API node is no longer there; somebody may have deleted it.".to_owned(),
        other => error_text(other),
    }
}
