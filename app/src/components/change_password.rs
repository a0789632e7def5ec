use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;

use super::{Announcer, Dialog, DialogFoot, ErrorBanner, PasswordField, browser_action, problem_at};
use crate::server_fns::{answer, change_own_password};
use crate::service::{ChangePassword, Error, Secret};

/// Another password for whoever is signed in.
#[component]
pub fn ChangePasswordDialog(
    /// The person's e-mail address, for password managers.
    email: String,
    /// It is done, or not wanted.
    on_close: Callback<()>,
) -> impl IntoView {
    let current = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let announcer = Announcer::of_this_page();
    let change = browser_action(move |(): &()| {
        let request = ChangePassword {
            current: Secret::from(current.get_untracked()),
            password: Secret::from(password.get_untracked()),
        };
        async move {
            let changed = answer(change_own_password(request).await);
            if changed.is_ok() {
                announcer.say("Password changed. You are signed out everywhere else.".to_owned());
                on_close.run(());
            }
            changed
        }
    });
    let busy = change.pending();
    let error = Signal::derive(move || change.value().get().and_then(Result::err));
    // What stands at a field is not said twice.
    let banner = Signal::derive(move || error.get().filter(|error| !matches!(error, Error::Fields { .. })));
    let close = Callback::new(move |()| {
        if !busy.get_untracked() {
            on_close.run(());
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            change.dispatch(());
        }
    };
    view! {
        <Dialog id="change-password" title="Change password".to_owned() on_close=close>
            <form on:submit=submit>
                <div class="dialog-body fields">
                    <ErrorBanner id="change-password-error" error=banner/>
                    <input type="hidden" name="username" autocomplete="username" value=email/>
                    <PasswordField
                        id="current"
                        label="Current password"
                        show="Show current password"
                        autocomplete="current-password"
                        value=current
                        autofocus=true
                        error=problem_at(error, "current")
                    />
                    <PasswordField
                        id="new-password"
                        label="New password"
                        show="Show new password"
                        autocomplete="new-password"
                        hint="At least 12 characters. A few unrelated words make a good one. Your other sessions end."
                        value=password
                        error=problem_at(error, "password")
                    />
                </div>
                <DialogFoot busy send="Change password" sending="Saving…" on_cancel=close/>
            </form>
        </Dialog>
    }
}
