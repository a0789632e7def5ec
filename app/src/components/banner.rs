use leptos::prelude::*;

use super::{Icon, Prose, error_text, focus_soon};
use crate::service::Error;

/// The server's refusal, on top of a dialog or form: announced, and focused when it comes.
#[component]
pub fn ErrorBanner(
    /// Its id, unique in the page.
    id: &'static str,
    /// The refusal, if there is one.
    #[prop(into)]
    error: Signal<Option<Error>>,
) -> impl IntoView {
    Effect::new(move || {
        if error.read().is_some() {
            focus_soon(vec![id.to_owned()]);
        }
    });
    move || {
        error.get().map(|error| {
            view! {
                <div class="banner banner-error" role="alert" id=id tabindex="-1">
                    <Icon name="octagon-x"/>
                    <p>
                        <Prose text=error_text(&error)/>
                    </p>
                </div>
            }
        })
    }
}
