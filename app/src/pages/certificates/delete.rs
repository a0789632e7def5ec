use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::state::ListState;
use crate::components::{Announcer, Confirmation, DialogKind, Time, Undo, error_text};
use crate::server_fns::{answer, delete_certificate, restore_certificate};
use crate::service::CertificateRow;

/// Asks before a certificate is deleted; warns that no API node may use it.
#[component]
pub fn DeleteDialog(row: CertificateRow) -> impl IntoView {
    let state = ListState::of_this_page();
    let announcer = Announcer::of_this_page();
    let button = format!("delete-{}", row.id);
    let (name, not_after, primary) = (row.name.clone(), row.not_after, row.primary);
    let focus_after = neighbours(state, &row.id);

    let act = Action::new_local(move |(): &()| {
        let (row, focus_after) = (row.clone(), focus_after.clone());
        async move {
            answer(delete_certificate(row.id.clone(), row.version).await)?;
            let undo = undo(state, announcer, row.clone());
            announcer.say_with_undo(format!("{} deleted. You can restore it for 30 days.", row.name), undo);
            state.close_changed(focus_after);
            Ok(())
        }
    });
    view! {
        <Confirmation
            id="delete"
            title="Delete certificate?".to_owned()
            kind=DialogKind::Alert
            confirm="Delete certificate"
            confirming="Deleting…"
            danger=true
            busy=act.pending()
            error=Signal::derive(move || act.value().get().and_then(Result::err))
            on_confirm=Callback::new(move |()| {
                act.dispatch(());
            })
            on_close=Callback::new(move |()| state.close(button.clone()))
        >
            <p>
                {format!("“{name}” (expires ")} <Time at=not_after/>
                ") is not used by any API node. You can restore it for 30 days."
            </p>
            <p class="muted small">"A certificate must not be used in any API node when it is deleted."</p>
            {primary.then(|| view! { <p>"It is the primary; afterwards no certificate is."</p> })}
        </Confirmation>
    }
}

/// Where the focus goes after a delete: the next row's trash can, else the one before, else the heading.
fn neighbours(state: ListState, id: &str) -> Vec<String> {
    let rows = state.drawn().map(|list| list.rows).unwrap_or_default();
    let place = rows.iter().position(|row| row.id == id);
    let next = place.and_then(|place| rows.get(place + 1));
    let before = place.and_then(|place| rows.get(place.checked_sub(1)?));
    let trash_cans = next.into_iter().chain(before).map(|row| format!("delete-{}", row.id));
    trash_cans.chain(["title".to_owned()]).collect()
}

fn undo(state: ListState, announcer: Announcer, row: CertificateRow) -> Undo {
    Arc::new(move || {
        let row = row.clone();
        spawn_local(async move {
            match answer(restore_certificate(row.id.clone()).await) {
                Ok(_restored) => {
                    announcer.say(format!("{} restored.", row.name));
                    state.close_changed(vec![format!("name-{}", row.id)]);
                }
                Err(error) => announcer.say(error_text(&error)),
            }
        });
    })
}
