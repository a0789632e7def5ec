//! What others change while somebody looks at a page.

use leptos::prelude::*;

/// As of which change a page shows the company, if it shows anything of it.
#[derive(Clone, Copy)]
pub struct AsOf(RwSignal<Option<i64>>);

impl AsOf {
    /// Nothing is shown yet.
    pub fn nothing() -> Self {
        Self(RwSignal::new(None))
    }

    /// Runs `changed` whenever something of the company's was changed, by whomever, while something of it is shown, until the page is left.
    /// Hidden pages do not listen, since a browser has only a few connections for all its tabs: when one is shown again, it is told what it has
    /// missed.
    pub fn listen(self, changed: impl Fn() + Send + Sync + 'static) {
        let changed = Callback::new(move |()| changed());
        #[cfg(feature = "hydrate")]
        browser::Listening::start(self.0.into(), changed);
        #[cfg(not(feature = "hydrate"))]
        let _ = changed;
    }

    /// The company is shown as of this change.
    pub fn shows(self, number: i64) {
        if self.0.try_get_untracked() != Some(Some(number)) {
            self.0.try_set(Some(number));
        }
    }

    /// What is shown may not be any more: nothing is listened to until something is shown again.
    pub fn may_not(self) {
        self.0.try_set(None);
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::time::Duration;

    use leptos::leptos_dom::helpers::{TimeoutHandle, window_event_listener_untyped};
    use leptos::prelude::*;
    use leptos::web_sys::EventSource;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;

    /// Where changes are told.
    const EVENTS: &str = "/events";
    /// How long to wait after the server has refused to tell: browsers try again by themselves only where it was not reached.
    const REFUSED: Duration = Duration::from_secs(30);

    /// What is heard with, for as long as it is kept.
    struct Ear {
        source: EventSource,
        _heard: Closure<dyn Fn()>,
        _failed: Closure<dyn Fn()>,
    }

    impl Drop for Ear {
        fn drop(&mut self) {
            self.source.close();
        }
    }

    #[derive(Clone, Copy)]
    pub(super) struct Listening {
        seen: Signal<Option<i64>>,
        changed: Callback<()>,
        ear: StoredValue<Option<Ear>, LocalStorage>,
        retry: StoredValue<Option<TimeoutHandle>, LocalStorage>,
    }

    impl Listening {
        pub(super) fn start(seen: Signal<Option<i64>>, changed: Callback<()>) {
            let listening =
                Self { seen, changed, ear: StoredValue::new_local(None), retry: StoredValue::new_local(None) };
            Effect::new(move || {
                seen.track();
                listening.follow();
            });
            let shown = window_event_listener_untyped("visibilitychange", move |_event| listening.follow());
            on_cleanup(move || {
                shown.remove();
                listening.stop();
            });
        }

        /// Listens while there is something to listen for, and the page is not hidden.
        fn follow(self) {
            let wanted = self.seen.get_untracked().filter(|_| !document().hidden());
            match wanted {
                Some(after) if !self.is_listening() => self.open(after),
                Some(_) => {}
                None => self.stop(),
            }
        }

        fn is_listening(self) -> bool {
            self.ear.with_value(Option::is_some) || self.retry.with_value(Option::is_some)
        }

        fn open(self, after: i64) {
            let Ok(source) = EventSource::new(&format!("{EVENTS}?after={after}")) else { return };
            let heard = Closure::<dyn Fn()>::new(move || self.changed.run(()));
            let failed = Closure::<dyn Fn()>::new({
                let source = source.clone();
                move || {
                    if source.ready_state() == EventSource::CLOSED {
                        // Not here: what runs now is dropped with it.
                        set_timeout(move || self.was_refused(), Duration::ZERO);
                    }
                }
            });
            // It fails for no event of this name.
            let _heard = source.add_event_listener_with_callback("changed", heard.as_ref().unchecked_ref());
            let _failed = source.add_event_listener_with_callback("error", failed.as_ref().unchecked_ref());
            self.ear.set_value(Some(Ear { source, _heard: heard, _failed: failed }));
        }

        /// Reading the page again tells why; if that goes well, the server has only too many to tell.
        fn was_refused(self) {
            if self.ear.try_update_value(Option::take).is_none() {
                return;
            }
            let again = move || {
                if self.retry.try_update_value(Option::take).is_some() {
                    self.follow();
                }
            };
            self.retry.set_value(set_timeout_with_handle(again, REFUSED).ok());
            self.changed.run(());
        }

        fn stop(self) {
            if let Some(Some(timeout)) = self.retry.try_update_value(Option::take) {
                timeout.clear();
            }
            let _closed = self.ear.try_update_value(Option::take);
        }
    }
}
