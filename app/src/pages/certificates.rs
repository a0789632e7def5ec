//! Company > Security > Certificates: the list and its dialogs.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::LazyRoute;

use crate::components::{
    Frame, Icon, MissingPermission, Outdated, Shown, breath, contacts, mark_hydrated, why_not_read,
};
use crate::pages::SIGN_IN;
use crate::service::{CertificateList, Contact, Due, Error, ListFilter, ListQuery, Permission};
use crate::words;

mod actions;
mod address;
mod badges;
mod delete;
mod detail;
mod dialogs;
mod host;
mod named_nodes;
mod octets;
mod pagination;
mod primary;
mod rename;
mod restore;
mod row;
mod seen;
mod skeleton;
mod state;
mod table;
mod toolbar;
mod unlocker;
mod upload;
mod used_by;
mod validator;

pub use detail::CertificatePage;
use state::{ListState, Open};

/// The route of [`CertificatesPage`], whose code is there from the start.
#[derive(Clone, Copy, Debug)]
pub struct CertificatesRoute;

impl LazyRoute for CertificatesRoute {
    fn data() -> Self {
        Self
    }

    async fn view(_this: Self) -> AnyView {
        // What is around the page is one piece of the browser's work, and the page another.
        breath().await;
        view! { <CertificatesPage/> }.into_any()
    }
}

/// The list of the company's certificates.
#[component]
pub fn CertificatesPage() -> impl IntoView {
    mark_hydrated();
    let state = ListState::new();
    provide_context(state);
    let contacts = contacts(Permission::CompanySettings, move || state.list.is_forbidden());
    view! {
        <Title text="Certificates"/>
        <Frame>
            <div class="page-head">
                <div>
                    <nav class="breadcrumb" aria-label="Breadcrumb">
                        <ol>
                            <li>"Company"</li>
                            <li>"Security"</li>
                        </ol>
                    </nav>
                    <h1 id="title" tabindex="-1">"Certificates"</h1>
                    <p>"They identify your API nodes to services that require mTLS."</p>
                </div>
                <Transition fallback=skeleton::ButtonSkeleton>
                    {move || {
                        let has_list = state.list.shown()?.part().is_some_and(|list| !list.is_bare());
                        has_list.then(|| view! { <div class="actions"><CreateButton/></div> })
                    }}
                </Transition>
            </div>
            <Transition fallback=skeleton::Skeleton>
                {move || {
                    // Both are asked for at once, also where the second is not needed: a page waits for what it has asked for.
                    state
                        .list
                        .shown()
                        .zip(contacts.get())
                        .map(|(shown, contacts)| match shown {
                            Shown::Current(list) => view! { <Certificates list/> }.into_any(),
                            Shown::Outdated(list, error) => {
                                view! {
                                    <Outdated what="This list" error retry=state.list.retry()/>
                                    <Certificates list/>
                                }
                                    .into_any()
                            }
                            Shown::Nothing(error) => view! { <NoList error contacts/> }.into_any(),
                        })
                }}
            </Transition>
        </Frame>
        <dialogs::Dialogs/>
    }
}

#[component]
fn CreateButton() -> impl IntoView {
    let state = ListState::of_this_page();
    view! {
        <button
            type="button"
            id="create"
            class="button button-primary"
            on:pointerenter=|_| dialogs::preload()
            on:focus=|_| dialogs::preload()
            on:click=move |_| state.show(Open::Upload)
        >
            <Icon name="plus"/>
            " Create certificate"
        </button>
    }
}

#[component]
fn Certificates(list: CertificateList) -> impl IntoView {
    if list.is_bare() {
        return view! { <NoCertificates/> }.into_any();
    }
    let nothing = list.rows.is_empty();
    let toolbar = view! { <toolbar::Toolbar list=list.clone()/> };
    view! {
        <DueBanner due=list.due/>
        <div class="table-area">
            {toolbar}
            {if nothing {
                view! { <NothingFound list/> }.into_any()
            } else {
                view! { <table::CertificateTable list/> }.into_any()
            }}
        </div>
    }
    .into_any()
}

/// What expires within days and is used.
#[component]
fn DueBanner(due: Due) -> impl IntoView {
    (due.certificates > 0).then(|| {
        let (what, then) = words::due(due);
        let filter = ListQuery { page: 1, filter: ListFilter::Expiring, ..ListQuery::default() };
        view! {
            <div class="banner banner-warning">
                <Icon name="warning"/>
                <p>
                    <strong>{what}</strong>
                    " "
                    {then}
                </p>
                <a href=address::of(&filter)>"Review"</a>
            </div>
        }
    })
}

/// None is like what is searched for and of the kind that is filtered.
#[component]
fn NothingFound(list: CertificateList) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name="search" class="empty-icon"/>
            <h2>"No certificates match"</h2>
            <p role="status">{words::nothing_found(&list)}</p>
            <div class="actions">
                <a class="button" href=crate::pages::CERTIFICATES>"Clear filters"</a>
            </div>
        </div>
    }
}

#[component]
fn NoCertificates() -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name="certificate" class="empty-icon"/>
            <h2>"No certificates yet"</h2>
            <p>
                "Add a client certificate so your API nodes can identify themselves to services that require mTLS."
            </p>
            <div class="actions">
                <CreateButton/>
                <button type="button" class="button" popovertarget="what-files">
                    "What files do I need?"
                </button>
            </div>
        </div>
        <div id="what-files" class="popover" popover="auto" role="dialog" aria-labelledby="what-files-title">
            <h2 id="what-files-title">"What files do I need?"</h2>
            <div class="stack">
                <p>
                    <strong>"One PEM file"</strong>
                    " with the certificate and its private key. It has the lines "
                    <code>"BEGIN CERTIFICATE"</code>
                    " and "
                    <code>"BEGIN PRIVATE KEY"</code>
                    "."
                </p>
                <p>
                    <strong>"Or two files:"</strong>
                    " a CRT file with the certificate and a KEY file with its private key."
                </p>
                <p class="muted">
                    "The service you call, or its certificate authority, issues them to you. Make sure that they have not expired."
                </p>
            </div>
        </div>
    }
}

#[component]
fn NoList(error: Error, contacts: Vec<Contact>) -> impl IntoView {
    let state = ListState::of_this_page();
    let retry = state.list.retry();
    match error {
        Error::Forbidden { permission } => {
            view! { <MissingPermission title="You cannot see the certificates" permission contacts/> }.into_any()
        }
        Error::SignedOut => view! {
            <div class="empty">
                <Icon name="lock" class="empty-icon"/>
                <h2>"Your session has ended"</h2>
                <p>"Sign in again to see the certificates."</p>
                <div class="actions">
                    {if state.session().me().is_some() {
                        view! {
                            <button
                                type="button"
                                class="button button-primary"
                                on:click=move |_| state.session().ask()
                            >
                                "Sign in"
                            </button>
                        }
                            .into_any()
                    } else {
                        view! {
                            <a
                                class="button button-primary"
                                rel="external"
                                href=format!("{SIGN_IN}?next={}", super::CERTIFICATES)
                            >
                                "Sign in"
                            </a>
                        }
                            .into_any()
                    }}
                </div>
            </div>
        }
        .into_any(),
        error => view! {
            <div class="empty" role="alert">
                <Icon name="warning" class="empty-icon"/>
                <h2>"The certificates could not be loaded"</h2>
                <p>{why_not_read(&error)}</p>
                <div class="actions">
                    <button type="button" class="button button-primary" on:click=move |_| retry.run(())>
                        "Try again"
                    </button>
                </div>
            </div>
        }
        .into_any(),
    }
}
