//! The document and the routes.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::components::{Redirect, Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::components::{Announcer, on_hydrated};
use crate::pages::{
    AuditLogPage, CERTIFICATES, CertificatesPage, InvitePage, NotFoundPage, SetUpPage, SignInPage, TeamPage, TokensPage,
};

/// Runs before the first paint, so that a chosen theme never flashes.
const THEME_SCRIPT: &str =
    "try{const t=localStorage.getItem('theme');if(t)document.documentElement.dataset.theme=t}catch{}";

/// In the context of a page that is sent without encryption to somewhere else than its own machine.
#[derive(Clone, Copy, Debug)]
pub struct SentInTheClear;

/// The HTML document around the app; drawn by the server only.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    #[cfg(feature = "ssr")]
    policy::send();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <script nonce=use_nonce()>{THEME_SCRIPT}</script>
                <link rel="icon" href="/logo.svg" type="image/svg+xml"/>
                <HashedStylesheet id="style" options=options.clone()/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
                // Behind the app, which takes over what it finds first.
                {use_context::<SentInTheClear>()
                    .map(|_| {
                        view! {
                            <p class="in-the-clear" role="note">
                                "This page came without encryption: passwords and private keys can be read on their way. \
                                 Whoever runs Signet should serve it over https."
                            </p>
                        }
                    })}
            </body>
        </html>
    }
}

/// The app: every page and its path.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Announcer::new());
    // Tests and scripts wait for it: from here on the page reacts.
    on_hydrated(|| {
        if let Some(body) = document().body() {
            let _unmarked = body.set_attribute("data-hydrated", "");
        }
    });
    view! {
        <Title formatter=|title: String| format!("{title} · Signet")/>
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=|| view! { <Redirect path=CERTIFICATES/> }/>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/setup") view=SetUpPage ssr=SsrMode::Async/>
                <Route path=path!("/invite") view=InvitePage ssr=SsrMode::Async/>
                <Route path=path!("/company/team") view=TeamPage ssr=SsrMode::Async/>
                <Route path=path!("/company/security/certificates") view=CertificatesPage ssr=SsrMode::Async/>
                <Route path=path!("/company/tokens") view=TokensPage ssr=SsrMode::Async/>
                <Route path=path!("/company/audit-log") view=AuditLogPage ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}

#[cfg(feature = "ssr")]
mod policy {
    use axum::http::{HeaderValue, header};
    use leptos::nonce::use_nonce;
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;

    /// Sends the page's Content-Security-Policy: scripts of this site and those with this answer's nonce, nothing from elsewhere.
    pub fn send() {
        let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
        // The reloading of `cargo leptos watch` listens on a port of its own.
        let reload = if std::env::var_os("LEPTOS_WATCH").is_some() { " ws:" } else { "" };
        let policy = format!(
            "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
             connect-src 'self'{reload}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}
