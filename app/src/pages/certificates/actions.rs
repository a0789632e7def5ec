use leptos::prelude::*;

use super::restore::restore;
use super::state::{ListState, Open};
use crate::certificate::Status;
use crate::components::{Announcer, Icon};
use crate::service::CertificateRow;
use crate::words;

/// What can be done with a certificate.
#[component]
pub fn RowActions(row: CertificateRow, used_by: u64, status: Status) -> impl IntoView {
    let state = ListState::of_this_page();
    let CertificateRow { id, name, primary, .. } = row.clone();
    let (to_primary, to_delete) = (row.clone(), row.clone());
    let open = move |dialog: fn(CertificateRow) -> Open| {
        let row = row.clone();
        move |_| state.show(dialog(row.clone()))
    };
    view! {
        <div class="row-actions">
            {(!primary).then(|| view! { <SetPrimaryButton row=to_primary status/> })}
            {primary
                .then(|| {
                    view! {
                        <button
                            type="button"
                            id=format!("primary-{id}")
                            class="button button-quiet button-small"
                            on:click=open(Open::RemovePrimary)
                        >
                            "Remove primary"
                            <span class="visually-hidden">{format!(": {name}")}</span>
                        </button>
                    }
                })}
            <button
                type="button"
                id=format!("rename-{id}")
                class="icon-button"
                aria-label=format!("Rename {name}")
                title="Rename"
                on:click=open(Open::Rename)
            >
                <Icon name="pencil"/>
            </button>
            <button
                type="button"
                id=format!("delete-{id}")
                class="icon-button"
                aria-label=format!("Delete {name}")
                title="Delete"
                on:click=move |_| state.show(Open::Delete(to_delete.clone(), used_by))
            >
                <Icon name="trash"/>
            </button>
        </div>
    }
}

/// "Set as primary"; off for those that cannot be it, and says why.
#[component]
fn SetPrimaryButton(row: CertificateRow, status: Status) -> impl IntoView {
    let state = ListState::of_this_page();
    let announcer = Announcer::of_this_page();
    let reason = words::why_not_primary(row.ca, status);
    let id = format!("primary-{}", row.id);
    let why = format!("{id}-why");
    let described_by = reason.is_some().then(|| why.clone());
    let name = row.name.clone();
    let pressed = move |_| match reason {
        Some(reason) => announcer.say(reason.to_owned()),
        None => state.show(Open::SetPrimary(row.clone())),
    };
    view! {
        <button
            type="button"
            id=id
            class="button button-quiet button-small"
            title=reason
            aria-disabled=reason.is_some().then_some("true")
            aria-describedby=described_by
            on:click=pressed
        >
            "Set as primary"
            <span class="visually-hidden">{format!(": {name}")}</span>
        </button>
        {reason.map(|reason| view! { <span class="visually-hidden" id=why>{reason}</span> })}
    }
}

/// Takes back a delete.
#[component]
pub fn RestoreButton(row: CertificateRow) -> impl IntoView {
    let restore = restore(&row);
    view! {
        <div class="row-actions">
            <button
                type="button"
                class="button button-quiet button-small"
                disabled=restore.pending()
                on:click=move |_| {
                    restore.dispatch(());
                }
            >
                "Restore"
                <span class="visually-hidden">{format!(": {}", row.name)}</span>
            </button>
        </div>
    }
}
