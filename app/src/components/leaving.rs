//! Being asked before a page is left with something on it that would be lost.

use leptos::prelude::*;

#[cfg(feature = "hydrate")]
use browser::{hear, number};

/// What says, when somebody goes back or forward, at which address the browser is to stay instead.
#[cfg(feature = "hydrate")]
#[derive(Clone, Copy)]
struct Asked(StoredValue<Option<(u32, Box<Asks>)>, LocalStorage>);

#[cfg(feature = "hydrate")]
type Asks = dyn Fn() -> Option<String>;

/// Listens for the browser's "back" and "forward". Before there is a router: that listens too, and who listens first can keep the event to
/// himself.
#[cfg(feature = "hydrate")]
pub fn watch_history() {
    let asked = Asked(StoredValue::new_local(None));
    provide_context(asked);
    hear(&window(), "popstate", move |event| {
        let Some(address) = asked.0.with_value(|asks| asks.as_ref().and_then(|(_number, asks)| asks())) else { return };
        event.stop_immediate_propagation();
        // Behind the other page's, so that "back" leads there.
        let history = window().history();
        let _never_refused =
            history.and_then(|history| history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&address)));
    });
}

/// Whenever somebody is about to leave by the browser's own means, and `stays` says that something would be lost: closing or reloading the page
/// is asked about by the browser, in its own words; for "back" and "forward" there is `ask`, and [`go_back`] leads there later on.
#[cfg(feature = "hydrate")]
pub fn leaving_by_browser(stays: impl Fn() -> bool + Copy + 'static, ask: impl Fn() + 'static) {
    let closing = window_event_listener(leptos::ev::beforeunload, move |event| {
        if stays() {
            event.prevent_default();
        }
    });
    on_cleanup(move || closing.remove());
    let Some(Asked(asked)) = use_context() else { return };
    let here = leptos_router::hooks::use_location();
    let stay_at = move || {
        let path = here.pathname.get_untracked();
        let is_elsewhere = window().location().pathname().is_ok_and(|there| there != path);
        (is_elsewhere && stays()).then(|| {
            ask();
            let search = here.search.get_untracked();
            if search.is_empty() { path } else { format!("{path}?{search}") }
        })
    };
    let own = number();
    asked.set_value(Some((own, Box::new(stay_at))));
    // The next page may have put its own there by now.
    on_cleanup(move || {
        asked.try_update_value(|asks| asks.take_if(|(number, _asks)| *number == own));
    });
}

/// Asks whenever somebody is about to go to another page by one of this page's links: `stays` is given its path, and says whether to stay.
#[cfg(feature = "hydrate")]
pub fn leaving_by_link(stays: impl Fn(String) -> bool + 'static) {
    use leptos::web_sys::{Element, MouseEvent};
    use wasm_bindgen::JsCast;

    // The router listens at the window, which comes after the document.
    hear(&document(), "click", move |event| {
        let Ok(event) = event.dyn_into::<MouseEvent>() else { return };
        let is_plain =
            event.button() == 0 && !event.meta_key() && !event.ctrl_key() && !event.shift_key() && !event.alt_key();
        let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let link = element.and_then(|element| element.closest("a[href^='/']").ok().flatten());
        let path = link.and_then(|link| link.get_attribute("href"));
        if is_plain && path.is_some_and(&stays) {
            event.prevent_default();
        }
    });
}

/// Goes back as the browser does.
pub fn go_back() {
    let _never_refused = window().history().and_then(|history| history.back());
}

/// Nobody leaves a page on the server.
#[cfg(not(feature = "hydrate"))]
pub fn watch_history() {}

/// Nobody leaves a page on the server.
#[cfg(not(feature = "hydrate"))]
pub fn leaving_by_browser(_stays: impl Fn() -> bool + Copy + 'static, _ask: impl Fn() + 'static) {}

/// Nobody leaves a page on the server.
#[cfg(not(feature = "hydrate"))]
pub fn leaving_by_link(_stays: impl Fn(String) -> bool + 'static) {}

#[cfg(feature = "hydrate")]
mod browser {
    use std::sync::atomic::{AtomicU32, Ordering};

    use leptos::prelude::*;
    use leptos::web_sys::{Event, EventTarget};
    use wasm_bindgen::JsCast;
    use wasm_bindgen::prelude::Closure;

    /// Another one each time.
    pub fn number() -> u32 {
        static LAST: AtomicU32 = AtomicU32::new(0);
        LAST.fetch_add(1, Ordering::Relaxed)
    }

    /// Listens for as long as what asks for it is there.
    pub fn hear(target: &EventTarget, name: &'static str, heard: impl Fn(Event) + 'static) {
        let listener = Closure::<dyn Fn(Event)>::new(heard);
        let _never_refused = target.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        let place = StoredValue::new_local((target.clone(), listener));
        on_cleanup(move || {
            place.try_with_value(|(target, listener)| {
                let function = listener.as_ref().unchecked_ref();
                let _never_refused = target.remove_event_listener_with_callback(name, function);
            });
        });
    }
}
