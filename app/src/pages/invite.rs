use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{CERTIFICATES, SIGN_IN};
use crate::components::{
    ErrorBanner, Field, NeedsScript, PasswordField, Solo, browser_action, error_text, go_to, on_hydrated, problem_at,
    resource,
};
use crate::server_fns::{accept_invitation_link, answer, check_invitation};
use crate::service::{AcceptInvitation, Answer, Error, InvitationFacts, Secret};

/// Joining a company, opened by the one-time link that an administrator sent.
#[component]
pub fn InvitePage() -> impl IntoView {
    let query = use_query_map();
    let token = Memo::new(move |_| query.read().get("token").unwrap_or_default());
    let facts =
        resource(move || token.get(), |token| async move { answer(check_invitation(Secret::from(token)).await) });
    view! {
        <Title text="Invitation"/>
        <Suspense>
            {move || {
                facts
                    .get()
                    .map(|facts: Answer<InvitationFacts>| match facts {
                        Ok(facts) => view! { <Invitation token facts/> }.into_any(),
                        Err(error) => view! { <LinkRefused error/> }.into_any(),
                    })
            }}
        </Suspense>
    }
}

#[component]
fn LinkRefused(error: Error) -> impl IntoView {
    view! {
        <Solo title="Join a company">
            <div class="banner banner-error" role="alert">
                <p>{error_text(&error)}</p>
            </div>
            <p>
                <a href=SIGN_IN>"Sign in"</a>
                " if you have accepted it already."
            </p>
        </Solo>
    }
}

#[component]
fn Invitation(token: Memo<String>, facts: InvitationFacts) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let ready = RwSignal::new(false);
    on_hydrated(move || ready.set(true));

    let accept = browser_action(move |(): &()| {
        let request = AcceptInvitation {
            token: Secret::from(token.get_untracked()),
            name: name.get_untracked(),
            password: Secret::from(password.get_untracked()),
        };
        async move {
            let joined: Answer<()> = answer(accept_invitation_link(request).await);
            if joined.is_ok() {
                go_to(CERTIFICATES);
            }
            joined
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        accept.dispatch(());
    };
    let busy = accept.pending();
    let error = Signal::derive(move || accept.value().get().and_then(Result::err));
    // What stands at a field is not said twice.
    let banner = Signal::derive(move || error.get().filter(|error| !matches!(error, Error::Fields { .. })));

    let InvitationFacts { company, email, invited_by, known, you, signed_in_as } = facts;
    let other = signed_in_as.filter(|_| !you).map(|other| {
        view! {
            <p class="muted">
                {format!("You are signed in as {other}. This invitation is for {email}: accepting it signs {other} out.")}
            </p>
        }
    });
    let fields = match (you, known) {
        (true, _) => ().into_any(),
        (false, true) => view! {
            <PasswordField
                id="password"
                autocomplete="current-password"
                hint="You have an account with this address already: enter its password."
                value=password
                error=problem_at(error, "password")
                autofocus=true
            />
        }
        .into_any(),
        (false, false) => view! {
            <Field
                id="name"
                label="Your name"
                autocomplete="name"
                value=name
                error=problem_at(error, "name")
                autofocus=true
            />
            <PasswordField
                id="password"
                autocomplete="new-password"
                hint="At least 12 characters. A few unrelated words make a good one."
                value=password
                error=problem_at(error, "password")
            />
        }
        .into_any(),
    };
    view! {
        <Solo title="Join a company" wide=true>
            <p>{invited_by} " invites you to " <strong>{company}</strong> "."</p>
            {other}
            <ErrorBanner id="invitation-error" error=banner/>
            <NeedsScript/>
            <form class="card" method="post" on:submit=submit>
                <div class="card-body fields">
                    <div class="field">
                        <label for="email">"Email"</label>
                        <input
                            class="input"
                            id="email"
                            name="email"
                            type="email"
                            autocomplete="username"
                            value=email
                            readonly
                        />
                    </div>
                    {fields}
                    <button
                        type="submit"
                        class="button button-primary button-block"
                        disabled=move || !ready.get() || busy.get()
                        aria-busy=move || busy.get().then_some("true")
                    >
                        {move || if busy.get() { "Joining…" } else { "Join" }}
                    </button>
                </div>
            </form>
        </Solo>
    }
}
