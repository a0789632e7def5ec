use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;

use super::{
    Announcer, Dialog, DialogFoot, ErrorBanner, PasswordField, Session, browser_action, focus_main_button_soon, go_to,
};
use crate::pages::{CERTIFICATES, SIGN_IN};
use crate::server_fns::{answer, sign_in_person, switch_company, who_am_i};
use crate::service::{Answer, Company, Error, Me, Secret, SignIn};

/// Asks whose session has ended for the password.
#[component]
pub fn SignInDialog(
    /// The page's session.
    session: Session,
    /// Whose it was.
    me: Me,
) -> impl IntoView {
    let announcer = Announcer::of_this_page();
    let password = RwSignal::new(String::new());
    let email = me.email.clone();
    let sign_in = browser_action(move |(): &()| {
        let request = SignIn { email: me.email.clone(), password: Secret::from(password.get_untracked()) };
        let companies = me.companies.clone();
        async move {
            let signed_in: Answer<()> = async {
                answer(sign_in_person(request).await)?;
                come_back(companies).await
            }
            .await;
            match &signed_in {
                Ok(()) => {
                    session.renewed();
                    announcer.say("Signed in again.".to_owned());
                    focus_main_button_soon(session.asked_at());
                }
                // Nothing on the page is of the company that the session is in now.
                Err(Error::NotFound) => go_to(CERTIFICATES),
                Err(_told) => {}
            }
            signed_in
        }
    });
    let busy = sign_in.pending();
    let error = Signal::derive(move || sign_in.value().get().and_then(Result::err));
    let close = Callback::new(move |()| {
        if !busy.get_untracked() {
            session.asking().set(false);
            focus_main_button_soon(session.asked_at());
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            sign_in.dispatch(());
        }
    };
    view! {
        <Dialog id="sign-in-again" title="Sign in again".to_owned() on_close=close>
            <form on:submit=submit>
                <div class="dialog-body fields">
                    <ErrorBanner id="sign-in-again-error" error/>
                    <p>"Your session has ended. Nothing on this page is lost."</p>
                    <div class="field">
                        <label for="again-email">"Email"</label>
                        <input
                            class="input"
                            id="again-email"
                            name="email"
                            type="email"
                            autocomplete="username"
                            readonly
                            value=email
                            aria-describedby="again-email-hint"
                        />
                        <p class="hint" id="again-email-hint">
                            "Somebody else? "
                            <a rel="external" href=SIGN_IN>
                                "Go to the sign-in page"
                            </a>
                            ": what you entered here is lost then."
                        </p>
                    </div>
                    <PasswordField id="again-password" autocomplete="current-password" value=password autofocus=true/>
                </div>
                <DialogFoot busy send="Sign in" sending="Signing in…" cancel="Not now" on_cancel=close/>
            </form>
        </Dialog>
    }
}

/// Sees to it that the new session is in the company that the page shows.
async fn come_back(companies: Vec<Company>) -> Answer<()> {
    let Some(shown) = companies.into_iter().find(|company| company.current) else { return Ok(()) };
    let me = answer(who_am_i().await)?.ok_or(Error::SignedOut)?;
    if me.companies.iter().any(|company| company.current && company.id == shown.id) {
        return Ok(());
    }
    answer(switch_company(shown.id).await)
}
