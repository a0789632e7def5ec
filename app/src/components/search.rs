use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::{Icon, set_field};

/// How long to wait for the next character before the list is asked for.
const PAUSE: Duration = Duration::from_millis(250);

/// What is typed in a search field, and what it has last asked for. Belongs to the page: the field is drawn anew with its list, also while one
/// types.
#[derive(Clone, Copy, Default)]
pub struct Searched(StoredValue<Typed>);

#[derive(Default)]
struct Typed {
    text: String,
    /// Will ask for it.
    waiting: Option<TimeoutHandle>,
    /// What was asked for last.
    asked: Option<String>,
}

impl Typed {
    fn stop_waiting(&mut self) {
        if let Some(timeout) = self.waiting.take() {
            timeout.clear();
        }
    }
}

/// A field that searches a list while one types. What it asks for stands in the address, so it works without script too.
#[component]
pub fn Search(
    /// The label.
    label: &'static str,
    /// What can be searched for.
    placeholder: &'static str,
    /// The list's path.
    path: &'static str,
    /// What the list was searched for.
    text: String,
    /// Names and values of what else the address holds.
    others: Vec<(&'static str, String)>,
    /// The address of the list searched for a text.
    address: Arc<dyn Fn(String) -> String + Send + Sync>,
    /// The page's.
    searched: Searched,
) -> impl IntoView {
    let navigate = use_navigate();
    let here = use_location();
    let Searched(typed) = searched;
    // Whoever types goes on typing while the list is read; whoever came another way finds what the list was searched for.
    let shown = text.clone();
    Effect::new(move || {
        typed.update_value(|typed| {
            if typed.asked.as_ref() != Some(&shown) {
                typed.stop_waiting();
                typed.text.clone_from(&shown);
                typed.asked = Some(shown.clone());
                set_field("search", &shown);
            }
        });
    });
    let search = move |replace: bool| {
        let text = typed.try_update_value(|typed| {
            typed.stop_waiting();
            typed.asked = Some(typed.text.clone());
            typed.text.clone()
        });
        // Nobody waits any more who has left the page, or is about to.
        if let Some(text) = text.filter(|_| here.pathname.get_untracked() == path) {
            navigate(&address(text), NavigateOptions { scroll: false, replace, ..NavigateOptions::default() });
        }
    };
    let note = {
        let search = search.clone();
        move |text: String| {
            let search = search.clone();
            typed.update_value(|typed| {
                typed.stop_waiting();
                typed.text = text;
                typed.waiting = set_timeout_with_handle(move || search(true), PAUSE).ok();
            });
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        search(false);
    };
    // What a form without script sends along.
    let others = others
        .into_iter()
        .filter(|(_name, value)| !value.is_empty())
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    view! {
        <form class="search" role="search" action=path method="get" on:submit=submit>
            <label class="visually-hidden" for="search">
                {label}
            </label>
            <div class="input-group">
                <Icon name="search"/>
                <input
                    class="input"
                    id="search"
                    type="search"
                    name="q"
                    value=text
                    placeholder=placeholder
                    autocomplete="off"
                    on:input=move |event| note(event_target_value(&event))
                />
            </div>
            {others}
        </form>
    }
}
