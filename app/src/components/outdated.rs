use leptos::prelude::*;

use super::{Icon, error_text};
use crate::service::Error;

/// Above what could not be read again.
#[component]
pub fn Outdated(
    /// What that is, as in "This list".
    what: &'static str,
    /// Why not.
    error: Error,
    /// Reads it again.
    retry: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="banner banner-warning" role="alert">
            <Icon name="warning"/>
            <p>
                <strong>{format!("{what} may be out of date. ")}</strong>
                {why_not_read(&error)}
            </p>
            <button type="button" class="button button-small" on:click=move |_| retry.run(())>
                "Try again"
            </button>
        </div>
    }
}

/// Why something could not be read; nothing was entered that could be lost.
pub fn why_not_read(error: &Error) -> String {
    match error {
        Error::Connection => "The server cannot be reached. Check your connection and try again.".to_owned(),
        error => error_text(error),
    }
}
