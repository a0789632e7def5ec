use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::address;
use crate::components::FieldError;
use crate::pages::AUDIT_LOG;
use crate::service::{AuditChoices, AuditQuery, FieldProblem};
use crate::timestamp::Timestamp;
use crate::words;

/// Person, action, object and time. A form that works without script too: its address is the page's.
#[component]
pub fn Filters(
    /// What is shown now.
    query: AuditQuery,
    /// What there is to choose from.
    choices: AuditChoices,
    /// What is wrong with the dates.
    problems: Signal<Vec<FieldProblem>>,
) -> impl IntoView {
    let navigate = use_navigate();
    let chosen = RwSignal::new(AuditQuery { before: None, ..query.clone() });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        navigate(
            &address::of(&chosen.read_untracked()),
            NavigateOptions { scroll: false, ..NavigateOptions::default() },
        );
    };
    let people = choices
        .people
        .into_iter()
        .map(|person| {
            let label = words::audit::actor(&person.kind, &person.name);
            let label = if person.kind == "token" { format!("{label} (token)") } else { label };
            (person.key, label)
        })
        .collect();
    let actions = choices.actions.into_iter().map(|action| (action.clone(), words::audit::action(&action))).collect();
    let is_filtered = query.is_filtered();
    view! {
        <form class="toolbar" role="search" action=AUDIT_LOG method="get" on:submit=submit>
            <Choice
                name="person"
                label="Who"
                all="Everybody"
                value=query.person
                options=people
                choose=Callback::new(move |value| chosen.update(|chosen| chosen.person = value))
            />
            <Choice
                name="action"
                label="What"
                all="Every action"
                value=query.action
                options=actions
                choose=Callback::new(move |value| chosen.update(|chosen| chosen.action = value))
            />
            <div class="field">
                <label for="audit-object">"On"</label>
                <input
                    class="input"
                    id="audit-object"
                    name="object"
                    type="search"
                    placeholder="Part of a name, or an id"
                    autocomplete="off"
                    value=query.object
                    on:input=move |event| chosen.update(|chosen| chosen.object = event_target_value(&event))
                />
            </div>
            <Day
                name="from"
                label="From"
                value=query.from
                problems
                choose=Callback::new(move |value| chosen.update(|chosen| chosen.from = value))
            />
            <Day
                name="to"
                label="To"
                value=query.to
                problems
                choose=Callback::new(move |value| chosen.update(|chosen| chosen.to = value))
            />
            <div class="actions">
                <button type="submit" class="button">"Show"</button>
                {is_filtered.then(|| view! { <a href=AUDIT_LOG>"Show all entries"</a> })}
            </div>
        </form>
    }
}

#[component]
fn Choice(
    name: &'static str,
    label: &'static str,
    /// What stands for no filter.
    all: &'static str,
    value: String,
    /// Value and label of each.
    options: Vec<(String, String)>,
    choose: Callback<String>,
) -> impl IntoView {
    // What the address asks for is an option even if nobody in the log is it.
    let known = value.is_empty() || options.iter().any(|(option, _label)| *option == value);
    let unknown = (!known).then(|| (value.clone(), value.clone()));
    let options = unknown
        .into_iter()
        .chain(options)
        .map(|(option, label)| view! { <option selected=option == value value=option.clone()>{label}</option> })
        .collect_view();
    view! {
        <div class="field">
            <label for=format!("audit-{name}")>{label}</label>
            <select
                class="input input-auto"
                id=format!("audit-{name}")
                name=name
                on:change=move |event| choose.run(event_target_value(&event))
            >
                <option value="">{all}</option>
                {options}
            </select>
        </div>
    }
}

/// A day in UTC.
#[component]
fn Day(
    name: &'static str,
    label: &'static str,
    value: String,
    problems: Signal<Vec<FieldProblem>>,
    choose: Callback<String>,
) -> impl IntoView {
    let problem =
        move || problems.read().iter().find(|problem| problem.field == name).map(|problem| problem.message.clone());
    // Browsers complain about anything else, and show nothing.
    let value = Timestamp::parse_date(&value).map(|_day| value);
    let error_id = format!("audit-{name}-error");
    let described_by = error_id.clone();
    view! {
        <div class="field">
            <label for=format!("audit-{name}")>{label}</label>
            <input
                class="input input-auto"
                id=format!("audit-{name}")
                name=name
                type="date"
                value=value
                title="A day in UTC"
                aria-invalid=move || problem().is_some().then_some("true")
                aria-describedby=move || problem().is_some().then(|| described_by.clone())
                on:input=move |event| choose.run(event_target_value(&event))
            />
            {move || problem().map(|message| view! { <FieldError id=error_id.clone() message/> })}
        </div>
    }
}
