use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{CERTIFICATES, SIGN_IN};
use crate::components::{
    ErrorBanner, Field, NeedsScript, PasswordField, Solo, browser_action, go_to, on_hydrated, resource,
};
use crate::server_fns::{answer, is_server_new, sign_in_person, who_am_i};
use crate::service::{Answer, Secret, SignIn};

/// Signing in; while there is nobody who could, how to begin. Whoever is signed in goes on to where one wanted to go: the server
/// sees to that before this page, and the page itself where a link of another page has led here.
#[component]
pub fn SignInPage() -> impl IntoView {
    let found = resource(
        || (),
        |()| async {
            let signed_in = answer(who_am_i().await).is_ok_and(|me| me.is_some());
            (signed_in, answer(is_server_new().await))
        },
    );
    view! {
        <Title text="Sign in"/>
        <Suspense>
            {move || {
                found
                    .get()
                    .map(|found| match found {
                        (true, _) => view! { <SignedIn/> }.into_any(),
                        (false, Ok(true)) => view! { <NobodyYet/> }.into_any(),
                        (false, Ok(false) | Err(_)) => view! { <SignInForm/> }.into_any(),
                    })
            }}
        </Suspense>
    }
}

#[component]
fn SignedIn() -> impl IntoView {
    let wanted = wanted_path(use_query_map().read_untracked().get("next"));
    let address = wanted.clone();
    on_hydrated(move || go_to(&address));
    view! {
        <Solo title="You are signed in">
            <p>
                <a href=wanted rel="external">"Go on"</a>
            </p>
        </Solo>
    }
}

#[component]
fn NobodyYet() -> impl IntoView {
    view! {
        <Solo title="Signet is not set up yet" wide=true>
            <p>
                "Nobody has an account on this server. When it started, it printed a one-time set-up link: open that link to create your company and its first administrator."
            </p>
            <p>
                "The link works once, within a day. To get a new one, run " <code>"signet setup-link"</code>
                " on the server."
            </p>
            <p class="muted small">
                <a href=SIGN_IN rel="external">"Sign in"</a>
                " once it is set up."
            </p>
        </Solo>
    }
}

/// E-mail and password; afterwards one lands where one wanted to go.
#[component]
fn SignInForm() -> impl IntoView {
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let query = use_query_map();
    let ready = RwSignal::new(false);
    on_hydrated(move || ready.set(true));

    let sign_in = browser_action(move |(): &()| {
        let request = SignIn { email: email.get_untracked(), password: Secret::from(password.get_untracked()) };
        async move {
            let signed_in: Answer<()> = answer(sign_in_person(request).await);
            if signed_in.is_ok() {
                go_to(&wanted_path(query.read_untracked().get("next")));
            }
            signed_in
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        sign_in.dispatch(());
    };
    let busy = sign_in.pending();
    let error = Signal::derive(move || sign_in.value().get().and_then(Result::err));

    view! {
        <Solo title="Sign in to Signet">
            <NeedsScript/>
            <ErrorBanner id="sign-in-error" error/>
            <form class="card" method="post" action=SIGN_IN on:submit=submit>
                <div class="card-body fields">
                    <Field id="email" label="Email" kind="email" autocomplete="username" value=email autofocus=true/>
                    <PasswordField id="password" autocomplete="current-password" value=password/>
                    <button
                        type="submit"
                        class="button button-primary button-block"
                        disabled=move || !ready.get() || busy.get()
                        aria-busy=move || busy.get().then_some("true")
                    >
                        {move || if busy.get() { "Signing in…" } else { "Sign in" }}
                    </button>
                </div>
            </form>
            <p class="muted small">"No account, or forgot the password? Ask an administrator of your company."</p>
        </Solo>
    }
}

/// The path to go to for whoever is signed in: the one that the sign-in page's `next` says if it is of this site, else the list.
pub fn wanted_path(next: Option<String>) -> String {
    // `//host` and `/\host` are addresses of other sites to a browser.
    next.filter(|path| path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\t', '\n', '\r']))
        .unwrap_or_else(|| CERTIFICATES.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        let wanted = |next: &str| wanted_path(Some(next.to_owned()));
        assert_eq!(wanted("/company/security/certificates?page=2"), "/company/security/certificates?page=2");
        for foreign in
            ["https://example.com/", "//example.com/", "/\\example.com/", "/\t/example.com/", "javascript:alert(1)", ""]
        {
            assert_eq!(wanted(foreign), CERTIFICATES, "{foreign:?}");
        }
        assert_eq!(wanted_path(None), CERTIFICATES);
    }
}
