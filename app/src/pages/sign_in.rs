use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{CERTIFICATES, SIGN_IN};
use crate::components::{ErrorBanner, Field, NeedsScript, PasswordField, Solo, go_to, on_hydrated};
use crate::server_fns::{answer, is_server_new, sign_in_person};
use crate::service::{Answer, Secret, SignIn};

/// Signing in; while there is nobody who could, how to begin.
#[component]
pub fn SignInPage() -> impl IntoView {
    let is_new = Resource::new_blocking(|| (), |()| async { answer(is_server_new().await) });
    view! {
        <Title text="Sign in"/>
        <Suspense>
            {move || {
                is_new
                    .get()
                    .map(|is_new| match is_new {
                        Ok(true) => view! { <NobodyYet/> }.into_any(),
                        Ok(false) | Err(_) => view! { <SignInForm/> }.into_any(),
                    })
            }}
        </Suspense>
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

    let sign_in = Action::new_local(move |(): &()| {
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

/// The path to go to after signing in: one of this site, never another's.
fn wanted_path(next: Option<String>) -> String {
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
