use leptos::prelude::*;

use crate::components::{Resource, focus_soon, resource};
use crate::server_fns::{answer, list_tokens};
use crate::service::{Answer, CreatedToken, TokenList, TokenRow};

/// Which dialog is open.
#[derive(Clone, Debug, PartialEq)]
pub enum Open {
    Create,
    Revoke(TokenRow),
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct TokensState {
    /// The tokens.
    pub list: Resource<Answer<TokenList>>,
    /// The open dialog.
    pub open: RwSignal<Option<Open>>,
    /// The token that was just created, with its secret: until the page is left.
    pub created: RwSignal<Option<CreatedToken>>,
    /// Ids, of which the first that exists gets the focus once the list is drawn anew.
    focus: StoredValue<Vec<String>>,
    /// The tokens as they were last drawn, for dialogs: they read them without waiting for the next ones.
    drawn: StoredValue<Vec<TokenRow>>,
}

impl TokensState {
    /// Starts reading the tokens.
    pub fn new() -> Self {
        let list = resource(|| (), |()| async { answer(list_tokens().await) });
        let state = Self {
            list,
            open: RwSignal::new(None),
            created: RwSignal::new(None),
            focus: StoredValue::default(),
            drawn: StoredValue::default(),
        };
        Effect::new(move || {
            if let Some(Ok(list)) = list.get() {
                state.drawn.set_value(list.rows);
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

    /// The tokens as they were last drawn; not tracked.
    pub fn drawn(self) -> Vec<TokenRow> {
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
