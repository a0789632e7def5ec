//! "Delete certificate": what it comes to, where its users go, and whether its key is destroyed at once.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::SubmitEvent;

use super::host::DialogHost;
use crate::components::{Announcer, Dialog, DialogKind, DialogSize, ErrorBanner, Undo, browser_action, error_text};
use crate::server_fns::{answer, restore_certificate};
use crate::service::{CertificateRow, Error};
use crate::words;

mod destroy;
mod in_use;
mod state;
mod unused;

use super::seen::Seen;
use state::DeleteState;

/// Asks before a certificate is deleted; one that is in use goes only if its users use another one from then on.
#[component]
pub fn DeleteDialog(row: CertificateRow, used_by: u64) -> impl IntoView {
    let host = DialogHost::of_this_page();
    let announcer = Announcer::of_this_page();
    let button = format!("delete-{}", row.id);
    let focus_after = neighbours(host, &row.id);
    let state = DeleteState::new(host, row, used_by);
    provide_context(state);

    let act = browser_action(move |(): &()| {
        let focus_after = focus_after.clone();
        async move {
            let row = state.seen.row();
            let destroy = state.destroy.get_untracked();
            let Some(deleted) = state.delete().await else { return };
            let moved = match deleted.moved {
                0 => String::new(),
                moved => format!("{} moved. ", words::nodes(moved)),
            };
            match (destroy, deleted.moved) {
                (true, _) => announcer.say(format!("{moved}{} deleted. Its private key was destroyed.", row.name)),
                // What was moved does not come back with it.
                (false, 1..) => announcer.say(format!("{moved}{} deleted.", row.name)),
                (false, 0) => {
                    let undo = undo(host, announcer, row.clone());
                    announcer.say_with_undo(format!("{} deleted. You can restore it for 30 days.", row.name), undo);
                }
            }
            host.close_changed(focus_after);
        }
    });
    let busy = act.pending();
    let close = Callback::new(move |()| {
        // While it is being done nobody knows how it will end; the answer comes within the server's time limit.
        if !busy.get_untracked() {
            host.close(button.clone());
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() && state.what_is_missing().is_none() {
            act.dispatch(());
        }
    };
    move || {
        let is_used = state.is_used.get();
        let (title, kind, size) = if is_used {
            ("This certificate is in use", DialogKind::AlertAtLength, DialogSize::Medium)
        } else {
            ("Delete certificate?", DialogKind::Alert, DialogSize::Small)
        };
        view! {
            <Dialog id="delete" title=title.to_owned() kind size focus_title=is_used on_close=close>
                <form on:submit=submit>
                    <div class="dialog-body">
                        <ErrorBanner
                            id="delete-error"
                            error=state.seen.error
                            words=Seen::words
                            more=state.seen.changes
                        />
                        {if is_used {
                            view! { <in_use::InUse/> }.into_any()
                        } else {
                            view! { <unused::Unused/> }.into_any()
                        }}
                        <destroy::Destroy/>
                    </div>
                    <div class="dialog-foot">
                        <span class="foot-note" id="delete-why">
                            {move || state.what_is_missing()}
                        </span>
                        <button
                            type="button"
                            class="button"
                            autofocus=!is_used
                            disabled=busy
                            on:click=move |_| close.run(())
                        >
                            "Cancel"
                        </button>
                        <button
                            type="submit"
                            class="button button-danger"
                            disabled=move || busy.get() || state.what_is_missing().is_some()
                            aria-busy=move || busy.get().then_some("true")
                            aria-describedby="delete-why"
                        >
                            {move || if busy.get() { "Deleting…".to_owned() } else { state.button() }}
                        </button>
                    </div>
                </form>
            </Dialog>
        }
    }
}

/// Where the focus goes after a delete: the next row's trash can, else the one before, else the heading.
fn neighbours(state: DialogHost, id: &str) -> Vec<String> {
    let rows = state.drawn().map(|list| list.rows).unwrap_or_default();
    let place = rows.iter().position(|row| row.id == id);
    let next = place.and_then(|place| rows.get(place + 1));
    let before = place.and_then(|place| rows.get(place.checked_sub(1)?));
    let trash_cans = next.into_iter().chain(before).map(|row| format!("delete-{}", row.id));
    trash_cans.chain(["title".to_owned()]).collect()
}

fn undo(state: DialogHost, announcer: Announcer, row: CertificateRow) -> Undo {
    Arc::new(move || {
        let row = row.clone();
        spawn_local(async move {
            match answer(restore_certificate(row.id.clone()).await) {
                Ok(_restored) => {
                    announcer.say(format!("{} restored.", row.name));
                    state.close_changed(vec![format!("name-{}", row.id)]);
                }
                Err(Error::SignedOut) => state.session().ask(),
                Err(error) => announcer.say(error_text(&error)),
            }
        });
    })
}
