use leptos::prelude::*;

/// The end of a dialog's form: a button that closes it, and one that sends the form.
#[component]
pub fn DialogFoot(
    /// It is being sent: neither button can be pressed.
    #[prop(into)]
    busy: Signal<bool>,
    /// What the button says.
    send: &'static str,
    /// What it says while the form is being sent.
    sending: &'static str,
    /// It destroys something.
    #[prop(optional)]
    danger: bool,
    /// What the other button says.
    #[prop(default = "Cancel")]
    cancel: &'static str,
    /// The focus starts there.
    #[prop(optional)]
    focus_cancel: bool,
    /// Closes the dialog.
    on_cancel: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="dialog-foot">
            <button
                type="button"
                class="button"
                autofocus=focus_cancel
                disabled=busy
                on:click=move |_| on_cancel.run(())
            >
                {cancel}
            </button>
            <button
                type="submit"
                class=if danger { "button button-danger" } else { "button button-primary" }
                disabled=busy
                aria-busy=move || busy.get().then_some("true")
            >
                {move || if busy.get() { sending } else { send }}
            </button>
        </div>
    }
}
