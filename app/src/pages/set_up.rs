use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{CERTIFICATES, SIGN_IN};
use crate::components::{
    ErrorBanner, Field, NeedsScript, PasswordField, Solo, browser_action, error_text, go_to, on_hydrated, problem_at,
    resource,
};
use crate::server_fns::{answer, check_setup_link, set_up_company};
use crate::service::{Answer, Error, Secret, SetUp};

/// The first company and its administrator, opened by the one-time link that the server prints.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let query = use_query_map();
    let token = Memo::new(move |_| query.read().get("token").unwrap_or_default());
    let link =
        resource(move || token.get(), |token| async move { answer(check_setup_link(Secret::from(token)).await) });
    view! {
        <Title text="Set up"/>
        <Suspense>
            {move || {
                link.get()
                    .map(|link: Answer<()>| match link {
                        Ok(()) => view! { <SetUpForm token/> }.into_any(),
                        Err(error) => view! { <LinkRefused error/> }.into_any(),
                    })
            }}
        </Suspense>
    }
}

#[component]
fn LinkRefused(error: Error) -> impl IntoView {
    view! {
        <Solo title="Set up Signet">
            <div class="banner banner-error" role="alert">
                <p>{error_text(&error)}</p>
            </div>
            <p>
                <a href=SIGN_IN>"Sign in"</a>
                " if Signet is set up already."
            </p>
        </Solo>
    }
}

#[component]
fn SetUpForm(token: Memo<String>) -> impl IntoView {
    let company = RwSignal::new(String::new());
    let name = RwSignal::new(String::new());
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let ready = RwSignal::new(false);
    on_hydrated(move || ready.set(true));

    let set_up = browser_action(move |(): &()| {
        let request = SetUp {
            token: Secret::from(token.get_untracked()),
            company: company.get_untracked(),
            name: name.get_untracked(),
            email: email.get_untracked(),
            password: Secret::from(password.get_untracked()),
        };
        async move {
            let done: Answer<()> = answer(set_up_company(request).await);
            if done.is_ok() {
                go_to(CERTIFICATES);
            }
            done
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        set_up.dispatch(());
    };
    let busy = set_up.pending();
    let error = Signal::derive(move || set_up.value().get().and_then(Result::err));
    // What stands at a field is not said twice.
    let banner = Signal::derive(move || error.get().filter(|error| !matches!(error, Error::Fields { .. })));

    view! {
        <Solo
            title="Set up Signet"
            wide=true
            lead="This server is new. Create your company and its first administrator."
        >
            <NeedsScript/>
            <ErrorBanner id="setup-error" error=banner/>
            <form class="card" method="post" on:submit=submit>
                <div class="card-body fields">
                    <Field
                        id="company"
                        label="Company"
                        autocomplete="organization"
                        value=company
                        error=problem_at(error, "company")
                        autofocus=true
                    />
                    <Field
                        id="name"
                        label="Your name"
                        autocomplete="name"
                        value=name
                        error=problem_at(error, "name")
                    />
                    <Field
                        id="email"
                        label="Email"
                        kind="email"
                        autocomplete="username"
                        value=email
                        error=problem_at(error, "email")
                    />
                    <PasswordField
                        id="password"
                        autocomplete="new-password"
                        hint="At least 12 characters. A few unrelated words make a good one."
                        value=password
                        error=problem_at(error, "password")
                    />
                    <button
                        type="submit"
                        class="button button-primary button-block"
                        disabled=move || !ready.get() || busy.get()
                        aria-busy=move || busy.get().then_some("true")
                    >
                        {move || if busy.get() { "Creating…" } else { "Create company and sign in" }}
                    </button>
                </div>
            </form>
        </Solo>
    }
}
