//! "Create certificate": files first, then what the validator says of them, then the name. The same for other contents in a stored
//! certificate's place, and for the question whether that is meant.

use leptos::ev;
use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;

use super::host::DialogHost;
use super::validator::Judged;
use crate::components::{
    Announcer, Confirmation, Dialog, DialogKind, DialogSize, ErrorBanner, browser_action, leaving_by_browser,
};
use crate::server_fns::{answer, upload_certificate};
use crate::service::{CertificateRow, Error, Stored};
use crate::words;

mod checks;
mod choose;
mod details;
mod files;
mod input;
mod lock;
mod other_format;
mod preview;
mod renewal;
mod state;
mod wording;

use state::{Format, UploadState};

/// The dialog, from the choice of files to "Create certificate".
#[component]
pub fn UploadDialog(
    /// The certificate whose contents are to be replaced, in place of a new certificate.
    #[prop(optional_no_strip)]
    replacing: Option<CertificateRow>,
) -> impl IntoView {
    let list = DialogHost::of_this_page();
    let announcer = Announcer::of_this_page();
    let title = match &replacing {
        Some(row) => format!("Replace “{}”", row.name),
        None => "Create certificate".to_owned(),
    };
    let is_new = replacing.is_none();
    let state = UploadState::new(list, replacing);
    provide_context(state);
    let discarding = RwSignal::new(false);
    // The question whether this is a renewal, or what a replacement changes.
    let comparing = RwSignal::new(false);

    let create = browser_action(move |step: &Step| {
        let step = *step;
        async move {
            if !untrack(|| state.is_ready()) {
                return;
            }
            if step == Step::Ask && state.is_renewal().await {
                return comparing.set(true);
            }
            if !is_new {
                return state.not_compared();
            }
            let Some(upload) = state.to_create().await else { return comparing.set(false) };
            match answer(upload_certificate(upload).await) {
                Ok(Stored { certificate, .. }) => {
                    announcer.say(format!("Certificate “{}” created.", certificate.name));
                    list.close_changed(vec![format!("name-{}", certificate.id), "create".to_owned()]);
                }
                Err(error) => {
                    comparing.set(false);
                    state.refused(error);
                }
            }
        }
    });
    let busy = create.pending();
    let close = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        if state.is_untouched() { list.close(state.opener()) } else { discarding.set(true) }
    });
    let is_sending = move || busy.get_untracked() || state.is_replacing.get_untracked();
    leaving_by_browser(
        move || is_sending() || untrack(|| !state.is_untouched()),
        move || discarding.set(!is_sending()),
    );
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        create.dispatch_local(Step::Ask);
    };
    catch_dropped_files(state, Signal::derive(move || busy.get() || discarding.get() || comparing.get()));
    let is_judged = Memo::new(move |_| state.judged.read().is_some());
    // Wide once there is something to show beside the files.
    let is_wide = Memo::new(move |_| {
        let judged = state.judged.read();
        judged.as_ref().is_some_and(|Judged { report, .. }| report.certificate.is_some() || report.locked().is_empty())
    });
    let size = Signal::derive(move || if is_wide.get() { DialogSize::Wide } else { DialogSize::Medium });
    let subtitle = Signal::derive(move || is_judged.get().then(|| state.format.get().title().to_owned()));

    view! {
        <Dialog id="upload" title subtitle size on_close=close>
            <form on:submit=submit novalidate>
                <div class="dialog-body">
                    <ErrorBanner id="upload-error" error=state.error/>
                    <checks::Summary/>
                    {move || {
                        if is_judged.get() {
                            view! { <Judgement/> }.into_any()
                        } else {
                            view! { <choose::Choose/> }.into_any()
                        }
                    }}
                </div>
                <Foot busy close/>
            </form>
        </Dialog>
        {move || {
            comparing
                .get()
                .then(|| {
                    let add = Callback::new(move |()| {
                        create.dispatch_local(Step::AddAsNew);
                    });
                    view! { <renewal::RenewalDialog comparing adding=busy on_add=add/> }
                })
        }}
        {move || discarding.get().then(|| view! { <Discard discarding/> })}
    }
}

/// What is missing or happens next, and the buttons.
#[component]
fn Foot(#[prop(into)] busy: Signal<bool>, close: Callback<()>) -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let is_new = state.replacing().is_none();
    view! {
        <div class="dialog-foot">
            <span class="foot-note" id="upload-why" role="status">
                {move || note(state, busy.get())}
            </span>
            <button type="button" class="button" disabled=busy on:click=move |_| close.run(())>
                "Cancel"
            </button>
            <button
                type="submit"
                id="upload-submit"
                class="button button-primary"
                disabled=move || busy.get() || !state.is_ready()
                aria-busy=move || busy.get().then_some("true")
                aria-describedby="upload-why"
            >
                {move || match (busy.get(), is_new) {
                    (true, true) => "Saving…",
                    (true, false) => "Comparing…",
                    (false, true) => "Create certificate",
                    (false, false) => "Continue",
                }}
            </button>
        </div>
    }
}

/// Asks before chosen files are forgotten.
#[component]
fn Discard(discarding: RwSignal<bool>) -> impl IntoView {
    let host = DialogHost::of_this_page();
    let state = UploadState::of_this_dialog();
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
            on_confirm=Callback::new(move |()| host.close(state.opener()))
            on_close=Callback::new(move |()| discarding.set(false))
        >
            <p>
                {if untrack(|| state.was_sent()) {
                    "You would have to choose it again."
                } else {
                    "It has not been sent; you would have to choose it again."
                }}
            </p>
        </Confirmation>
    }
}

/// What the dialog's button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Creates the certificate, unless it looks like a renewal: then it asks.
    Ask,
    /// Creates it all the same.
    AddAsNew,
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
    if state.judged.read().is_some() {
        let opened = state.was_opened().into_iter().map(|opened| opened + ".");
        return opened.chain([note_on_judgement(state)]).collect::<Vec<_>>().join(" ");
    }
    match (state.format.get(), state.certificates.read().is_some(), state.private_key.read().is_some()) {
        (Format::Pair, true, false) => "Choose the KEY file too.".to_owned(),
        (Format::Pair, false, true) => "Choose the CRT file too.".to_owned(),
        (Format::Pair, false, false) => "Choose two files to continue.".to_owned(),
        _ => "Choose a file to continue.".to_owned(),
    }
}

/// What stands between the judged files and their creation; if nothing does, where they are.
fn note_on_judgement(state: UploadState) -> String {
    let first = |count: usize, verb: &str, one: &str, many: &str| {
        format!("{verb} {} first.", words::count(i64::try_from(count).unwrap_or(i64::MAX), one, many))
    };
    let is_authority = state.format.get() == Format::CertificateAuthority;
    match (state.count_problems(), state.unconfirmed()) {
        (0, 0) if state.was_sent() => "It was sent, but is not known to be stored.".to_owned(),
        (0, 0) if is_authority => "Nothing has been sent yet.".to_owned(),
        (0, 0) => "The private key has not left this browser.".to_owned(),
        (0, warnings) => first(warnings, "Confirm", "warning", "warnings"),
        (problems, _) => first(problems, "Fix", "problem", "problems"),
    }
}

/// Takes files that are dropped beside the places for them, and lets none go that cannot be taken now: the browser would open it, in the
/// place of this page.
fn catch_dropped_files(state: UploadState, ignored: Signal<bool>) {
    let dragged = window_event_listener(ev::dragover, |event| {
        if files::brings_files(&event) {
            event.prevent_default();
        }
    });
    let dropped = window_event_listener(ev::drop, move |event| {
        // At its place, a file was taken already.
        if event.default_prevented() || !files::brings_files(&event) {
            return;
        }
        event.prevent_default();
        if !ignored.get_untracked() {
            state.take_files_anywhere(files::dropped(&event));
        }
    });
    on_cleanup(move || {
        dragged.remove();
        dropped.remove();
    });
}
