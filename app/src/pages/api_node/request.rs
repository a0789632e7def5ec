use leptos::prelude::*;

use super::headers::Headers;
use super::state::EditorState;
use crate::api_node::METHODS;
use crate::components::{Field, FieldError};

/// Name, method, URL, headers and body.
#[component]
pub fn Request() -> impl IntoView {
    let state = EditorState::of_this_page();
    let form = state.form;
    let is_new = state.node.with_untracked(Option::is_none);
    view! {
        <section class="card" aria-labelledby="request-title">
            <div class="card-head">
                <h2 id="request-title">"Request"</h2>
            </div>
            <div class="card-body fields">
                <Field
                    id="node-name"
                    name="name"
                    label="Name"
                    value=form.name
                    autofocus=is_new
                    error=state.problem_at("node-name")
                />
                <div class="request-line">
                    <Method/>
                    <Field
                        id="node-url"
                        name="url"
                        label="URL"
                        kind="url"
                        value=form.url
                        error=state.problem_at("node-url")
                    />
                </div>
                <Headers/>
                <Body/>
            </div>
        </section>
    }
}

#[component]
fn Method() -> impl IntoView {
    let state = EditorState::of_this_page();
    let method = state.form.method;
    let problem = state.problem_at("node-method");
    let current = method.get_untracked();
    let options = METHODS
        .into_iter()
        .map(|known| view! { <option value=known selected=known == current>{known}</option> })
        .collect_view();
    view! {
        <div class="field">
            <label for="node-method">"Method"</label>
            <select
                class="input"
                id="node-method"
                name="method"
                autocomplete="off"
                aria-invalid=move || problem.read().is_some().then_some("true")
                aria-describedby=move || problem.read().is_some().then_some("node-method-error")
                prop:value=move || method.get()
                on:change=move |event| method.set(event_target_value(&event))
            >
                {options}
            </select>
            {move || problem.get().map(|message| view! { <FieldError id="node-method-error" message/> })}
        </div>
    }
}

#[component]
fn Body() -> impl IntoView {
    let state = EditorState::of_this_page();
    let body = state.form.body;
    let problem = state.problem_at("node-body");
    view! {
        <div class="field">
            <label for="node-body">"Body"</label>
            <textarea
                class="input"
                id="node-body"
                name="body"
                rows="5"
                spellcheck="false"
                autocomplete="off"
                aria-invalid=move || problem.read().is_some().then_some("true")
                aria-describedby=move || problem.read().is_some().then_some("node-body-error")
                prop:value=move || body.get()
                on:input=move |event| body.set(event_target_value(&event))
            ></textarea>
            {move || problem.get().map(|message| view! { <FieldError id="node-body-error" message/> })}
        </div>
    }
}
