use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

/// How long a message stays, at least.
const STAYS: Duration = Duration::from_secs(8);

/// Says in one polite region what has happened; in the context of every page.
#[derive(Clone, Copy)]
pub struct Announcer {
    toast: RwSignal<Option<Toast>>,
}

/// What "Undo" in a message does; it must exist elsewhere too. It outlives the dialog that made it.
pub type Undo = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone)]
struct Toast {
    text: String,
    undo: Option<Undo>,
}

impl Announcer {
    /// An announcer that has nothing to say yet.
    pub fn new() -> Self {
        Self { toast: RwSignal::new(None) }
    }

    /// The page's announcer.
    pub fn of_this_page() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// Says a sentence.
    pub fn say(self, text: String) {
        self.toast.set(Some(Toast { text, undo: None }));
    }

    /// Says a sentence, and offers to take it back.
    pub fn say_with_undo(self, text: String, undo: Undo) {
        self.toast.set(Some(Toast { text, undo: Some(undo) }));
    }
}

impl Default for Announcer {
    fn default() -> Self {
        Self::new()
    }
}

/// The region itself: there from the first paint, so that screen readers watch it.
#[component]
pub fn Toasts() -> impl IntoView {
    let Announcer { toast } = Announcer::of_this_page();
    let held = RwSignal::new(false);
    // A new message, or the pointer or focus leaving, starts the wait anew; a late timer finds another count and does nothing.
    let waits = StoredValue::new(0_u32);
    Effect::new(move || {
        let wait = waits.get_value().wrapping_add(1);
        waits.set_value(wait);
        if toast.read().is_some() && !held.get() {
            set_timeout(
                move || {
                    // Another page has a region of its own.
                    if waits.try_get_value() == Some(wait) {
                        toast.set(None);
                    }
                },
                STAYS,
            );
        }
    });
    view! {
        <div
            class="toasts"
            role="status"
            on:mouseenter=move |_| held.set(true)
            on:mouseleave=move |_| held.set(false)
            on:focusin=move |_| held.set(true)
            on:focusout=move |_| held.set(false)
        >
            {move || {
                toast
                    .get()
                    .map(|Toast { text, undo }| {
                        view! {
                            <div class="toast">
                                <p>{text}</p>
                                {undo
                                    .map(|undo| {
                                        let take_back = move |_| {
                                            toast.set(None);
                                            undo();
                                        };
                                        view! {
                                            <button type="button" class="link-button" on:click=take_back>
                                                "Undo"
                                            </button>
                                        }
                                    })}
                            </div>
                        }
                    })
            }}
        </div>
    }
}
