use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;

use super::host::DialogHost;
use super::seen::Seen;
use super::validator::{check_name, preload};
use crate::certificate::Finding;
use crate::components::{Announcer, Dialog, DialogFoot, ErrorBanner, FieldError, browser_action};
use crate::server_fns::{answer, rename_certificate};
use crate::service::{CertificateRow, Error, Stored};

/// Another name; the same rules here and on the server.
#[component]
pub fn RenameDialog(row: CertificateRow) -> impl IntoView {
    preload();
    let state = DialogHost::of_this_page();
    let announcer = Announcer::of_this_page();
    let name = RwSignal::new(row.name.clone());
    let findings = RwSignal::new(Vec::<Finding>::new());
    let pencil = format!("rename-{}", row.id);
    let seen = Seen::new(row);

    let rename = browser_action({
        let pencil = pencil.clone();
        move |new_name: &String| {
            let (new_name, pencil) = (new_name.clone(), pencil.clone());
            async move {
                let new_name = match check_name(new_name).await {
                    Ok(Ok(new_name)) => new_name,
                    Ok(Err(refused)) => return findings.set(refused),
                    Err(not_loaded) => return seen.error.set(Some(not_loaded.into())),
                };
                findings.set(Vec::new());
                let row = seen.row();
                match answer(rename_certificate(row.id, row.version, new_name).await) {
                    Ok(Stored { findings, .. }) => {
                        let warnings = findings.iter().map(|finding| finding.message.as_str());
                        let said: Vec<&str> = std::iter::once("Certificate renamed.").chain(warnings).collect();
                        announcer.say(said.join(" "));
                        state.close_changed(vec![pencil]);
                    }
                    Err(Error::Refused { findings: refused }) => findings.set(refused),
                    Err(refused) => seen.refused(refused).await,
                }
            }
        }
    });
    let busy = rename.pending();
    let on_close = Callback::new(move |()| {
        if !busy.get_untracked() {
            state.close(pencil.clone());
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        seen.try_again();
        rename.dispatch(name.get_untracked());
    };
    let input = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(input) = input.get() {
            input.select();
        }
    });
    let message = move || findings.read().first().map(|finding| finding.message.clone());

    view! {
        <Dialog id="rename" title="Rename certificate".to_owned() on_close>
            <form on:submit=submit novalidate>
                <div class="dialog-body">
                    <ErrorBanner id="rename-error" error=seen.error words=Seen::words more=seen.changes/>
                    <div class="field">
                        <label for="rename-name">"Name"</label>
                        <input
                            class="input"
                            id="rename-name"
                            name="name"
                            node_ref=input
                            bind:value=name
                            maxlength="128"
                            required
                            autocomplete="off"
                            autofocus
                            aria-describedby="rename-name-error rename-hint"
                            aria-invalid=move || (!findings.read().is_empty()).then_some("true")
                        />
                        <p class="hint" id="rename-hint">"Up to 128 characters. The nodes keep working."</p>
                        {move || message().map(|message| view! { <FieldError id="rename-name-error" message/> })}
                    </div>
                </div>
                <DialogFoot busy send="Save name" sending="Saving…" on_cancel=on_close/>
            </form>
        </Dialog>
    }
}
