use leptos::prelude::*;

use super::state::{Format, UploadState};
use crate::certificate::Status;
use crate::components::{Clock, FieldError};
use crate::pages::certificates::host::DialogHost;

/// The name and "Set as primary", once nothing is wrong with the files.
#[component]
pub fn Details() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let storable = Memo::new(move |_| {
        state.judged.read().as_ref().is_some_and(|judged| judged.to_send.is_some())
            && state.stored.read().is_none()
            // A replacement keeps name and primary.
            && state.replacing().is_none()
    });
    move || storable.get().then(|| view! { <Name/><Primary/> })
}

#[component]
fn Name() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let message = move || state.name_findings.read().first().map(|finding| finding.message.clone());
    view! {
        <div class="field">
            <label for="upload-name">"Name"</label>
            <input
                class="input"
                id="upload-name"
                name="name"
                bind:value=state.name
                on:change=move |_| state.ask_about_name()
                maxlength="128"
                required
                autocomplete="off"
                aria-describedby="upload-name-error upload-name-hint"
                aria-invalid=move || (!state.name_findings.read().is_empty()).then_some("true")
            />
            <p class="hint" id="upload-name-hint">"Taken from the certificate. Up to 128 characters."</p>
            {move || message().map(|message| view! { <FieldError id="upload-name-error" message/> })}
        </div>
    }
}

#[component]
fn Primary() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let list = DialogHost::of_this_page();
    let possible = move || {
        let now = list.clock().map(Clock::now)?;
        let judged = state.judged.read();
        let facts = judged.as_ref()?.report.certificate.as_ref()?;
        let valid = Status::at(now, facts.not_before, facts.not_after).is_valid();
        (valid && state.format.get() != Format::CertificateAuthority).then_some(())
    };
    move || {
        possible().map(|()| {
            let former = list.drawn().and_then(|list| list.primary);
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        name="primary"
                        prop:checked=move || state.primary.get()
                        on:change=move |event| state.primary.set(event_target_checked(&event))
                    />
                    <span>
                        "Set as primary"
                        <span class="hint">
                            {match former {
                                Some(former) => format!("“{former}” will no longer be primary."),
                                None => "API nodes use the primary by themselves.".to_owned(),
                            }}
                        </span>
                    </span>
                </label>
            }
        })
    }
}
