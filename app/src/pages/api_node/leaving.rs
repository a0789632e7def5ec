use leptos::ev;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::state::EditorState;
use crate::components::{Confirmation, DialogKind, focus_soon, leaving_by_link, on_hydrated};

/// Asks before somebody leaves what is not saved: by a link of the page, or by closing or reloading it.
#[component]
pub fn LeavingGuard() -> impl IntoView {
    let state = EditorState::of_this_page();
    let destination = RwSignal::new(None::<String>);
    on_hydrated(move || {
        let closing = window_event_listener(ev::beforeunload, move |event| {
            if untrack(|| state.is_changed()) {
                event.prevent_default();
            }
        });
        on_cleanup(move || closing.remove());
    });
    leaving_by_link(move |path| {
        let asks = untrack(|| state.is_changed());
        if asks {
            destination.set(Some(path));
        }
        asks
    });
    let navigate = use_navigate();
    let leave = Callback::new(move |()| {
        if let Some(path) = destination.get_untracked() {
            state.forget_changes();
            destination.set(None);
            navigate(&path, NavigateOptions::default());
        }
    });
    let stay = Callback::new(move |()| {
        destination.set(None);
        focus_soon(vec!["node-save".to_owned()]);
    });
    move || {
        destination.read().is_some().then(|| {
            view! {
                <Confirmation
                    id="leaving"
                    title="Discard the unsaved changes?".to_owned()
                    kind=DialogKind::Alert
                    confirm="Discard changes"
                    confirming="Discarding…"
                    danger=true
                    busy=false
                    error=None
                    on_confirm=leave
                    on_close=stay
                >
                    <p>"What you have changed on this page is not saved yet."</p>
                </Confirmation>
            }
        })
    }
}
