use leptos::prelude::*;

use super::form::HeaderFields;
use super::state::EditorState;
use crate::components::{FieldError, Icon, focus_soon};

const ADD: &str = "add-header";

/// The headers of the request, each with a lock for a secret value.
#[component]
pub fn Headers() -> impl IntoView {
    let state = EditorState::of_this_page();
    let headers = state.form.headers;
    let add = move |_| {
        let header = state.form.add_header(String::new(), Some(String::new()), false);
        focus_soon(vec![header.id("name")]);
    };
    let problem = state.problem_at(ADD);
    view! {
        <fieldset class="field">
            <legend>"Headers"</legend>
            <ul class="header-rows">
                <For each=move || headers.get() key=|header| header.key let:header>
                    <Row header/>
                </For>
            </ul>
            <div>
                <button
                    type="button"
                    id=ADD
                    class="button button-small"
                    aria-describedby=move || problem.read().is_some().then_some("add-header-error")
                    on:click=add
                >
                    <Icon name="plus"/>
                    " Add header"
                </button>
            </div>
            {move || problem.get().map(|message| view! { <FieldError id="add-header-error" message/> })}
            <p class="hint">
                "The lock keeps a value secret: it is sealed like a private key, and never shown again. "
                <code>"{{variables}}"</code>
                " may stand in values, in the body, and in the path and query of the URL."
            </p>
        </fieldset>
    }
}

#[component]
fn Row(header: HeaderFields) -> impl IntoView {
    let state = EditorState::of_this_page();
    let headers = state.form.headers;
    let place = Memo::new(move |_| {
        headers.read().iter().position(|other| other.key == header.key).map_or(0, |place| place + 1)
    });
    let HeaderFields { name, value, secret, stored, .. } = header;
    let remove = move |_| {
        let place = place.get_untracked();
        // A secret does not outlive its field.
        value.set(String::new());
        headers.update(|headers| headers.retain(|other| other.key != header.key));
        let neighbour = headers.with_untracked(|headers| {
            headers.get(place.saturating_sub(1)).or_else(|| headers.last()).map(|header| header.id("name"))
        });
        focus_soon(neighbour.into_iter().chain([ADD.to_owned()]).collect());
    };
    let called = move || {
        let name = name.read();
        if name.trim().is_empty() { format!("header {}", place.get()) } else { format!("header {}", name.trim()) }
    };
    let placeholder = move || (secret.get() && stored.get()).then_some("Saved. Type to replace it");
    let name_problem = state.problem_at(header.id("name"));
    let value_problem = state.problem_at(header.id("value"));
    view! {
        <li>
            <input
                class="input"
                id=header.id("name")
                aria-label=move || format!("Header {} name", place.get())
                autocomplete="off"
                spellcheck="false"
                aria-invalid=move || name_problem.read().is_some().then_some("true")
                aria-describedby=move || name_problem.read().is_some().then(|| header.id("name-error"))
                bind:value=name
            />
            <input
                class="input"
                id=header.id("value")
                aria-label=move || format!("Header {} value", place.get())
                type=move || if secret.get() { "password" } else { "text" }
                placeholder=placeholder
                autocomplete="off"
                spellcheck="false"
                aria-invalid=move || value_problem.read().is_some().then_some("true")
                aria-describedby=move || value_problem.read().is_some().then(|| header.id("value-error"))
                bind:value=value
            />
            <span class="row-actions">
                <button
                    type="button"
                    class="icon-button"
                    aria-label=move || format!("Keep the value of {} secret", called())
                    aria-pressed=move || secret.get().to_string()
                    title="Secret value"
                    on:click=move |_| secret.update(|secret| *secret = !*secret)
                >
                    <Icon name="lock"/>
                </button>
                <button
                    type="button"
                    class="icon-button"
                    aria-label=move || format!("Remove {}", called())
                    title="Remove"
                    on:click=remove
                >
                    <Icon name="x"/>
                </button>
            </span>
            {move || {
                name_problem
                    .get()
                    .map(|message| view! { <FieldError id=header.id("name-error") message/> })
            }}
            {move || {
                value_problem
                    .get()
                    .map(|message| view! { <FieldError id=header.id("value-error") message/> })
            }}
        </li>
    }
}
