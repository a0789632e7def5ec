//! The browser's entry point of Signet.

/// Takes over the page that the server has drawn.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_lazy(app::App);
}

/// Room for the tool that splits the WASM file, and in none of its parts: no code refers to it.
///
/// Constants of which one is the end of another lie in the same bytes until the parts are taken asunder. If they do not all fit then into
/// what they took together before, the tool leaves every one of them in the first part, which all visitors load.
#[used]
static ROOM: [u8; 1 << 16] = [b'.'; 1 << 16];
