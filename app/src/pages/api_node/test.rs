use std::collections::BTreeMap;

use leptos::prelude::*;

use super::form::{PRIMARY, Snapshot};
use super::outcome::{Outcome, Tested};
use super::state::EditorState;
use super::variables::{Variable, filled_in, variables};
use crate::api_node::CallInput;
use crate::components::{FieldError, Icon, Session, browser_action};
use crate::pages::api_nodes::last_call::LastSentence;
use crate::pages::api_nodes::state::node_error_text;
use crate::server_fns::{answer, test_api_node};
use crate::service::{Error, NodeTest};
use crate::words;

/// What is shown of the test request.
#[derive(Clone)]
enum Test {
    Nothing,
    Sending,
    /// So many fields have to be mended first.
    NotSent(i64),
    Failed(Error),
    Done(Box<Tested>),
}

/// Sends the request once, as it stands in the fields, and tells what happened.
#[component]
pub fn TestRequest() -> impl IntoView {
    let state = EditorState::of_this_page();
    let session = Session::of_this_page();
    let shown = RwSignal::new(Test::Nothing);
    let values = RwSignal::new(BTreeMap::<String, String>::new());
    let variables = Memo::new(move |_| variables(state));
    // Whether something was changed since the request was sent. What was sent is not kept for that: secrets leave the page with their
    // fields.
    let outdated = RwSignal::new(false);
    Effect::new(move |before: Option<(Snapshot, BTreeMap<String, String>)>| {
        let now = (state.form.snapshot(), values.get());
        if before.is_some_and(|(fields, typed)| !now.0.asks_the_same(&fields) || now.1 != typed) {
            outdated.set(true);
        }
        now
    });
    let send = browser_action(move |(): &()| async move {
        state.clear_problems();
        shown.set(Test::Sending);
        outdated.set(false);
        let snapshot = untrack(|| state.form.snapshot());
        let refuse = move |problems: Vec<_>| {
            let number = i64::try_from(problems.len()).unwrap_or(i64::MAX);
            shown.set(match state.refuse(problems) {
                None => Test::NotSent(number),
                Some(elsewhere) => Test::Failed(elsewhere),
            });
        };
        let draft = match snapshot.draft() {
            Ok(draft) => draft,
            Err(problems) => return refuse(problems),
        };
        let filled = match filled_in(&variables.get_untracked(), &values.get_untracked(), &draft) {
            Ok(filled) => filled,
            Err(problems) => return refuse(problems),
        };
        let timeout_ms = draft.timeout_ms;
        let id = state.node.get_untracked().map(|node| node.id);
        let input = CallInput { variables: filled, ..CallInput::default() };
        let tested = answer(test_api_node(NodeTest { id, draft, input }).await);
        // Another node, or another page, is shown by now.
        if state.node.try_get_untracked().is_none() {
            return;
        }
        match tested {
            Ok(outcome) => shown.set(Test::Done(Box::new(Tested {
                outcome,
                identifies: snapshot.mtls,
                follows_primary: snapshot.certificate == PRIMARY,
                timeout_ms,
                at: state.clock().map(crate::components::Clock::now),
            }))),
            Err(Error::Fields { problems }) => refuse(problems),
            Err(error) => match session.filter(|session| error == Error::SignedOut && session.me().is_some()) {
                Some(session) => {
                    shown.set(Test::Nothing);
                    session.ask();
                }
                None => shown.set(Test::Failed(error)),
            },
        }
    });
    let busy = send.pending();
    view! {
        <section class="card" aria-labelledby="test-title">
            <div class="card-head">
                <h2 id="test-title">"Test"</h2>
                <button
                    type="button"
                    id="node-test"
                    class="button button-small"
                    aria-busy=move || busy.get().then_some("true")
                    on:click=move |_| {
                        if !busy.get_untracked() {
                            send.dispatch(());
                        }
                    }
                >
                    <Icon name="send"/>
                    {move || if busy.get() { " Sending…" } else { " Send test request" }}
                </button>
            </div>
            <VariableFields variables values/>
            <div class="card-body" id="test-result" role="region" aria-label="Result of the test" aria-live="polite">
                {move || {
                    (outdated.get() && matches!(*shown.read(), Test::Done(_))).then(|| view! { <Outdated/> })
                }}
                {move || match shown.get() {
                    Test::Nothing => view! { <Explanation/> }.into_any(),
                    Test::Sending => view! { <p class="muted">"The request is on its way."</p> }.into_any(),
                    Test::NotSent(number) => view! { <NotSent number/> }.into_any(),
                    Test::Failed(error) => view! { <Failed error/> }.into_any(),
                    Test::Done(tested) => view! { <Outcome tested=*tested/> }.into_any(),
                }}
            </div>
        </section>
    }
}

#[component]
fn VariableFields(variables: Memo<Vec<Variable>>, values: RwSignal<BTreeMap<String, String>>) -> impl IntoView {
    move || {
        (!variables.read().is_empty()).then(|| {
            view! {
                <fieldset class="card-body">
                    <legend class="visually-hidden">"Variables for the test"</legend>
                    <p class="hint">
                        "Values of the variables, for this test only. They go as they are typed; outside of quotes in a JSON body, numbers, true, false, null and JSON go as such, and other text gets its quotes."
                    </p>
                    <For each=move || variables.get() key=|variable| variable.name.clone() let:variable>
                        <VariableField name=variable.name values/>
                    </For>
                </fieldset>
            }
        })
    }
}

#[component]
fn VariableField(name: String, values: RwSignal<BTreeMap<String, String>>) -> impl IntoView {
    let id = format!("variable-{name}");
    let error_id = format!("{id}-error");
    let problem = EditorState::of_this_page().problem_at(id.clone());
    let described_by = error_id.clone();
    let value = {
        let name = name.clone();
        move || values.read().get(&name).cloned().unwrap_or_default()
    };
    let typed = {
        let name = name.clone();
        move |text: String| values.update(|values| _ = values.insert(name.clone(), text))
    };
    view! {
        <div class="field">
            <label for=id.clone()>
                <code>{name}</code>
            </label>
            <input
                class="input"
                id=id
                autocomplete="off"
                spellcheck="false"
                aria-invalid=move || problem.read().is_some().then_some("true")
                aria-describedby=move || problem.read().is_some().then(|| described_by.clone())
                prop:value=value
                on:input=move |event| typed(event_target_value(&event))
            />
            {move || problem.get().map(|message| view! { <FieldError id=error_id.clone() message/> })}
        </div>
    }
}

#[component]
fn Explanation() -> impl IntoView {
    let last_call = EditorState::of_this_page().last_call.get_value();
    view! {
        <p class="muted">
            "Sends the request once with the settings on this page, saved or not, and shows whether your certificate was asked for and accepted."
        </p>
        <ul class="findings">
            <li class="finding-info">
                <Icon name="info"/>
                <div>
                    "The service receives the request for real"
                    <p>"Use a test address or amount if it can move money or data."</p>
                </div>
            </li>
        </ul>
        {last_call.map(|last_call| view! { <LastSentence last_call/> })}
    }
}

/// Above what is known of a request that was sent before the fields were changed.
#[component]
fn Outdated() -> impl IntoView {
    view! {
        <div class="banner banner-warning">
            <Icon name="warning"/>
            <p>"This is the result of the request before your last changes."</p>
        </div>
    }
}

#[component]
fn NotSent(number: i64) -> impl IntoView {
    view! {
        <div class="banner banner-error">
            <Icon name="octagon-x"/>
            <div>
                <h3>"Nothing was sent"</h3>
                <p>{format!("{} to fix first.", words::count(number, "problem", "problems"))}</p>
            </div>
        </div>
    }
}

#[component]
fn Failed(error: Error) -> impl IntoView {
    view! {
        <div class="banner banner-error">
            <Icon name="octagon-x"/>
            <div>
                <h3>"The test could not be made"</h3>
                <p>{node_error_text(&error)}</p>
            </div>
        </div>
    }
}
