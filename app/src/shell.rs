//! The document and the routes.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Redirect, Route, Router};
use leptos_router::{Lazy, SsrMode, path};

use crate::components::{Announcer, watch_history};
use crate::pages::{
    ApiNodeRoute, ApiNodesRoute, AuditLogRoute, CERTIFICATES, CertificateRoute, CertificatesRoute, InviteRoute,
    NotFoundPage, SetUpRoute, SignInRoute, TeamRoute, TokensRoute,
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
                <Program options/>
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

/// The browser's part of the program. It is fetched once the page is to be seen, since that can be read before it reacts: a telephone on a slow
/// network has enough to do with what is shown.
#[component]
fn Program(options: LeptosOptions) -> impl IntoView {
    let folder = format!("/{}", options.site_pkg_dir);
    let (js, wasm) = program::files(&options);
    // Only for what it leaves behind: where the parts are that are loaded later.
    let _written_below = HydrationScripts(HydrationScriptsProps::builder().options(options).build());
    let script = format!(
        "const load=()=>import('{folder}/{js}').then(program=>\
         program.default({{module_or_path:'{folder}/{wasm}'}}).then(()=>program.hydrate()));\
         document.hidden?setTimeout(load):requestAnimationFrame(()=>setTimeout(load))"
    );
    view! {
        <script type="module" nonce=use_nonce()>
            {script}
        </script>
    }
}

mod program {
    use leptos::config::LeptosOptions;

    /// The names of the JavaScript and the WebAssembly file, as `cargo leptos` has written them.
    pub fn files(options: &LeptosOptions) -> (String, String) {
        let name = &options.output_name;
        let hashes = options.hash_files.then(|| read(options)).flatten().unwrap_or_default();
        let named = |kind: &str, ending: &str| {
            let line = hashes.lines().find_map(|line| line.strip_prefix(kind)?.strip_prefix(':'));
            line.map_or_else(|| format!("{name}{ending}"), |hash| format!("{name}.{}{ending}", hash.trim()))
        };
        (named("js", ".js"), named("wasm", ".wasm"))
    }

    /// The file lies beside the program.
    fn read(options: &LeptosOptions) -> Option<String> {
        let program = std::env::current_exe().ok()?;
        std::fs::read_to_string(program.parent()?.join(options.hash_file.as_ref())).ok()
    }
}

/// The app: every page and its path.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Announcer::new());
    watch_history();
    view! {
        <Title formatter=|title: String| format!("{title} · Signet")/>
        <Router>
            <FlatRoutes fallback=NotFoundPage>
                <Route path=path!("/") view=|| view! { <Redirect path=CERTIFICATES/> }/>
                <Route path=path!("/sign-in") view={Lazy::<SignInRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/setup") view={Lazy::<SetUpRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/invite") view={Lazy::<InviteRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/api-nodes") view={Lazy::<ApiNodesRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/api-nodes/:id") view={Lazy::<ApiNodeRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/company/team") view={Lazy::<TeamRoute>::new()} ssr=SsrMode::Async/>
                <Route
                    path=path!("/company/security/certificates")
                    view={Lazy::<CertificatesRoute>::new()}
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/company/security/certificates/:id")
                    view={Lazy::<CertificateRoute>::new()}
                    ssr=SsrMode::Async
                />
                <Route path=path!("/company/tokens") view={Lazy::<TokensRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/company/audit-log") view={Lazy::<AuditLogRoute>::new()} ssr=SsrMode::Async/>
            </FlatRoutes>
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
        // Not `report-to` as well: Chromium then no longer minds `report-uri`, and over plain http it sends nothing.
        let policy = format!(
            "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
             connect-src 'self'{reload}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
             report-uri /csp-reports"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}
