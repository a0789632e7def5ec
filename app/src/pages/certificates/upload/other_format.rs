use leptos::prelude::*;

use super::state::{Format, UploadState};
use crate::certificate::{Pointer, Rule};

/// Another answer to "What do you have?", where the judged files say that it is meant. They are kept.
#[component]
pub fn OtherFormat() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let meant = Memo::new(move |_| Meant::by_the_files(state));
    move || {
        let meant = meant.get()?;
        Some(view! {
            <div>
                <button
                    type="button"
                    class="button button-small"
                    id="upload-other-format"
                    on:click=move |_| meant.choose(state)
                >
                    {meant.text()}
                </button>
            </div>
        })
    }
}

/// What the files are, if that is something else than the person said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meant {
    /// A CA certificate.
    Authority,
    /// A client certificate.
    Client,
    /// The private key alone.
    Key,
}

impl Meant {
    fn by_the_files(state: UploadState) -> Option<Self> {
        let is_authority = state.judged.read().as_ref()?.report.certificate.as_ref().is_some_and(|facts| facts.ca);
        // What is replaced stays what it is.
        let is_open = state.replacing().is_none();
        if is_open && state.has_problem(Rule::CrtLeafAsCa) {
            return Some(Self::Client);
        }
        if is_open && is_authority && (state.lacks_key() || state.has_problem(Rule::CrtCaAsLeaf)) {
            return Some(Self::Authority);
        }
        let in_file = state.certificates.read().as_ref().is_some_and(|input| !input.pasted);
        let has_key = state.contents(Pointer::Certificates).is_some_and(|contents| contents.private_keys > 0);
        let is_alone = state.has_problem(Rule::SetCertMissing) && state.private_key.read().is_none();
        let for_client = state.format.get() != Format::CertificateAuthority;
        (in_file && has_key && is_alone && for_client).then_some(Self::Key)
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Authority => "Upload it as a CA certificate",
            Self::Client => "Upload it as a client certificate",
            Self::Key => "Choose its certificate",
        }
    }

    fn choose(self, state: UploadState) {
        match self {
            Self::Authority => state.choose_format(Format::CertificateAuthority),
            Self::Client => state.choose_format(Format::OneFile),
            Self::Key => state.take_as_key(),
        }
    }
}
