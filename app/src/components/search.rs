use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::{Icon, set_field};

/// How long to wait for the next character before the list is asked for.
const PAUSE: Duration = Duration::from_millis(250);

/// What a search field has last asked for; outlives the field, which is drawn anew with its list.
#[derive(Clone, Copy, Default)]
pub struct Searched(StoredValue<Option<String>>);

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
    address: Callback<String, String>,
    /// What was asked for last.
    searched: Searched,
) -> impl IntoView {
    let navigate = use_navigate();
    let typed = StoredValue::new(text.clone());
    // Whoever types goes on typing while the list is read; whoever came another way finds what the list was searched for.
    let shown = text.clone();
    Effect::new(move || {
        if searched.0.get_value() != Some(shown.clone()) {
            searched.0.set_value(Some(shown.clone()));
            set_field("search", &shown);
        }
    });
    let search = move |replace: bool| {
        let text = typed.get_value();
        searched.0.set_value(Some(text.clone()));
        navigate(&address.run(text), NavigateOptions { scroll: false, replace, ..NavigateOptions::default() });
    };
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop_waiting = move || {
        if let Some(timeout) = waiting.try_update_value(Option::take).flatten() {
            timeout.clear();
        }
    };
    let note = {
        let search = search.clone();
        move |new: String| {
            stop_waiting();
            typed.set_value(new);
            let search = search.clone();
            let later = set_timeout_with_handle(move || search(true), PAUSE);
            waiting.set_value(later.ok());
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        stop_waiting();
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
