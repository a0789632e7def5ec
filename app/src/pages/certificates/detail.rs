//! Company > Security > Certificates > one of them.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{delete, primary, rename, upload};
use crate::certificate::Status;
use crate::components::{Frame, Icon, MissingPermission, NotShown, Outdated, Shown, StatusBadge, contacts};
use crate::pages::CERTIFICATES;
use crate::pages::not_found::answer_not_found;
use crate::service::{CertificateDetail, Contact, Error, Permission};
use crate::words;

mod actions;
mod chain;
mod copy;
mod deleted;
mod earlier;
mod facts;
mod history;
mod hosts;
mod state;
mod used_by;
mod validity;

use super::badges::Badges;
use super::host::DialogHost;
use state::{DetailState, Open};

/// One certificate: everything that there is to say about it, and what can be done with it.
#[component]
pub fn CertificatePage() -> impl IntoView {
    let state = DetailState::new();
    provide_context(state);
    let contacts = contacts(Permission::CompanySettings, move || state.detail.is_forbidden());
    view! {
        <Frame>
            <Transition fallback=Loading>
                {move || {
                    state
                        .detail
                        .shown()
                        .zip(contacts.get())
                        .map(|(shown, contacts)| match shown {
                            Shown::Current(detail) => view! { <Certificate detail/> }.into_any(),
                            Shown::Outdated(detail, error) => {
                                view! {
                                    <Outdated what="This page" error retry=state.detail.retry()/>
                                    <Certificate detail/>
                                }
                                    .into_any()
                            }
                            Shown::Nothing(Error::NotFound) => view! { <NotThere/> }.into_any(),
                            Shown::Nothing(error) => view! { <NoCertificate error contacts/> }.into_any(),
                        })
                }}
            </Transition>
        </Frame>
        <Dialogs/>
    }
}

#[component]
fn Certificate(detail: CertificateDetail) -> impl IntoView {
    let CertificateDetail { row, now, .. } = detail.clone();
    let status = Status::at(now, row.not_before, row.not_after);
    let is_deleted = row.deleted_on.is_some();
    view! {
        <Title text=row.name.clone()/>
        <div class="page-head">
            <div>
                <Breadcrumb/>
                <div class="page-title">
                    <h1 id="title" tabindex="-1">{row.name.clone()}</h1>
                    <Badges primary=row.primary ca=row.ca/>
                    " "
                    <StatusBadge status badge=words::badge(status, now, row.not_before, row.not_after) not_before=row.not_before/>
                </div>
            </div>
            {(!is_deleted).then(|| view! { <actions::Actions row=row.clone() status/> })}
        </div>
        {detail.restorable_until.map(|until| view! { <deleted::Deleted row=row.clone() until/> })}
        <div class="columns">
            <div>
                <validity::Validity row=row.clone() status now/>
                <facts::Facts detail=detail.clone()/>
                <chain::Chain links=detail.chain.clone() ca=row.ca/>
            </div>
            <div>
                {(!is_deleted)
                    .then(|| view! { <used_by::UsedBy row=row.clone() usage=detail.usage.clone()/> })}
                {(!detail.earlier.is_empty()).then(|| view! { <earlier::EarlierVersions detail=detail.clone()/> })}
                <history::History
                    id=row.id.clone()
                    entries=detail.history.clone()
                    goes_on=detail.history_goes_on
                />
            </div>
        </div>
    }
}

#[component]
fn Breadcrumb() -> impl IntoView {
    view! {
        <nav class="breadcrumb" aria-label="Breadcrumb">
            <ol>
                <li>"Company"</li>
                <li>"Security"</li>
                <li>
                    <a href=CERTIFICATES>"Certificates"</a>
                </li>
            </ol>
        </nav>
    }
}

/// For an id that the company has no certificate with, or none any more.
#[component]
fn NotThere() -> impl IntoView {
    answer_not_found();
    view! {
        <Title text="Certificate not found"/>
        <Head/>
        <div class="empty">
            <Icon name="search" class="empty-icon"/>
            <h2>"There is no such certificate"</h2>
            <p>
                "The address may be mistyped. A certificate that was deleted can be restored for 30 days; afterwards only the audit log tells of it."
            </p>
            <div class="actions">
                <a class="button button-primary" href=CERTIFICATES>"All certificates"</a>
            </div>
        </div>
    }
}

/// The heading of a page that has no certificate to show.
#[component]
fn Head() -> impl IntoView {
    view! {
        <div class="page-head">
            <div>
                <Breadcrumb/>
                <h1 id="title" tabindex="-1">"Certificate"</h1>
            </div>
        </div>
    }
}

#[component]
fn NoCertificate(error: Error, contacts: Vec<Contact>) -> impl IntoView {
    let state = DetailState::of_this_page();
    view! {
        <Title text="Certificate"/>
        <Head/>
        {match error {
            Error::Forbidden { permission } => {
                view! { <MissingPermission title="You cannot see this certificate" permission contacts/> }.into_any()
            }
            error => {
                let retry = state.detail.retry();
                view! { <NotShown what="this certificate" path=untrack(|| state.address()) error retry/> }.into_any()
            }
        }}
    }
}

#[component]
fn Loading() -> impl IntoView {
    view! { <p class="muted" role="status">"Loading the certificate…"</p> }
}

/// The dialog that is open, if one is.
#[component]
fn Dialogs() -> impl IntoView {
    let state = DetailState::of_this_page();
    move || {
        state.open.get().map(|open| match open {
            Open::Replace(row) => view! { <upload::UploadDialog replacing=Some(row)/> }.into_any(),
            Open::Rename(row) => view! { <rename::RenameDialog row/> }.into_any(),
            Open::SetPrimary(row) => view! { <primary::SetPrimaryDialog row/> }.into_any(),
            Open::RemovePrimary(row) => view! { <primary::RemovePrimaryDialog row/> }.into_any(),
            Open::Delete(row) => {
                let used_by = DialogHost::of_this_page().drawn().and_then(|list| list.used_by.first().copied());
                view! { <delete::DeleteDialog row used_by=used_by.unwrap_or_default()/> }.into_any()
            }
            Open::Hosts(row, hosts) => view! { <hosts::HostsDialog row hosts/> }.into_any(),
            Open::BringBack(question) => view! { <earlier::BringBackDialog question/> }.into_any(),
        })
    }
}
