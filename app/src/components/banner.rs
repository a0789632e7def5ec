use leptos::prelude::*;

use super::{Icon, Prose, Session, error_text, focus_soon};
use crate::service::Error;

/// The server's refusal, on top of a dialog or form: announced, and focused when it comes.
///
/// That the session has ended is asked about in a dialog, where the page can go on after it; once somebody has signed in again there is
/// nothing to say any more.
#[component]
pub fn ErrorBanner(
    /// Its id, unique in the page.
    id: &'static str,
    /// The refusal, if there is one.
    #[prop(into)]
    error: Signal<Option<Error>>,
    /// What is said of it.
    #[prop(default = error_text)]
    words: fn(&Error) -> String,
    /// What else is known of it.
    #[prop(into, optional)]
    more: Signal<Option<String>>,
) -> impl IntoView {
    let session = Session::of_this_page();
    let renewals = move || session.map_or(0, |session| session.renewals().get());
    let told_at = RwSignal::new(0);
    Effect::new(move || {
        let Some(error) = error.get() else { return };
        match session.filter(|session| error == Error::SignedOut && session.me().is_some()) {
            Some(session) => {
                told_at.set(session.renewals().get_untracked());
                session.ask();
            }
            None => focus_soon(vec![id.to_owned()]),
        }
    });
    move || {
        let error = error.get()?;
        let session = session.filter(|session| error == Error::SignedOut && session.me().is_some());
        if session.is_some() && renewals() > told_at.get() {
            return None;
        }
        let text = match session {
            Some(_) => "Your session has ended. Sign in again: nothing you entered is lost.".to_owned(),
            None => words(&error),
        };
        let more = move || more.get().map(|more| view! { " " <Prose text=more/> });
        Some(view! {
            <div class="banner banner-error" role="alert" id=id tabindex="-1">
                <Icon name="octagon-x"/>
                <p>
                    <Prose text/>
                    {more}
                </p>
                {session
                    .map(|session| {
                        view! {
                            <button type="button" class="button button-small" on:click=move |_| session.ask()>
                                "Sign in"
                            </button>
                        }
                    })}
            </div>
        })
    }
}
