use leptos::prelude::*;

use super::account_dialogs::SignInAgain;
use super::company_menu::CompanyMenu;
use super::menu::UserMenu;
use super::navigation::Navigation;
use super::{Icon, Session, Toasts, came_by_link, focus_soon, on_hydrated, resource};
use crate::pages::CERTIFICATES;
use crate::server_fns::{answer, who_am_i};
use crate::service::Me;

/// What every page inside a company stands in: bar on top, navigation beside, messages below.
#[component]
pub fn Frame(
    /// The page, inside `<main>`.
    children: Children,
) -> impl IntoView {
    let session = Session::of_this_page();
    let changes = move || session.map_or(0, Session::changes);
    let me = resource(changes, |_changes| async { answer(who_am_i().await).ok().flatten() });
    // The router leaves the focus behind on a link that is gone.
    if came_by_link() {
        on_hydrated(|| focus_soon(vec!["title".to_owned(), "main".to_owned()]));
    }
    Effect::new(move || {
        if let (Some(session), Some(Some(me))) = (session, me.get()) {
            session.belongs_to(me);
        }
    });
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
            <Navigation me/>
            <main id="main" class="page" tabindex="-1">
                {children()}
            </main>
        </div>
        {session.map(|session| view! { <SignInAgain session/> })}
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
        <CompanyMenu company=me.company.clone() companies=me.companies.clone()/>
        <UserMenu me/>
    }
}
