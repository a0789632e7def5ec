use leptos::prelude::*;

use super::certificate::{Certificate, option};
use super::state::EditorState;
use crate::certificate::Status;
use crate::components::{Field, FieldError};
use crate::service::{CertificateChoice, NodeChoices};

/// The certificate it identifies itself with, whom it trusts, how long it waits, and whether it follows redirects.
#[component]
pub fn Settings() -> impl IntoView {
    let state = EditorState::of_this_page();
    let form = state.form;
    let problem = state.problem_at("node-mtls");
    view! {
        <section class="card" aria-labelledby="settings-title">
            <div class="card-head">
                <h2 id="settings-title">"Settings"</h2>
            </div>
            <div class="card-body fields">
                <div class="switch">
                    <label for="node-mtls">
                        "mTLS certificates"
                        <span class="hint" id="node-mtls-hint">
                            "Identify this node with a client certificate when the service asks for one."
                        </span>
                    </label>
                    <input
                        type="checkbox"
                        role="switch"
                        id="node-mtls"
                        autocomplete="off"
                        aria-describedby=move || {
                            if problem.read().is_some() { "node-mtls-error node-mtls-hint" } else { "node-mtls-hint" }
                        }
                        bind:checked=form.mtls
                    />
                </div>
                {move || problem.get().map(|message| view! { <FieldError id="node-mtls-error" message/> })}
                {move || form.mtls.get().then(|| view! { <Certificate/> })}
                <Trust/>
                <Field
                    id="node-timeout"
                    name="timeout"
                    label="Time limit, seconds"
                    value=form.timeout
                    error=state.problem_at("node-timeout")
                />
                <label class="check">
                    <input type="checkbox" id="node-redirects" autocomplete="off" bind:checked=form.follow_redirects/>
                    <span>
                        "Follow redirects"
                        <span class="hint">"Up to 5. The certificate and secret headers never go along to another host."</span>
                    </span>
                </label>
            </div>
        </section>
    }
}

/// Whom the service's own certificate is to be trusted by.
#[component]
fn Trust() -> impl IntoView {
    let state = EditorState::of_this_page();
    let server_ca = state.form.server_ca;
    let problem = state.problem_at("node-trust");
    let choices = state.choices;
    let has_authorities = move || {
        let choices = choices.read();
        choices.authorities.iter().any(|choice| choice.is_valid(choices.now))
    };
    view! {
        <div class="field">
            <label for="node-trust">"Trusted for the service’s own certificate"</label>
            <select
                class="input"
                id="node-trust"
                autocomplete="off"
                aria-invalid=move || problem.read().is_some().then_some("true")
                aria-describedby=move || {
                    if problem.read().is_some() { "node-trust-error node-trust-hint" } else { "node-trust-hint" }
                }
                prop:value=move || server_ca.get()
                on:change=move |event| server_ca.set(event_target_value(&event))
            >
                {move || authorities(&choices.read(), &server_ca.get_untracked())}
            </select>
            {move || problem.get().map(|message| view! { <FieldError id="node-trust-error" message/> })}
            <p class="hint" id="node-trust-hint">
                {move || if has_authorities() {
                    "For a service with a certificate authority of its own, choose its CA certificate: it is trusted besides the system’s."
                } else {
                    "For a service with a certificate authority of its own, its CA certificate has to be among your company’s certificates: then it can be chosen here."
                }}
            </p>
        </div>
    }
}

/// The system's first, then the company's CA certificates. One that has expired may still be what the service's is compared with; that it may
/// fail, the test tells.
fn authorities(choices: &NodeChoices, current: &str) -> impl IntoView + use<> {
    let is_valid =
        |choice: &&CertificateChoice| Status::at(choices.now, choice.not_before, choice.not_after).is_valid();
    let (usable, unusable): (Vec<_>, Vec<_>) = choices.authorities.iter().partition(is_valid);
    let options = |choices_of: Vec<&CertificateChoice>| {
        choices_of.into_iter().map(|choice| option(choice, choices.now, false, current)).collect_view()
    };
    let is_known = current.is_empty() || choices.authorities.iter().any(|authority| authority.id == current);
    let unknown =
        (!is_known).then(|| view! { <option value=current.to_owned() selected>"The chosen CA certificate"</option> });
    let usable = options(usable);
    let unusable =
        (!unusable.is_empty()).then(|| view! { <optgroup label="Not valid now">{options(unusable)}</optgroup> });
    view! {
        <option value="" selected=current.is_empty()>
            "The system’s certificate authorities"
        </option>
        {unknown}
        {usable}
        {unusable}
    }
}
