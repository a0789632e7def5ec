use leptos::prelude::*;

use super::{Icon, error_text};
use crate::pages::SIGN_IN;
use crate::service::Error;

/// In place of what a page would show: why it does not, and the way out.
#[component]
pub fn NotShown(
    /// What it would show, as in "the API tokens".
    what: &'static str,
    /// Where the page is, to come back after signing in.
    #[prop(into)]
    path: String,
    /// Why it does not.
    error: Error,
    /// Reads it again.
    retry: Callback<()>,
) -> impl IntoView {
    match error {
        Error::Forbidden { permission } => view! {
            <div class="empty">
                <Icon name="lock" class="empty-icon"/>
                <h2>{format!("You cannot see {what}")}</h2>
                <p>
                    "You need the permission " <code class="tag">{permission.as_str()}</code>
                    ". Ask an administrator of your company to give it to you."
                </p>
            </div>
        }
        .into_any(),
        Error::SignedOut => view! {
            <div class="empty">
                <Icon name="lock" class="empty-icon"/>
                <h2>"Your session has ended"</h2>
                <p>{format!("Sign in again to see {what}.")}</p>
                <div class="actions">
                    <a class="button button-primary" rel="external" href=format!("{SIGN_IN}?next={path}")>
                        "Sign in"
                    </a>
                </div>
            </div>
        }
        .into_any(),
        error => view! {
            <div class="empty" role="alert">
                <Icon name="warning" class="empty-icon"/>
                <h2>"This could not be loaded"</h2>
                <p>{error_text(&error)}</p>
                <div class="actions">
                    <button type="button" class="button button-primary" on:click=move |_| retry.run(())>
                        "Try again"
                    </button>
                </div>
            </div>
        }
        .into_any(),
    }
}
