use std::sync::Arc;

use leptos::web_sys;
use zeroize::Zeroizing;

use crate::components::read_file;

/// Larger files are not even read: the validator's own limit.
const MAX_BYTES: f64 = 128.0 * 1024.0;

/// A chosen file, or pasted text.
#[derive(Clone)]
pub struct Input {
    /// The file's name, or "Pasted text".
    pub name: String,
    /// What is in it, in the clear once it was opened.
    pub bytes: Arc<Zeroizing<Vec<u8>>>,
    /// Pasted, so there is no file to change.
    pub pasted: bool,
    /// It was locked, and its passphrase has opened it.
    pub opened: bool,
}

impl Input {
    /// Text that was pasted.
    pub fn pasted(text: String) -> Self {
        Self::new("Pasted text".to_owned(), text.into_bytes(), true)
    }

    /// Reads a file. What is said if that fails is for the person who chose it.
    pub async fn read(file: &web_sys::File) -> Result<Self, String> {
        if file.size() > MAX_BYTES {
            return Err(
                "The selected file must be smaller than 128 kB. Upload only the certificate chain and its key."
                    .to_owned(),
            );
        }
        match read_file(file).await {
            Some(bytes) => Ok(Self::new(file.name(), bytes, false)),
            None => Err("The browser could not read this file. Choose it again.".to_owned()),
        }
    }

    fn new(name: String, bytes: Vec<u8>, pasted: bool) -> Self {
        Self { name, bytes: Arc::new(Zeroizing::new(bytes)), pasted, opened: false }
    }

    /// What it is called within a sentence.
    pub fn called(&self) -> String {
        if self.pasted { "the pasted text".to_owned() } else { self.name.clone() }
    }

    /// The same, opened.
    pub fn opened(self, bytes: Zeroizing<Vec<u8>>) -> Self {
        Self { bytes: Arc::new(bytes), opened: true, ..self }
    }

    /// Whether it is the one that was chosen then, not another of the same name.
    pub fn is_same_as(&self, then: &Self) -> bool {
        Arc::ptr_eq(&self.bytes, &then.bytes)
    }
}
