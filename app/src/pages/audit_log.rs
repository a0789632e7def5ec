//! Company > Security > Audit log: who did what, newest first.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::AUDIT_LOG;
use crate::components::{Frame, Icon, MissingPermission, NotShown, Resource, contacts, focus_soon, resource};
use crate::server_fns::{answer, audit_choices, list_audit_entries};
use crate::service::{AuditPage, AuditQuery, Error, Permission};

mod address;
mod chain;
mod filters;
mod table;

/// The company's audit log; filters and place live in the address.
#[component]
pub fn AuditLogPage() -> impl IntoView {
    let query = use_query_map();
    let query = Memo::new(move |_| address::read(&query.read()));
    let page = resource(move || query.get(), |query| async { answer(list_audit_entries(query).await) });
    let choices = resource(|| (), |()| async { answer(audit_choices().await).unwrap_or_default() });
    // Another page of the log is another place to read from; the first one is where the browser has put the focus.
    Effect::new(move |before: Option<AuditQuery>| {
        let now = query.get();
        if before.is_some_and(|before| before != now) {
            focus_soon(vec!["title".to_owned()]);
        }
        now
    });
    let problems = Signal::derive(move || match page.get() {
        Some(Err(Error::Fields { problems })) => problems,
        _ => Vec::new(),
    });
    let checked = chain::checked();
    let contacts =
        contacts(Permission::CompanySettings, move || matches!(page.get(), Some(Err(Error::Forbidden { .. }))));
    view! {
        <Title text="Audit log"/>
        <Frame>
            <div class="page-head">
                <div>
                    <nav class="breadcrumb" aria-label="Breadcrumb">
                        <ol>
                            <li>"Company"</li>
                            <li>"Security"</li>
                        </ol>
                    </nav>
                    <h1 id="title" tabindex="-1">"Audit log"</h1>
                    <p>
                        "Everything that was changed or refused. Entries are final: each is chained to the one before, and "
                        <code>"signet audit verify"</code>
                        " finds one that was touched."
                    </p>
                    <Transition>
                        {move || page.get().and_then(Result::ok).map(|_| view! { <chain::Chain checked/> })}
                    </Transition>
                </div>
                <Transition>
                    {move || {
                        page.get()
                            .and_then(Result::ok)
                            .filter(|page| !page.rows.is_empty())
                            .map(|_| view! { <Export query=query.get()/> })
                    }}
                </Transition>
            </div>
            <Transition fallback=Loading>
                {move || {
                    page.get()
                        .zip(contacts.get())
                        .map(|(answered, contacts)| match answered {
                            Ok(found) => {
                                view! { <Log query=query.get() choices problems found=Some(found)/> }.into_any()
                            }
                            Err(Error::Fields { .. }) => {
                                view! { <Log query=query.get() choices problems found=None/> }.into_any()
                            }
                            Err(Error::Forbidden { permission }) => {
                                view! { <MissingPermission title="You cannot see the audit log" permission contacts/> }
                                    .into_any()
                            }
                            Err(error) => {
                                let retry = Callback::new(move |()| page.refetch());
                                view! { <NotShown what="the audit log" path=AUDIT_LOG error retry/> }.into_any()
                            }
                        })
                }}
            </Transition>
        </Frame>
    }
}

#[component]
fn Log(
    query: AuditQuery,
    choices: Resource<crate::service::AuditChoices>,
    problems: Signal<Vec<crate::service::FieldProblem>>,
    found: Option<AuditPage>,
) -> impl IntoView {
    let filters = query.clone();
    view! {
        <div class="table-area">
            {move || {
                let query = filters.clone();
                choices.get().map(|choices| view! { <filters::Filters query choices problems/> })
            }}
            {found
                .map(|found| {
                    if found.rows.is_empty() {
                        view! { <Nothing/> }.into_any()
                    } else {
                        view! { <table::Entries query found/> }.into_any()
                    }
                })}
        </div>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <div class="empty">
            <h2>"Nothing found"</h2>
            <p>
                <a href=AUDIT_LOG>"Show all entries"</a>
            </p>
        </div>
    }
}

#[component]
fn Export(query: AuditQuery) -> impl IntoView {
    view! {
        <div class="actions">
            <a class="button" href=address::of_export(&query) rel="external" download>
                <Icon name="download"/>
                " Export CSV"
            </a>
        </div>
    }
}

#[component]
fn Loading() -> impl IntoView {
    view! { <p class="muted" role="status">"Loading the audit log…"</p> }
}
