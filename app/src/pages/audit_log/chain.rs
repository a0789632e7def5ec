use leptos::prelude::*;

use crate::components::{Icon, Moment, browser_action, on_hydrated};
use crate::server_fns::{answer, check_audit_chain};
use crate::service::{Answer, ChainCheck};
use crate::words;

/// Asks whether the log is what was written, once the page is there: a long log takes a while.
pub fn checked() -> Signal<Option<Answer<ChainCheck>>> {
    let check = browser_action(|(): &()| async { answer(check_audit_chain().await) });
    on_hydrated(move || {
        check.dispatch(());
    });
    Signal::derive(move || check.value().get())
}

/// Whether the log is what was written.
#[component]
pub fn Chain(
    /// What was found; nothing yet while the browser waits for it.
    checked: Signal<Option<Answer<ChainCheck>>>,
) -> impl IntoView {
    view! {
        <p id="chain">
            {move || match checked.get() {
                None => view! { <span class="small muted">"Checking the chain…"</span> }.into_any(),
                Some(found) => view! { <Found found/> }.into_any(),
            }}
        </p>
    }
}

#[component]
fn Found(found: Answer<ChainCheck>) -> impl IntoView {
    let Ok(ChainCheck { checked_at, entries, broken_at }) = found else {
        return view! { <span class="small muted">"The chain could not be checked. Reload the page to try again."</span> }
            .into_any();
    };
    let checked = view! { <Moment at=checked_at/> };
    match broken_at {
        None => view! {
            <span class="badge badge-valid">
                <Icon name="check-circle"/>
                "Chain intact"
            </span>
            " "
            <span class="small">{words::count(entries, "entry", "entries")} ", last checked " {checked}</span>
        }
        .into_any(),
        Some(sequence) => view! {
            <span class="badge badge-expired">
                <Icon name="octagon-x"/>
                "Chain broken"
            </span>
            " "
            <span class="small">
                {format!("Entry {sequence} was changed, removed or moved: compare with a backup. Checked ")} {checked}
            </span>
        }
        .into_any(),
    }
}
