use leptos::prelude::*;

use super::{FieldError, Icon, take_over};

/// A password or passphrase with a button that shows it.
#[component]
pub fn PasswordField(
    /// The input's id and name.
    id: &'static str,
    /// The label.
    #[prop(into, default = "Password".to_owned())]
    label: String,
    /// What the button says that shows it.
    #[prop(default = "Show password")]
    show: &'static str,
    /// What the person types.
    value: RwSignal<String>,
    /// `current-password`, `new-password` or `off`.
    autocomplete: &'static str,
    /// Whether it has the focus when the form is shown.
    #[prop(optional)]
    autofocus: bool,
    /// One line below the input.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// The error, shown instead of nothing.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    take_over(id, value);
    let shown = RwSignal::new(false);
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described_by = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || {
            let error = error.read().is_some().then_some(error_id.as_str());
            let ids: Vec<&str> = error.into_iter().chain(hint.map(|_| hint_id.as_str())).collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="input-group">
                <input
                    class="input"
                    id=id
                    name=id
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    spellcheck="false"
                    required
                    autofocus=autofocus
                    aria-invalid=move || error.read().is_some().then_some("true")
                    aria-describedby=described_by
                    bind:value=value
                />
                <button
                    type="button"
                    class="icon-button"
                    aria-label=show
                    aria-pressed=move || shown.get().to_string()
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    <Icon name="eye"/>
                </button>
            </div>
            {hint.map(|text| view! { <p class="hint" id=hint_id>{text}</p> })}
            {move || error.get().map(|message| view! { <FieldError id=error_id.clone() message/> })}
        </div>
    }
}
