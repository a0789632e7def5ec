use leptos::prelude::*;

use crate::components::{Announcer, Icon, browser_action, copy_text};

/// Puts a text on the clipboard, and says so.
#[component]
pub fn CopyButton(
    /// What it is, as in "Copy serial number".
    what: &'static str,
    /// The text.
    text: String,
) -> impl IntoView {
    let announcer = Announcer::of_this_page();
    let copy = browser_action(move |(): &()| {
        let text = text.clone();
        async move {
            announcer.say(if copy_text(&text).await {
                format!("Copied the {what}.")
            } else {
                format!("The browser did not allow to copy the {what}. Select it instead.")
            });
        }
    });
    let label = format!("Copy {what}");
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=label
            title="Copy"
            on:click=move |_| {
                copy.dispatch_local(());
            }
        >
            <Icon name="copy"/>
        </button>
    }
}
