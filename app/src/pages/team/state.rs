use leptos::prelude::*;

use crate::components::{Resource, error_text, focus_soon, resource};
use crate::server_fns::{answer, list_team};
use crate::service::{Answer, Error, InvitationRow, MemberRow, TeamList};
use crate::words;

/// Which dialog is open, and for whom.
#[derive(Clone, Debug, PartialEq)]
pub enum Open {
    /// A new link for somebody who was invited before, or an invitation.
    Invite(Option<InvitationRow>),
    Revoke(InvitationRow),
    Permissions(MemberRow),
    EndSessions(MemberRow),
    Remove(MemberRow),
}

/// What the parts of the page share: the team as last read, and the open dialog.
#[derive(Clone, Copy)]
pub struct TeamState {
    /// The team.
    pub list: Resource<Answer<TeamList>>,
    /// The open dialog.
    pub open: RwSignal<Option<Open>>,
    /// Ids, of which the first that exists gets the focus once the team is drawn anew.
    focus: StoredValue<Vec<String>>,
}

impl TeamState {
    /// Starts reading the team.
    pub fn new() -> Self {
        let list = resource(|| (), |()| async { answer(list_team().await) });
        let state = Self { list, open: RwSignal::new(None), focus: StoredValue::default() };
        Effect::new(move || {
            list.track();
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

    /// Opens a dialog.
    pub fn show(self, dialog: Open) {
        self.open.set(Some(dialog));
    }

    /// Closes the dialog without a change: the focus goes back to where it was opened.
    pub fn close(self, focus: String) {
        self.open.set(None);
        focus_soon(vec![focus]);
    }

    /// Closes the dialog after a change, or after somebody else's: reads the team again, then moves the focus to the first of these
    /// that exists.
    pub fn close_changed(self, focus: Vec<String>) {
        self.open.set(None);
        self.focus.set_value(focus);
        self.list.refetch();
    }

    /// Closes a dialog whose last attempt ended like this. Who has just read that the list is old sees it anew.
    pub fn close_after(self, refused: Option<&Error>, focus: String) {
        match refused {
            Some(Error::Stale { .. } | Error::NotFound) => self.close_changed(vec![focus, "title".to_owned()]),
            _ => self.close(focus),
        }
    }
}

/// What the team page says of a refusal.
pub fn team_error_text(error: &Error) -> String {
    match error {
        Error::Stale { by, at } => {
            let who = by.as_deref().unwrap_or("Someone");
            format!(
                "{who} changed these permissions on {}. Close this to see them as they are now.",
                words::date_and_time(*at)
            )
        }
        Error::NotFound => {
            "This is no longer in the team; somebody may have removed it. Close this to see the team.".to_owned()
        }
        other => error_text(other),
    }
}
