use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;

use super::{Dialog, DialogFoot, DialogKind, DialogSize, ErrorBanner, error_text};
use crate::service::Error;

/// A question with "Cancel" and one button that does it; stays open, with the server's refusal on top, when that fails.
#[component]
pub fn Confirmation(
    /// The dialog's id; its text has `{id}-text`.
    id: &'static str,
    /// The question.
    #[prop(into)]
    title: Signal<String>,
    /// `Alert` starts with the focus on "Cancel", `Plain` on the title.
    #[prop(optional)]
    kind: DialogKind,
    /// What the button says.
    confirm: &'static str,
    /// What it says while it is being done.
    confirming: &'static str,
    /// The button destroys something.
    #[prop(optional)]
    danger: bool,
    /// It is being done.
    #[prop(into)]
    busy: Signal<bool>,
    /// Why it was not done.
    #[prop(into)]
    error: Signal<Option<Error>>,
    /// What is said of that.
    #[prop(default = error_text)]
    words: fn(&Error) -> String,
    /// What else is known of that.
    #[prop(into, optional)]
    more: Signal<Option<String>>,
    /// Do it.
    on_confirm: Callback<()>,
    /// Cancel, close button and Esc.
    on_close: Callback<()>,
    /// What happens then, in words.
    children: Children,
) -> impl IntoView {
    let alert = kind == DialogKind::Alert;
    let cancel = Callback::new(move |()| {
        // While it is being done nobody knows how it will end; the answer comes within the server's time limit.
        if !busy.get_untracked() {
            on_close.run(());
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            on_confirm.run(());
        }
    };
    view! {
        <Dialog id=id title=title size=DialogSize::Small kind=kind focus_title=!alert on_close=cancel>
            <form on:submit=submit>
                <div class="dialog-body">
                    <ErrorBanner id="confirmation-error" error words more/>
                    <div id=format!("{id}-text") class="stack-small">
                        {children()}
                    </div>
                </div>
                <DialogFoot busy send=confirm sending=confirming focus_cancel=alert danger on_cancel=cancel/>
            </form>
        </Dialog>
    }
}
