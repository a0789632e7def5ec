//! "Create certificate": files first, then what the validator says of them, then the name.

use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;

use super::state::ListState;
use crate::components::{Announcer, Confirmation, Dialog, DialogKind, DialogSize, ErrorBanner};
use crate::server_fns::{answer, upload_certificate};
use crate::service::Error;
use crate::words;

mod checks;
mod choose;
mod details;
mod files;
mod input;
mod lock;
mod preview;
mod state;

use state::{Format, UploadState};

/// The dialog, from the choice of files to "Create certificate".
#[component]
pub fn UploadDialog() -> impl IntoView {
    let list = ListState::of_this_page();
    let announcer = Announcer::of_this_page();
    let state = UploadState::new(list);
    provide_context(state);
    let discarding = RwSignal::new(false);

    let create = Action::new_local(move |(): &()| async move {
        let Some(upload) = state.to_create().await else { return };
        match answer(upload_certificate(upload).await) {
            Ok(row) => {
                announcer.say(format!("Certificate “{}” created.", row.name));
                list.close_changed(vec![format!("name-{}", row.id), "create".to_owned()]);
            }
            Err(error) => state.refused(error),
        }
    });
    let busy = create.pending();
    let close = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        if state.is_untouched() { list.close("create".to_owned()) } else { discarding.set(true) }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        create.dispatch_local(());
    };
    let size = Signal::derive(move || match &*state.judged.read() {
        Some(judged) if judged.report.certificate.is_some() || judged.report.locked().is_empty() => DialogSize::Wide,
        _ => DialogSize::Medium,
    });
    let subtitle = Signal::derive(move || state.judged.read().is_some().then(|| state.format.get().title().to_owned()));

    view! {
        <Dialog id="upload" title="Create certificate".to_owned() subtitle size on_close=close>
            <form on:submit=submit novalidate>
                <div class="dialog-body">
                    <ErrorBanner id="upload-error" error=state.error/>
                    <checks::Summary/>
                    {move || {
                        if state.judged.read().is_some() {
                            view! { <Judgement/> }.into_any()
                        } else {
                            view! { <choose::Choose/> }.into_any()
                        }
                    }}
                </div>
                <div class="dialog-foot">
                    <span class="foot-note" id="upload-why" role="status">
                        {move || note(state, busy.get())}
                    </span>
                    <button type="button" class="button" disabled=busy on:click=move |_| close.run(())>
                        "Cancel"
                    </button>
                    <button
                        type="submit"
                        class="button button-primary"
                        disabled=move || busy.get() || !state.is_ready()
                        aria-busy=move || busy.get().then_some("true")
                        aria-describedby="upload-why"
                    >
                        {move || if busy.get() { "Saving…" } else { "Create certificate" }}
                    </button>
                </div>
            </form>
        </Dialog>
        {move || {
            discarding
                .get()
                .then(|| {
                    view! {
                        <Confirmation
                            id="discard"
                            title="Discard the chosen file?".to_owned()
                            kind=DialogKind::Alert
                            confirm="Discard"
                            confirming="Discard"
                            danger=true
                            busy=Signal::derive(|| false)
                            error=Signal::derive(|| None::<Error>)
                            on_confirm=Callback::new(move |()| list.close("create".to_owned()))
                            on_close=Callback::new(move |()| discarding.set(false))
                        >
                            <p>"It has not been sent; you would have to choose it again."</p>
                        </Confirmation>
                    }
                })
        }}
    }
}

/// Files, checks, name and preview, once the files were judged.
#[component]
fn Judgement() -> impl IntoView {
    view! {
        <div class="split">
            <div>
                <files::Files/>
                <checks::Checks/>
                <details::Details/>
            </div>
            <preview::Preview/>
        </div>
    }
}

/// What the line beside the buttons says: what is missing, or what happens next.
fn note(state: UploadState, busy: bool) -> String {
    if busy {
        return "Sending the certificate…".to_owned();
    }
    if let Some(work) = state.work.get() {
        return work.to_string();
    }
    if let Some(name) = state.locked_name() {
        return format!("Enter the passphrase of {name}.");
    }
    let errors = state.problems().len();
    if errors > 0 {
        return format!(
            "Fix {} first.",
            words::count(i64::try_from(errors).unwrap_or(i64::MAX), "problem", "problems")
        );
    }
    if state.judged.read().is_some() {
        let next = match state.unconfirmed() {
            0 if state.format.get() == Format::CertificateAuthority => "Nothing has been sent yet.".to_owned(),
            0 => "The private key has not left this browser.".to_owned(),
            open => format!(
                "Confirm {} first.",
                words::count(i64::try_from(open).unwrap_or(i64::MAX), "warning", "warnings")
            ),
        };
        let opened = state.was_opened().into_iter().map(|opened| opened + ".");
        return opened.chain([next]).collect::<Vec<_>>().join(" ");
    }
    match (state.format.get(), state.certificates.read().is_some(), state.private_key.read().is_some()) {
        (Format::Pair, true, false) => "Choose the KEY file too.".to_owned(),
        (Format::Pair, false, true) => "Choose the CRT file too.".to_owned(),
        (Format::Pair, false, false) => "Choose two files to continue.".to_owned(),
        _ => "Choose a file to continue.".to_owned(),
    }
}
