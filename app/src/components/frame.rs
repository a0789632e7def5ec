use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::menu::UserMenu;
use super::{Icon, Toasts};
use crate::pages::{AUDIT_LOG, CERTIFICATES, TOKENS};
use crate::server_fns::{answer, who_am_i};
use crate::service::Me;

/// What every page inside a company stands in: bar on top, navigation beside, messages below.
#[component]
pub fn Frame(
    /// The page, inside `<main>`.
    children: Children,
) -> impl IntoView {
    let me = Resource::new_blocking(|| (), |()| async { answer(who_am_i().await).ok().flatten() });
    view! {
        <a class="skip-link" href="#main">"Skip to content"</a>
        <header class="topbar">
            <button type="button" class="icon-button topbar-menu" popovertarget="site-nav" aria-label="Menu">
                <Icon name="menu"/>
            </button>
            <a class="brand" href=CERTIFICATES>
                <Icon name="logo" class="logo"/>
                " Signet"
            </a>
            <Transition>{move || me.get().flatten().map(|me| view! { <Person me/> })}</Transition>
        </header>
        <div class="shell">
            <Navigation/>
            <main id="main" class="page" tabindex="-1">
                {children()}
            </main>
        </div>
        <Toasts/>
    }
}

/// A page by itself: sign-in, set-up, not found.
#[component]
pub fn Solo(
    /// The heading.
    title: &'static str,
    /// A little wider, for a longer form.
    #[prop(optional)]
    wide: bool,
    /// A sentence below the heading.
    #[prop(optional)]
    lead: Option<&'static str>,
    /// What follows the heading.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="solo">
            <main id="main" class=if wide { "solo-wide" } else { "" }>
                <div class="stack">
                    <Icon name="logo" class="logo logo-large"/>
                    <h1>{title}</h1>
                    {lead.map(|lead| view! { <p class="muted">{lead}</p> })}
                </div>
                {children()}
            </main>
            <footer>"Signet keeps your client certificates. Private keys are encrypted and never shown again."</footer>
        </div>
    }
}

/// Says to those whose browser runs no script why a form's button stays off.
#[component]
pub fn NeedsScript() -> impl IntoView {
    view! {
        <noscript class="banner banner-warning">
            "This page needs JavaScript and WebAssembly. Allow them for this site, then reload the page."
        </noscript>
    }
}

#[component]
fn Person(me: Me) -> impl IntoView {
    view! {
        <span class="topbar-company">{me.company.clone()}</span>
        <UserMenu me/>
    }
}

#[component]
fn Navigation() -> impl IntoView {
    view! {
        <nav id="site-nav" class="sidenav" popover="auto" aria-label="Main">
            <button
                type="button"
                class="icon-button sidenav-close"
                popovertarget="site-nav"
                popovertargetaction="hide"
                aria-label="Close menu"
                autofocus
            >
                <Icon name="x"/>
            </button>
            <h2 id="nav-company">"Company"</h2>
            <ul aria-labelledby="nav-company">
                <li>
                    <span class="sidenav-group" id="nav-security">
                        <Icon name="shield"/>
                        " Security"
                    </span>
                    <ul aria-labelledby="nav-security">
                        <li>
                            <NavigationLink href=CERTIFICATES label="Certificates"/>
                        </li>
                        <li>
                            <NavigationLink href=TOKENS label="API tokens"/>
                        </li>
                        <li>
                            <NavigationLink href=AUDIT_LOG label="Audit log"/>
                        </li>
                    </ul>
                </li>
            </ul>
        </nav>
    }
}

/// A link that says whether it leads to this page.
#[component]
fn NavigationLink(href: &'static str, label: &'static str) -> impl IntoView {
    let path = use_location().pathname;
    view! {
        <a href=href aria-current=move || (path.read().as_str() == href).then_some("page")>
            {label}
        </a>
    }
}
