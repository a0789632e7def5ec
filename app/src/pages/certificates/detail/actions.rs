use leptos::prelude::*;

use super::state::{DetailState, Open};
use crate::certificate::Status;
use crate::components::{Announcer, Icon};
use crate::pages::certificates::address;
use crate::service::CertificateRow;
use crate::words;

/// What can be done with the certificate.
#[component]
pub fn Actions(row: CertificateRow, status: Status) -> impl IntoView {
    let state = DetailState::of_this_page();
    let CertificateRow { id, name, .. } = row.clone();
    let open = {
        let row = row.clone();
        move |dialog: fn(CertificateRow) -> Open| {
            let row = row.clone();
            move |_| state.show(dialog(row.clone()))
        }
    };
    view! {
        <div class="actions">
            <PrimaryButton row status/>
            <button type="button" id=format!("rename-{id}") class="button" on:click=open(Open::Rename)>
                <Icon name="pencil"/>
                " Rename"
            </button>
            <a class="button" href=format!("{}/public.pem", address::of_certificate(&id)) rel="external" download>
                <Icon name="download"/>
                " Public PEM"
                <span class="visually-hidden">{format!(" of {name}")}</span>
            </a>
            <button type="button" id=format!("delete-{id}") class="button" on:click=open(Open::Delete)>
                <Icon name="trash"/>
                " Delete"
            </button>
            <button type="button" id=format!("replace-{id}") class="button button-primary" on:click=open(Open::Replace)>
                <Icon name="swap"/>
                " Replace"
            </button>
        </div>
    }
}

/// Sets or removes the primary; where it cannot be set, the button says why.
#[component]
fn PrimaryButton(row: CertificateRow, status: Status) -> impl IntoView {
    let state = DetailState::of_this_page();
    let announcer = Announcer::of_this_page();
    let id = format!("primary-{}", row.id);
    if row.ca {
        return ().into_any();
    }
    if row.primary {
        let open = move |_| state.show(Open::RemovePrimary(row.clone()));
        return view! {
            <button type="button" id=id class="button" on:click=open>
                "Remove primary"
            </button>
        }
        .into_any();
    }
    let Some(why_not) = words::why_not_primary(row.ca, status) else {
        let open = move |_| state.show(Open::SetPrimary(row.clone()));
        return view! {
            <button type="button" id=id class="button" on:click=open>
                <Icon name="seal"/>
                " Set as primary"
            </button>
        }
        .into_any();
    };
    view! {
        <button
            type="button"
            id=id
            class="button"
            aria-disabled="true"
            aria-describedby="why-not-primary"
            title=why_not
            on:click=move |_| announcer.say(why_not.to_owned())
        >
            <Icon name="seal"/>
            " Set as primary"
        </button>
        <span class="visually-hidden" id="why-not-primary">{why_not}</span>
    }
    .into_any()
}
