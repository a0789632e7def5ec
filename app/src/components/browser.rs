//! The few things that only a browser can do. On the server they do nothing.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;

use crate::timestamp::Timestamp;

/// Runs once the page reacts to people: after hydration, never on the server.
pub fn on_hydrated(run: impl FnOnce() + 'static) {
    let mut run = Some(run);
    Effect::new(move || {
        if let Some(run) = run.take() {
            run();
        }
    });
}

/// Says in the document that the page reacts, once it does: tests and scripts wait for that. Every page calls it, since the code of most
/// comes after that of the app.
pub fn mark_hydrated() {
    on_hydrated(|| {
        if let Some(body) = document().body() {
            let _unmarked = body.set_attribute(HYDRATED, "");
        }
    });
}

/// The attribute of a document that reacts.
const HYDRATED: &str = "data-hydrated";

/// Until the page reacts, what stands in an input that the server has drawn becomes its value: somebody has typed there, or the browser has
/// filled it in.
pub fn take_over(id: &str, value: RwSignal<String>) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        if document().body().is_none_or(|body| body.has_attribute(HYDRATED)) {
            return;
        }
        let input = document().get_element_by_id(id);
        let input = input.and_then(|input| input.dyn_into::<leptos::web_sys::HtmlInputElement>().ok());
        if let Some(typed) = input.map(|input| input.value()).filter(|typed| !typed.is_empty()) {
            value.set(typed);
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (id, value);
}

/// Loads another page of this site from the server, so that it is drawn for whoever is signed in by now.
pub fn go_to(path: &str) {
    // A refused navigation leaves the person on this page, which is where an error would be shown too.
    let _refused = window().location().assign(path);
}

/// Whether another page was drawn before in this window without loading anew: somebody has followed a link. To be asked once a page.
pub fn came_by_link() -> bool {
    static PAGES: AtomicU32 = AtomicU32::new(0);
    cfg!(feature = "hydrate") && PAGES.fetch_add(1, Ordering::Relaxed) > 0
}

/// Moves the focus to the element with this id; tells whether there is one.
pub fn focus(id: &str) -> bool {
    use leptos::wasm_bindgen::JsCast;
    document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into::<leptos::web_sys::HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}

/// Chooses this in the list with this id once its options are drawn anew: a browser chooses another where the one that was chosen was taken away.
pub fn choose_again(id: &'static str, value: String) {
    use leptos::wasm_bindgen::JsCast;
    request_animation_frame(move || {
        let list = document().get_element_by_id(id);
        if let Some(list) = list.and_then(|list| list.dyn_into::<leptos::web_sys::HtmlSelectElement>().ok()) {
            list.set_value(&value);
        }
    });
}

/// Writes a text into the field with this id, if there is one.
pub fn set_field(id: &str, text: &str) {
    use leptos::wasm_bindgen::JsCast;
    let field = document().get_element_by_id(id);
    if let Some(field) = field.and_then(|field| field.dyn_into::<leptos::web_sys::HtmlInputElement>().ok()) {
        field.set_value(text);
    }
}

/// Moves the focus to the first of these elements that exists, once what changed in this turn is drawn.
pub fn focus_soon(ids: Vec<String>) {
    request_animation_frame(move || {
        request_animation_frame(move || {
            let _found = ids.iter().any(|id| focus(id));
        });
    });
}

/// The id of the element that has the focus, if it has both.
pub fn focused_id() -> Option<String> {
    document().active_element().map(|element| element.id()).filter(|id| !id.is_empty())
}

/// Runs what draws a part of the page anew. The element with the id of the one that had the focus has it afterwards, also where that one has
/// become another row's; if there is none any more, the page's heading has it.
pub fn keep_focus(draw: impl FnOnce()) {
    let (element, id) = (document().active_element(), focused_id());
    if element.as_ref().is_none_or(|element| element.tag_name() == "BODY") {
        return draw();
    }
    draw();
    request_animation_frame(move || {
        request_animation_frame(move || {
            let active = document().active_element();
            let is_lost = active.as_ref().is_none_or(|active| active.tag_name() == "BODY");
            let is_another = active == element && focused_id() != id;
            if is_lost || is_another {
                let _found = id.as_deref().into_iter().chain(["title"]).any(focus);
            }
        });
    });
}

/// Moves the focus to the main button of the topmost dialog, else to this element, else to the page's heading, once what changed in this
/// turn is drawn.
pub fn focus_main_button_soon(otherwise: Option<String>) {
    use leptos::wasm_bindgen::JsCast;
    request_animation_frame(move || {
        request_animation_frame(move || {
            let buttons = document().query_selector_all("dialog[open] button[type=submit]");
            let last = buttons.ok().and_then(|buttons| buttons.item(buttons.length().checked_sub(1)?));
            let button = last.and_then(|button| button.dyn_into::<leptos::web_sys::HtmlElement>().ok());
            let focused = button.is_some_and(|button| button.focus().is_ok());
            if !focused {
                let _found = otherwise.iter().map(String::as_str).chain(["title"]).any(focus);
            }
        });
    });
}

/// Waits until what changed in this turn is on the screen: before work that keeps the browser from drawing.
#[cfg(feature = "hydrate")]
pub async fn painted() {
    // A frame's callbacks run before it is drawn, a timer's after.
    turn(|done| request_animation_frame(move || set_timeout(done, std::time::Duration::ZERO))).await;
}

/// Waits until what changed in this turn is on the screen; there is none on the server.
#[cfg(not(feature = "hydrate"))]
pub async fn painted() {}

/// Lets the browser do what waits for its turn, before more is done that it has to wait for.
#[cfg(feature = "hydrate")]
pub async fn breath() {
    turn(|done| set_timeout(done, std::time::Duration::ZERO)).await;
}

/// Lets the browser do what waits for its turn; there is none on the server.
#[cfg(not(feature = "hydrate"))]
pub async fn breath() {}

/// Waits until the browser has called what `begin` hands over to it.
#[cfg(feature = "hydrate")]
async fn turn(begin: fn(Box<dyn FnOnce()>)) {
    let called = js_sys::Promise::new(&mut |done, _failed| {
        begin(Box::new(move || {
            let _nothing = done.call0(&wasm_bindgen::JsValue::UNDEFINED);
        }));
    });
    let _nothing = wasm_bindgen_futures::JsFuture::from(called).await;
}

/// The server's time in the browser: what the server said with the page, plus what has passed here since.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    said: Timestamp,
    /// Milliseconds of the browser's clock when it was said.
    heard: f64,
}

impl Clock {
    /// A clock set by what the server has just said.
    pub fn set(said: Timestamp) -> Self {
        Self { said, heard: browser_milliseconds() }
    }

    /// The server's time now.
    pub fn now(self) -> Timestamp {
        let passed = browser_milliseconds() - self.heard;
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds since a page was loaded")]
        let passed = (passed * 1000.0) as i64;
        Timestamp::from_microseconds(self.said.microseconds().saturating_add(passed))
    }
}

#[cfg(feature = "hydrate")]
fn browser_milliseconds() -> f64 {
    js_sys::Date::now()
}

#[cfg(not(feature = "hydrate"))]
fn browser_milliseconds() -> f64 {
    0.0
}

/// Puts a text on the clipboard; tells whether the browser did. Some do not over plain http.
#[cfg(feature = "hydrate")]
pub async fn copy_text(text: &str) -> bool {
    // Over plain http from another machine there is no clipboard at all.
    if !window().is_secure_context() {
        return false;
    }
    wasm_bindgen_futures::JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok()
}

/// Puts a text on the clipboard; there is none on the server.
#[cfg(not(feature = "hydrate"))]
pub async fn copy_text(_text: &str) -> bool {
    false
}

/// Reads a file that a person has chosen. `None` if the browser cannot: it was moved or deleted meanwhile, or is a folder.
#[cfg(feature = "hydrate")]
pub async fn read_file(file: &leptos::web_sys::File) -> Option<Vec<u8>> {
    let buffer = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// Reads a file that a person has chosen; nobody chooses one on the server.
#[cfg(not(feature = "hydrate"))]
pub async fn read_file(_file: &leptos::web_sys::File) -> Option<Vec<u8>> {
    None
}
