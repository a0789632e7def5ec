use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys;

use super::input::Input;
use super::lock::Unlock;
use super::other_format::OtherFormat;
use super::state::UploadState;
use super::wording::in_short;
use crate::certificate::{Contents, Pointer};
use crate::components::{FieldError, Icon};
use crate::words;

/// The files that were judged, each with its errors.
#[component]
pub fn Files() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let several = move || state.private_key.read().is_some();
    view! {
        <div class="field">
            <span class="label">{move || if several() { "Files" } else { "File" }}</span>
            <div class="upload-files">
                <FileSlot pointer=Pointer::Certificates/>
                <Unlock pointer=Pointer::Certificates/>
                {move || several().then(|| view! { <FileSlot pointer=Pointer::PrivateKey/> })}
                <Unlock pointer=Pointer::PrivateKey/>
            </div>
            <FileErrors/>
            <OtherFormat/>
            // A lone certificate lacks its key: the place for it is offered right here.
            {move || state.lacks_key().then(|| view! { <FileSlot pointer=Pointer::PrivateKey/> })}
        </div>
    }
}

/// A file's place: where to drop it, or the file that is there.
#[component]
pub fn FileSlot(pointer: Pointer) -> impl IntoView {
    let state = UploadState::of_this_dialog();
    move || match state.input(pointer).get() {
        Some(input) => view! { <FileRow pointer input/> }.into_any(),
        None if pointer == Pointer::PrivateKey => view! {
            <DropZone
                id="upload-key-file"
                pointer
                button="Choose the KEY file"
                hint="Its private key: KEY, PEM or DER, up to 128 kB"
                accept=".key,.pem,.der"
            />
        }
        .into_any(),
        None => view! {
            <DropZone
                id="upload-crt"
                pointer
                button="Choose the CRT file"
                hint="The certificate: CRT, CER, PEM or DER, up to 128 kB"
                accept=".crt,.cer,.pem,.der"
            />
        }
        .into_any(),
    }
}

/// A place to drop a file, or to choose one.
#[component]
pub fn DropZone(
    /// Id of the input.
    id: &'static str,
    /// Which file.
    pointer: Pointer,
    /// What the button says.
    button: &'static str,
    /// Which files are taken.
    hint: &'static str,
    /// Endings that the browser's own dialog offers first.
    accept: &'static str,
) -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let over = RwSignal::new(false);
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let dragged = move |event: web_sys::DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let let_go = move |event: web_sys::DragEvent| {
        event.prevent_default();
        over.set(false);
        state.take_files(pointer, dropped(&event));
    };
    let unread = move || state.unread.get().and_then(|(place, problem)| (place == pointer).then_some(problem));
    let described_by = format!("{hint_id} {error_id}");
    view! {
        <div class="field">
            <label
                class="dropzone"
                for=id
                data-over=move || over.get().then_some("")
                on:dragenter=dragged
                on:dragover=dragged
                on:dragleave=move |_| over.set(false)
                on:drop=let_go
            >
                <Icon name="upload"/>
                <span class="button">{button}</span>
                <span>"or drop it here"</span>
                <span class="hint" id=hint_id>{hint}</span>
                <FileInput id pointer accept described_by/>
            </label>
            {move || unread().map(|message| view! { <FieldError id=error_id.clone() message/> })}
        </div>
    }
}

#[component]
fn FileRow(pointer: Pointer, input: Input) -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let chooser = NodeRef::<html::Input>::new();
    let wrong = move || {
        state.problems().iter().any(|finding| finding.pointer == pointer)
            || state.unread.read().as_ref().is_some_and(|(place, _problem)| *place == pointer)
    };
    let holds = move || state.contents(pointer).map(|contents| in_words(&contents));
    let (id, icon) = match pointer {
        Pointer::PrivateKey => ("upload-key", "key"),
        Pointer::Certificates | Pointer::Name => ("upload-certificates", "certificate"),
    };
    let Input { name, pasted, .. } = input;
    let change = move |_| {
        if pasted {
            state.change_text();
        } else if let Some(chooser) = chooser.get_untracked() {
            chooser.click();
        }
    };
    let let_go = move |event: web_sys::DragEvent| {
        event.prevent_default();
        state.take_files(pointer, dropped(&event));
    };
    view! {
        <div
            class="file-row"
            class:file-row-error=wrong
            on:dragover=|event: web_sys::DragEvent| event.prevent_default()
            on:drop=let_go
        >
            <Icon name=icon/>
            <span>
                {name.clone()}
                " "
                <span class="muted small">{holds}</span>
            </span>
            <button
                type="button"
                class="button button-quiet button-small"
                id=id
                aria-describedby=move || wrong().then_some("upload-files-error")
                on:click=change
            >
                "Change"
                <span class="visually-hidden">{format!(" {name}")}</span>
            </button>
            <input
                node_ref=chooser
                class="visually-hidden"
                type="file"
                tabindex="-1"
                aria-hidden="true"
                on:change=move |event| chosen(state, pointer, &event_target::<web_sys::HtmlInputElement>(&event))
            />
        </div>
    }
}

#[component]
fn FileInput(id: &'static str, pointer: Pointer, accept: &'static str, described_by: String) -> impl IntoView {
    let state = UploadState::of_this_dialog();
    view! {
        <input
            class="visually-hidden"
            id=id
            type="file"
            accept=accept
            aria-describedby=described_by
            on:change=move |event| chosen(state, pointer, &event_target::<web_sys::HtmlInputElement>(&event))
        />
    }
}

#[component]
fn FileErrors() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    move || {
        let problems = state.problems();
        let unread = state.unread.get().map(|(_slot, problem)| problem);
        let messages: Vec<String> = problems
            .into_iter()
            .filter(|finding| finding.pointer != Pointer::Name)
            .map(|finding| in_short(&finding))
            .chain(unread)
            .collect();
        (!messages.is_empty()).then(|| {
            view! {
                <div id="upload-files-error" class="stack-small">
                    {messages
                        .into_iter()
                        .enumerate()
                        .map(|(number, message)| {
                            view! { <FieldError id=format!("upload-files-error-{number}") message/> }
                        })
                        .collect_view()}
                </div>
            }
        })
    }
}

/// Takes what was chosen, and lets the same file be chosen again after it was mended.
fn chosen(state: UploadState, pointer: Pointer, input: &web_sys::HtmlInputElement) {
    let files = input.files().map(|files| listed(&files)).unwrap_or_default();
    if !files.is_empty() {
        state.take_files(pointer, files);
    }
    input.set_value("");
}

/// The files that were let go of.
pub fn dropped(event: &web_sys::DragEvent) -> Vec<web_sys::File> {
    let files = event.data_transfer().and_then(|transfer| transfer.files());
    files.map(|files| listed(&files)).unwrap_or_default()
}

/// Whether files are dragged, and not text or a link.
pub fn brings_files(event: &web_sys::DragEvent) -> bool {
    event.data_transfer().is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}

fn listed(files: &web_sys::FileList) -> Vec<web_sys::File> {
    (0..files.length()).filter_map(|place| files.item(place)).map(JsCast::unchecked_into).collect()
}

/// "3 certificates and 1 private key, 6.1 kB".
fn in_words(contents: &Contents) -> String {
    let certificates = (contents.certificates > 0)
        .then(|| words::count(i64::from(contents.certificates), "certificate", "certificates"));
    let private_keys = (contents.private_keys > 0)
        .then(|| words::count(i64::from(contents.private_keys), "private key", "private keys"));
    let size = words::size(contents.size);
    match (certificates, private_keys) {
        (Some(certificates), Some(keys)) => format!("{certificates} and {keys}, {size}"),
        (Some(one), None) | (None, Some(one)) => format!("{one}, {size}"),
        (None, None) => size,
    }
}
