use leptos::prelude::*;

use super::{Icon, Prose, take_over};
use crate::service::Error;

/// An error line at a field; the field points to it by `aria-describedby`.
#[component]
pub fn FieldError(
    /// Its id.
    #[prop(into)]
    id: String,
    /// One sentence that says how to fix it.
    #[prop(into)]
    message: String,
) -> impl IntoView {
    view! {
        <p class="field-error" id=id>
            <Icon name="octagon-x"/>
            <span>
                <Prose text=message/>
            </span>
        </p>
    }
}

/// A line of text with its label, hint and error; owns their ids.
#[component]
pub fn Field(
    /// The input's id; its name too unless `name` is given.
    id: &'static str,
    /// The input's name in its form.
    #[prop(optional)]
    name: Option<&'static str>,
    /// The label.
    label: &'static str,
    /// What the person types.
    value: RwSignal<String>,
    /// `text`, `email`, …
    #[prop(default = "text")]
    kind: &'static str,
    /// What browsers may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it has the focus when the form is shown.
    #[prop(optional)]
    autofocus: bool,
    /// One line below the input.
    #[prop(into, optional)]
    hint: Signal<Option<String>>,
    /// The error, shown instead of nothing.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    take_over(id, value);
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described_by = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || {
            let ids: Vec<&str> = [
                error.read().is_some().then_some(error_id.as_str()),
                hint.read().is_some().then_some(hint_id.as_str()),
            ]
            .into_iter()
            .flatten()
            .collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                class="input"
                id=id
                name=name.unwrap_or(id)
                type=kind
                autocomplete=autocomplete
                required
                autofocus=autofocus
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-describedby=described_by
                bind:value=value
            />
            {move || hint.get().map(|text| view! { <p class="hint" id=hint_id.clone()>{text}</p> })}
            {move || error.get().map(|message| view! { <FieldError id=error_id.clone() message/> })}
        </div>
    }
}

/// What a refusal says of one field.
pub fn problem_at(error: Signal<Option<Error>>, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || match error.get() {
        Some(Error::Fields { problems }) => {
            problems.into_iter().find(|problem| problem.field == field).map(|problem| problem.message)
        }
        _ => None,
    })
}
