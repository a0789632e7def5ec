use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;

use super::state::TokensState;
use crate::components::{Dialog, DialogFoot, DialogSize, ErrorBanner, Field, FieldError, browser_action};
use crate::server_fns::{answer, create_token};
use crate::service::{Error, FieldProblem, NewToken, Scope};

/// Days until the end, and what the choice says.
const ENDS: [(&str, &str); 5] =
    [("7", "In 7 days"), ("30", "In 30 days"), ("90", "In 90 days"), ("365", "In one year"), ("", "No end")];
const USUAL_END: &str = "90";

/// Name, scopes and end of a new token.
#[component]
pub fn CreateDialog() -> impl IntoView {
    let state = TokensState::of_this_page();
    let name = RwSignal::new(String::new());
    let scopes = RwSignal::new(Vec::<Scope>::new());
    let days = RwSignal::new(USUAL_END.to_owned());
    let error = RwSignal::new(None::<Error>);
    let problems = RwSignal::new(Vec::<FieldProblem>::new());

    let create = browser_action(move |(): &()| {
        let request = NewToken {
            name: name.get_untracked(),
            scopes: scopes.get_untracked(),
            days: days.read_untracked().parse().ok(),
        };
        async move {
            match answer(create_token(request).await) {
                Ok(created) => {
                    state.created.set(Some(created));
                    state.close_changed(vec!["new-token".to_owned()]);
                }
                Err(Error::Fields { problems: refused }) => problems.set(refused),
                Err(refused) => error.set(Some(refused)),
            }
        }
    });
    let busy = create.pending();
    let on_close = Callback::new(move |()| {
        if !busy.get_untracked() {
            state.close("create".to_owned());
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        error.set(None);
        problems.set(Vec::new());
        create.dispatch(());
    };
    let problem_of = move |field: &'static str| {
        Signal::derive(move || {
            problems.read().iter().find(|problem| problem.field == field).map(|problem| problem.message.clone())
        })
    };

    view! {
        <Dialog id="create-token" title="Create token".to_owned() size=DialogSize::Medium on_close>
            <form on:submit=submit novalidate>
                <div class="dialog-body">
                    <ErrorBanner id="create-token-error" error/>
                    <Field
                        id="token-name"
                        name="name"
                        label="Name"
                        value=name
                        hint=Some("What will use it, for example “ci-deploy”.".to_owned())
                        error=problem_of("name")
                        autofocus=true
                    />
                    <Scopes scopes error=problem_of("scopes")/>
                    <Expiry days error=problem_of("days")/>
                </div>
                <DialogFoot busy send="Create token" sending="Creating…" on_cancel=on_close/>
            </form>
        </Dialog>
    }
}

#[component]
fn Scopes(scopes: RwSignal<Vec<Scope>>, error: Signal<Option<String>>) -> impl IntoView {
    let check = move |scope: Scope, checked: bool| {
        scopes.update(|scopes| {
            scopes.retain(|other| *other != scope);
            if checked {
                scopes.push(scope);
            }
        });
    };
    let boxes = Scope::ALL
        .into_iter()
        .map(|scope| {
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        name="scopes"
                        value=scope.as_str()
                        prop:checked=move || scopes.read().contains(&scope)
                        on:change=move |event| check(scope, event_target_checked(&event))
                    />
                    <span>
                        <code>{scope.as_str()}</code>
                        <span class="hint">{in_words(scope)}</span>
                    </span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset
            class="field"
            aria-describedby=move || error.read().is_some().then_some("token-scopes-error")
        >
            <legend>"What it may do"</legend>
            <div class="stack">{boxes}</div>
            {move || error.get().map(|message| view! { <FieldError id="token-scopes-error" message/> })}
        </fieldset>
    }
}

#[component]
fn Expiry(days: RwSignal<String>, error: Signal<Option<String>>) -> impl IntoView {
    let options = ENDS
        .into_iter()
        .map(|(value, label)| view! { <option value=value selected=value == USUAL_END>{label}</option> })
        .collect_view();
    view! {
        <div class="field">
            <label for="token-days">"Expires"</label>
            <select
                class="input"
                id="token-days"
                name="days"
                aria-describedby=move || error.read().is_some().then_some("token-days-error")
                aria-invalid=move || error.read().is_some().then_some("true")
                on:change=move |event| days.set(event_target_value(&event))
            >
                {options}
            </select>
            {move || error.get().map(|message| view! { <FieldError id="token-days-error" message/> })}
        </div>
    }
}

fn in_words(scope: Scope) -> &'static str {
    match scope {
        Scope::ReadCertificates => "See certificates. Never their private keys.",
        Scope::WriteCertificates => {
            "Upload, rename, replace and delete certificates, and choose the primary. Includes reading."
        }
        Scope::ReadApiNodes => "See API nodes.",
        Scope::WriteApiNodes => "Create, change and delete API nodes. Includes reading.",
        Scope::CallApiNodes => "Make calls through API nodes, with their certificates.",
        Scope::ReadAuditLog => "Read the audit log.",
    }
}
