//! The browser's entry point of Signet.

use std::cell::Cell;
use std::time::Duration;

use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use leptos::mount::hydrate_from_async;
use leptos::prelude::{document, set_timeout};
use wasm_bindgen_futures::spawn_local;

/// Takes over the page that the server has drawn.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // In a release, panics are built without words.
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    // Leptos takes an executor of its own where there is none.
    let _set_for_the_first_time = Executor::init_custom_executor(ByAndBy);
    leptos::task::spawn_local(async {
        let Some(body) = document().body() else { return };
        hydrate_from_async(body, app::App).await.forget();
        // After what was begun meanwhile.
        set_timeout(|| IS_BEGINNING.set(false), Duration::ZERO);
    });
}

thread_local! {
    /// Whether the page does not react yet.
    static IS_BEGINNING: Cell<bool> = const { Cell::new(true) };
}

/// Begins what makes the page react piece by piece, so that the browser can answer a touch in between; what comes later, at once.
struct ByAndBy;

impl CustomExecutor for ByAndBy {
    fn spawn(&self, _future: PinnedFuture<()>) {
        // There are no threads in a browser's page, and Leptos asks for none.
    }

    fn spawn_local(&self, future: PinnedLocalFuture<()>) {
        if IS_BEGINNING.get() {
            set_timeout(move || spawn_local(future), Duration::ZERO);
        } else {
            spawn_local(future);
        }
    }

    fn poll_local(&self) {}
}

/// Room for the tool that splits the WASM file, and in none of its parts: no code refers to it.
///
/// Constants of which one is the end of another lie in the same bytes until the parts are taken asunder. If they do not all fit then into
/// what they took together before, the tool leaves every one of them in the first part, which all visitors load.
#[used]
static ROOM: [u8; 1 << 16] = [b'.'; 1 << 16];
