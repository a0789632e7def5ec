use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::address;
use crate::components::{Followed, Part, Searched, Session, error_text, focus_soon};
use crate::server_fns::{answer, list_api_nodes};
use crate::service::{Answer, Error, NodeList, NodeQuery, NodeRow};
use crate::words;

/// What the parts of the page share: the list as last read, and the node that is about to be deleted.
#[derive(Clone, Copy)]
pub struct NodesState {
    /// The list; the query in the address decides which part.
    pub list: Followed<NodeList>,
    /// The node that is asked about.
    pub deleting: RwSignal<Option<NodeRow>>,
    session: Session,
    /// What is typed in the search field, and what it has last asked for.
    pub searched: Searched,
}

impl NodesState {
    /// Starts reading the list, in a session that can be renewed.
    pub fn new() -> Self {
        let session = Session::provide();
        let query = use_query_map();
        let query = Memo::new(move |_| address::read(&query.read()));
        Self {
            list: Followed::new(query, session, |_list| {}, || {}),
            deleting: RwSignal::new(None),
            session,
            searched: Searched::default(),
        }
    }

    /// The state of the page that this component is in.
    pub fn of_this_page() -> Self {
        expect_context()
    }

    /// The rows as they were last drawn; not tracked.
    pub fn drawn(self) -> Vec<NodeRow> {
        self.list.drawn().map(|list| list.rows).unwrap_or_default()
    }

    /// Closes the dialog without a change: the focus goes back to where it was opened.
    pub fn close(self, focus: String) {
        self.deleting.set(None);
        focus_soon(vec![focus]);
    }

    /// After a change, or somebody else's: reads the list again, then moves the focus to the first of these that exists.
    pub fn changed(self, focus: Vec<String>) {
        self.deleting.set(None);
        self.list.changed(focus);
        self.session.look_again();
    }
}

impl Part for NodeList {
    type Query = NodeQuery;

    async fn read(query: NodeQuery) -> Answer<Self> {
        answer(list_api_nodes(query).await)
    }

    fn as_of(&self) -> i64 {
        self.as_of
    }

    fn shows_the_same(&self, other: &Self) -> bool {
        Self { now: other.now, as_of: other.as_of, ..self.clone() } == *other
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
