use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use zeroize::{Zeroize, Zeroizing};

use super::input::Input;
use super::state::{UploadState, Work};
use crate::certificate::{Finding, Pointer};
use crate::components::{PasswordField, focus_soon, painted};
use crate::pages::certificates::unlocker::{Locked, open, preload};

/// What is typed to open a file, and why that did not open it.
#[derive(Clone, Copy)]
pub struct Lock {
    passphrase: RwSignal<String>,
    refusal: RwSignal<Option<Finding>>,
}

impl Lock {
    pub fn new() -> Self {
        Self { passphrase: RwSignal::new(String::new()), refusal: RwSignal::new(None) }
    }

    /// Forgets what was typed. The dialog may be gone already.
    pub fn forget(self) {
        let _gone = self.passphrase.try_update(Zeroize::zeroize);
        let _gone = self.refusal.try_set(None);
    }
}

impl UploadState {
    /// The file in this slot, if its passphrase is needed to go on.
    pub fn locked(self, slot: Pointer) -> Option<Input> {
        let is_locked = self.judged.read().as_ref().is_some_and(|judged| judged.report.locked().contains(&slot));
        if is_locked { self.input(slot).get() } else { None }
    }

    /// Opens the file in this slot with what was typed, and judges the files anew.
    pub fn open(self, slot: Pointer) {
        let Some(input) = self.input(slot).get_untracked() else { return };
        if self.work.get_untracked().is_some() {
            return;
        }
        let lock = self.lock(slot);
        let passphrase = Zeroizing::new(lock.passphrase.get_untracked());
        let locked = Locked { bytes: input.bytes.as_ref().clone(), pointer: slot, passphrase };
        lock.refusal.set(None);
        self.error.set(None);
        self.work.set(Some(Work::Opening));
        spawn_local(async move {
            // While a key is derived from the passphrase, the browser draws nothing.
            painted().await;
            let opened = open(locked).await;
            // Another file was chosen meanwhile, or the dialog closed.
            if !self.input(slot).try_get_untracked().flatten().is_some_and(|now| now.is_same_as(&input)) {
                return;
            }
            self.work.set(None);
            match opened {
                Ok(Ok(bytes)) => {
                    self.put(slot, Some(input.opened(bytes)));
                    self.judge_if_complete();
                }
                Ok(Err(refusal)) => {
                    lock.refusal.set(Some(refusal));
                    focus_soon(vec![field(slot).to_owned()]);
                }
                Err(not_loaded) => self.error.set(Some(not_loaded.into())),
            }
        });
    }
}

/// The id of the slot's passphrase field.
pub const fn field(slot: Pointer) -> &'static str {
    match slot {
        Pointer::PrivateKey => "upload-key-passphrase",
        Pointer::Certificates | Pointer::Name => "upload-passphrase",
    }
}

/// Asks for the passphrase of the file in a slot, for as long as that is locked.
#[component]
pub fn Unlock(pointer: Pointer) -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let name = Memo::new(move |_| state.locked(pointer).map(|input| input.called()));
    move || name.get().map(|name| view! { <Passphrase pointer name/> })
}

#[component]
fn Passphrase(pointer: Pointer, name: String) -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let Lock { passphrase, refusal } = state.lock(pointer);
    let error = Signal::derive(move || refusal.get().map(|finding| format!("{} {}", finding.message, finding.hint)));
    let opening = move || state.work.get() == Some(Work::Opening);
    preload();
    // Enter in the field presses this button, not the dialog's.
    let pressed = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && event_target::<web_sys::Element>(&event).id() == field(pointer) {
            event.prevent_default();
            state.open(pointer);
        }
    };
    view! {
        <div class="field" on:keydown=pressed>
            <PasswordField
                id=field(pointer)
                label=format!("Passphrase of {name}")
                show="Show passphrase"
                autocomplete="off"
                value=passphrase
                hint="The file is opened in this browser. The passphrase is not sent."
                error
            />
            <div>
                <button
                    type="button"
                    class="button button-small"
                    disabled=opening
                    aria-busy=move || opening().then_some("true")
                    on:click=move |_| state.open(pointer)
                >
                    {move || if opening() { "Opening…" } else { "Open" }}
                </button>
            </div>
        </div>
    }
}
