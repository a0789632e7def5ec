use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::address;
use crate::components::{Searched, Session, error_text, focus_soon};
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
    /// The rows as they were last drawn, for the dialog: it reads them without waiting for the next ones.
    drawn: StoredValue<Vec<NodeRow>>,
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
        };
        Effect::new(move || {
            match list.get() {
                Some(Ok((_query, list))) => state.drawn.set_value(list.rows),
                Some(Err(Error::SignedOut)) => session.ask(),
                Some(Err(_)) | None => {}
            }
            let ids = state.focus.try_update_value(std::mem::take).unwrap_or_default();
            if !ids.is_empty() {
                focus_soon(ids);
            }
        });
        session.when_renewed(move || list.refetch());
        state
    }

    /// The state of the page that this component is in.
    pub fn of_this_page() -> Self {
        expect_context()
    }

    /// The rows as they were last drawn; not tracked.
    pub fn drawn(self) -> Vec<NodeRow> {
        self.drawn.get_value()
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
        Error::Stale { by, at } => {
            let who = by.as_deref().unwrap_or("Someone");
            format!(
                "{who} changed this API node on {} while you had it open. Nothing of yours was saved.",
                words::date_and_time(*at)
            )
        }
        Error::NotFound => "This API node is no longer there; somebody may have deleted it.".to_owned(),
        other => error_text(other),
    }
}
