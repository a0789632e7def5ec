use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::state::EditorState;
use crate::components::{Confirmation, DialogKind, focus_soon, go_back, leaving_by_browser, leaving_by_link};

/// Where somebody wants to go.
#[derive(Clone)]
enum Destination {
    /// To another page.
    Path(String),
    /// Where the browser's "back" leads to.
    Back,
}

/// Asks before somebody leaves what is not saved: by a link of the page, by the browser's "back", or by closing or reloading it.
#[component]
pub fn LeavingGuard() -> impl IntoView {
    let state = EditorState::of_this_page();
    let destination = RwSignal::new(None::<Destination>);
    let is_changed = move || untrack(|| state.is_changed());
    leaving_by_link(move |path| {
        let asks = is_changed();
        if asks {
            destination.set(Some(Destination::Path(path)));
        }
        asks
    });
    leaving_by_browser(is_changed, move || destination.set(Some(Destination::Back)));
    let navigate = use_navigate();
    let leave = Callback::new(move |()| {
        let Some(there) = destination.get_untracked() else { return };
        state.forget_changes();
        destination.set(None);
        match there {
            Destination::Path(path) => navigate(&path, NavigateOptions::default()),
            Destination::Back => go_back(),
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
