//! Opening locked files in the browser: a part of the WASM file of its own, loaded when a file asks for its passphrase.
//!
//! What goes for the [`validator`](super::validator) goes for it.

#![expect(clippy::unnecessary_wraps, reason = "what `fallible` means: the error comes from loading the function")]

use leptos::wasm_split::wasm_split;
use zeroize::Zeroizing;

use crate::certificate::{Finding, Opened, Pointer, unlock};
use crate::pages::lazy::NotLoaded;

/// A locked file and its passphrase. Wiped when the last one who has them is done.
pub struct Locked {
    /// The file.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Which one of the upload it is.
    pub pointer: Pointer,
    /// What the person has typed.
    pub passphrase: Zeroizing<String>,
}

/// The opened file, or why it stays locked. It can take seconds, and nothing else happens meanwhile.
#[wasm_split(unlocker, wasm_split_path = leptos::wasm_split, preload(load_unlocker), fallible)]
pub fn open(locked: Locked) -> Result<Result<Zeroizing<Vec<u8>>, Finding>, NotLoaded> {
    Ok(unlock(&locked.bytes, locked.pointer, &locked.passphrase).map(Opened::into_bytes))
}

/// Loads this part of the WASM file while the passphrase is being typed.
pub fn preload() {
    #[cfg(feature = "hydrate")]
    leptos::task::spawn_local(async {
        // Whoever needs it tries again, and says so if it fails once more.
        let _loaded = load_unlocker().await;
    });
}
