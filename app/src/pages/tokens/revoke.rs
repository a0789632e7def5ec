use leptos::prelude::*;

use super::state::TokensState;
use crate::components::{Announcer, Confirmation, DialogKind, browser_action};
use crate::server_fns::{answer, revoke_token};
use crate::service::{Error, TokenRow};

/// Asks before a token is revoked.
#[component]
pub fn RevokeDialog(row: TokenRow) -> impl IntoView {
    let state = TokensState::of_this_page();
    let announcer = Announcer::of_this_page();
    let button = format!("revoke-{}", row.id);
    let name = row.name.clone();
    let focus_after = neighbours(state, &row.id);

    let act = browser_action(move |(): &()| {
        let (row, focus_after) = (row.clone(), focus_after.clone());
        async move {
            match answer(revoke_token(row.id.clone()).await) {
                // Somebody else was faster.
                Ok(_) | Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
            announcer.say(format!("{} revoked.", row.name));
            state.created.update(|created| {
                created.take_if(|created| created.token.id == row.id);
            });
            state.close_changed(focus_after);
            Ok(())
        }
    });
    view! {
        <Confirmation
            id="revoke"
            title="Revoke token?".to_owned()
            kind=DialogKind::Alert
            confirm="Revoke token"
            confirming="Revoking…"
            danger=true
            busy=act.pending()
            error=Signal::derive(move || act.value().get().and_then(Result::err))
            on_confirm=Callback::new(move |()| {
                act.dispatch(());
            })
            on_close=Callback::new(move |()| state.close(button.clone()))
        >
            <p>{format!("Whatever uses “{name}” is refused from this moment on. This cannot be taken back.")}</p>
        </Confirmation>
    }
}

/// Where the focus goes afterwards: the next row's button, else the one before, else the heading.
fn neighbours(state: TokensState, id: &str) -> Vec<String> {
    let rows = state.drawn();
    let place = rows.iter().position(|row| row.id == id);
    let next = place.and_then(|place| rows.get(place + 1));
    let before = place.and_then(|place| rows.get(place.checked_sub(1)?));
    let buttons = next.into_iter().chain(before).map(|row| format!("revoke-{}", row.id));
    buttons.chain(["title".to_owned()]).collect()
}
