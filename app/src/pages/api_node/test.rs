use std::collections::BTreeMap;

use leptos::prelude::*;
use serde_json::Value;

use super::form::PRIMARY;
use super::outcome::{Outcome, Tested};
use super::state::EditorState;
use crate::api_node::{CallInput, Variables, variables_in};
use crate::components::{FieldError, Icon, browser_action};
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

/// A variable of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Variable {
    name: String,
    /// Whether it stands somewhere where it is text, whatever it looks like: in the URL, or in a header.
    in_text: bool,
}

/// Sends the request once, as it stands in the fields, and tells what happened.
#[component]
pub fn TestRequest() -> impl IntoView {
    let state = EditorState::of_this_page();
    let shown = RwSignal::new(Test::Nothing);
    let values = RwSignal::new(BTreeMap::<String, String>::new());
    let variables = Memo::new(move |_| variables(state));
    let send = browser_action(move |(): &()| async move {
        state.clear_problems();
        shown.set(Test::Sending);
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
        let timeout_ms = draft.timeout_ms;
        let id = state.node.get_untracked().map(|node| node.id);
        let input = CallInput {
            variables: filled_in(&variables.get_untracked(), &values.read_untracked()),
            ..CallInput::default()
        };
        match answer(test_api_node(NodeTest { id, draft, input }).await) {
            Ok(outcome) => shown.set(Test::Done(Box::new(Tested {
                outcome,
                identifies: snapshot.mtls,
                follows_primary: snapshot.certificate == PRIMARY,
                timeout_ms,
                at: state.clock().map(crate::components::Clock::now),
            }))),
            Err(Error::Fields { problems }) => refuse(problems),
            Err(error) => shown.set(Test::Failed(error)),
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
                        "Values of the variables, for this test only. Numbers, true, false and JSON go into a JSON body as such; text does not need quotes."
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

/// The variables in the order in which they are met: in the URL, in headers, in the body.
fn variables(state: EditorState) -> Vec<Variable> {
    let form = state.form;
    let mut found: Vec<Variable> = Vec::new();
    let mut note = |text: &str, in_text: bool| {
        for name in variables_in(text) {
            match found.iter_mut().find(|variable| variable.name == name) {
                Some(variable) => variable.in_text |= in_text,
                None => found.push(Variable { name: name.to_owned(), in_text }),
            }
        }
    };
    note(&form.url.read(), true);
    for header in form.headers.get() {
        note(&header.value.read(), true);
    }
    note(&form.body.read(), false);
    for name in state.hidden_variables.get() {
        if found.iter().all(|variable| variable.name != name) {
            found.push(Variable { name, in_text: true });
        }
    }
    found
}

/// The values that were given; what was left empty has none.
fn filled_in(variables: &[Variable], values: &BTreeMap<String, String>) -> Variables {
    let given = |variable: &Variable| {
        let typed = values.get(&variable.name).filter(|typed| !typed.is_empty())?;
        Some((variable.name.clone(), value_of(typed, variable.in_text)))
    };
    variables.iter().filter_map(given).collect()
}

/// JSON is what it says; everything else is text, as is a number in a text that JSON would write in another way (12.50, 007).
fn value_of(typed: &str, in_text: bool) -> Value {
    match serde_json::from_str::<Value>(typed) {
        Ok(Value::Number(number)) if in_text && number.to_string() != typed => Value::String(typed.to_owned()),
        Ok(value) => value,
        Err(_not_json) => Value::String(typed.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_json_where_that_is_what_was_typed() {
        assert_eq!(value_of("tr_8812", false), json!("tr_8812"));
        assert_eq!(value_of("12", true), json!(12));
        assert_eq!(value_of("12.50", false), json!(12.5));
        assert_eq!(value_of("12.50", true), json!("12.50"));
        assert_eq!(value_of("007", true), json!("007"));
        assert_eq!(value_of("true", false), json!(true));
        assert_eq!(value_of("\"12\"", false), json!("12"));
        assert_eq!(value_of("{\"a\": 1}", false), json!({"a": 1}));
    }

    #[test]
    fn what_is_empty_is_not_given() {
        let variables = ["id", "sum"].map(|name| Variable { name: name.to_owned(), in_text: true });
        let values = BTreeMap::from([("id".to_owned(), "x".to_owned()), ("sum".to_owned(), String::new())]);
        assert_eq!(Value::Object(filled_in(&variables, &values)), json!({"id": "x"}));
    }
}
