//! The dialogs of the list: a part of the WASM file of its own, loaded when the first one is opened.

#![expect(clippy::unnecessary_wraps, reason = "what `fallible` means: the error comes from loading the function")]

use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

use super::state::{ListState, Open};
use super::{delete, primary, rename, upload};
use crate::components::Dialog;
use crate::pages::lazy::NotLoaded;

/// The dialog that is open, if one is.
#[component]
pub fn Dialogs() -> impl IntoView {
    let state = ListState::of_this_page();
    move || {
        state.open.get().map(|open| {
            Suspend::new(async move { draw(open).await.unwrap_or_else(|NotLoaded| view! { <NoDialog/> }.into_any()) })
        })
    }
}

#[wasm_split(dialogs, wasm_split_path = leptos::wasm_split, preload(load), fallible)]
fn draw(open: Open) -> Result<AnyView, NotLoaded> {
    Ok(match open {
        Open::Upload => view! { <upload::UploadDialog/> }.into_any(),
        Open::Rename(row) => view! { <rename::RenameDialog row/> }.into_any(),
        Open::SetPrimary(row) => view! { <primary::SetPrimaryDialog row/> }.into_any(),
        Open::RemovePrimary(row) => view! { <primary::RemovePrimaryDialog row/> }.into_any(),
        Open::Delete(row, used_by) => view! { <delete::DeleteDialog row used_by/> }.into_any(),
    })
}

/// Loads this part ahead of its first use.
pub fn preload() {
    #[cfg(feature = "hydrate")]
    leptos::task::spawn_local(async {
        // Whoever needs it tries again, and says so if it fails once more.
        let _loaded = load().await;
    });
}

/// In place of a dialog that could not be loaded.
#[component]
fn NoDialog() -> impl IntoView {
    let state = ListState::of_this_page();
    let close = Callback::new(move |()| state.close("title".to_owned()));
    view! {
        <Dialog id="not-loaded" title="This could not be loaded".to_owned() on_close=close>
            <div class="dialog-body">
                <p>"The server cannot be reached. Check your connection and try again."</p>
            </div>
            <div class="dialog-foot">
                <button type="button" class="button button-primary" autofocus on:click=move |_| close.run(())>
                    "Close"
                </button>
            </div>
        </Dialog>
    }
}
