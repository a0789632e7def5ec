use leptos::prelude::*;

use super::files::{DropZone, FileSlot};
use super::state::{Format, UploadState};
use crate::certificate::Pointer;
use crate::components::Icon;

/// What the person has, and where to put it.
#[component]
pub fn Choose() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    // What is replaced stays what it is: a client certificate or a CA.
    let replaced = state.replacing().map(|row| row.ca);
    view! {
        {(replaced != Some(true))
            .then(|| {
                view! {
                    <fieldset class="field">
                        <legend>"What do you have?"</legend>
                        <div class="choices">
                            <FormatChoice format=Format::OneFile value="pem" hint="Certificate and private key together"/>
                            <FormatChoice format=Format::Pair value="pair" hint="Certificate and key in two files"/>
                            {replaced
                                .is_none()
                                .then(|| {
                                    view! {
                                        <FormatChoice
                                            format=Format::CertificateAuthority
                                            value="ca"
                                            hint="No private key, cannot be primary"
                                        />
                                    }
                                })}
                        </div>
                    </fieldset>
                }
            })}
        {move || match state.format.get() {
            Format::OneFile => {
                view! {
                    <DropZone
                        id="upload-file"
                        pointer=Pointer::Certificates
                        button="Choose a file"
                        hint="PEM, PFX or P12, up to 128 kB. It is checked in your browser first."
                        accept=".pem,.pfx,.p12,.crt,.cer,.key,.txt"
                    />
                }
                    .into_any()
            }
            Format::Pair => {
                view! {
                    <div class="upload-files upload-pair">
                        <FileSlot pointer=Pointer::Certificates/>
                        <FileSlot pointer=Pointer::PrivateKey/>
                    </div>
                }
                    .into_any()
            }
            Format::CertificateAuthority => {
                view! {
                    <DropZone
                        id="upload-ca"
                        pointer=Pointer::Certificates
                        button="Choose a file"
                        hint="A CA certificate: CRT, CER, PEM, DER, PFX or P12, up to 128 kB"
                        accept=".crt,.cer,.pem,.der,.pfx,.p12"
                    />
                }
                    .into_any()
            }
        }}
        <TryAgain/>
        <Paste/>
        <p class="hint">
            "The private key is encrypted before it is stored. Nobody can read it back, not even an administrator."
        </p>
    }
}

#[component]
fn FormatChoice(format: Format, value: &'static str, hint: &'static str) -> impl IntoView {
    let state = UploadState::of_this_dialog();
    view! {
        <label class="choice">
            <input
                type="radio"
                name="format"
                value=value
                autofocus=format == Format::OneFile
                prop:checked=move || state.format.get() == format
                on:change=move |_| state.choose_format(format)
            />
            <span>
                <b>{format.title()}</b>
                <span class="hint">{hint}</span>
            </span>
        </label>
    }
}

/// For files that are chosen and could not be judged.
#[component]
fn TryAgain() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    move || {
        let name = state.certificates.get().map(|input| input.name)?;
        state.is_unjudged().then(|| {
            view! {
                <div class="file-row">
                    <Icon name="certificate"/>
                    <span>{name}</span>
                    <button
                        type="button"
                        class="button button-quiet button-small"
                        on:click=move |_| state.judge_if_complete()
                    >
                        "Check again"
                    </button>
                </div>
            }
        })
    }
}

#[component]
fn Paste() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let check = move |()| state.take_text();
    view! {
        <details class="disclosure" prop:open=move || !state.pasted.read_untracked().is_empty()>
            <summary>"Paste the text instead"</summary>
            <div class="field">
                <label for="upload-text">"Certificate, and private key if it has one, in PEM format"</label>
                <textarea
                    class="input"
                    id="upload-text"
                    rows="6"
                    spellcheck="false"
                    autocomplete="off"
                    placeholder="-----BEGIN CERTIFICATE-----"
                    bind:value=state.pasted
                    // The text is in the box only after the event.
                    on:paste=move |_| request_animation_frame(move || check(()))
                ></textarea>
                <div>
                    <button
                        type="button"
                        class="button button-small"
                        disabled=move || state.pasted.read().trim().is_empty()
                        on:click=move |_| check(())
                    >
                        <Icon name="check"/>
                        " Check the text"
                    </button>
                </div>
            </div>
        </details>
    }
}
