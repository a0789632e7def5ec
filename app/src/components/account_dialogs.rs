//! Dialogs that every page may open and few visitors need: a part of the WASM file of its own, loaded when one of them is opened.

#![expect(clippy::unnecessary_wraps, reason = "what `fallible` means: the error comes from loading the function")]

use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

use super::change_password::ChangePasswordDialog;
use super::sign_in_again::SignInDialog;
use super::{Announcer, Session, error_text};
use crate::pages::lazy::NotLoaded;
use crate::service::{Error, Me};

/// Over everything else on the page: the session has ended, and whoever it was can go on after signing in again.
#[component]
pub fn SignInAgain(
    /// The page's session.
    session: Session,
) -> impl IntoView {
    let failed = could_not_be_loaded(Callback::new(move |()| session.asking().set(false)));
    move || {
        let me = session.asking().get().then(|| session.me()).flatten()?;
        Some(Suspend::new(
            async move { draw_sign_in_again(session, me).await.unwrap_or_else(|NotLoaded| failed.run(())) },
        ))
    }
}

/// Another password.
#[component]
pub fn ChangePassword(
    /// Of whom.
    email: String,
    /// Closes it.
    on_close: Callback<()>,
) -> impl IntoView {
    let failed = could_not_be_loaded(on_close);
    Suspend::new(async move { draw_change_password(email, on_close).await.unwrap_or_else(|NotLoaded| failed.run(())) })
}

/// Says so, and closes what should have been there.
fn could_not_be_loaded(close: Callback<()>) -> Callback<(), AnyView> {
    let announcer = Announcer::of_this_page();
    Callback::new(move |()| {
        announcer.say(error_text(&Error::Connection));
        close.run(());
        ().into_any()
    })
}

#[wasm_split(account, wasm_split_path = leptos::wasm_split, fallible)]
fn draw_sign_in_again(session: Session, me: Me) -> Result<AnyView, NotLoaded> {
    Ok(view! { <SignInDialog session me/> }.into_any())
}

#[wasm_split(account, wasm_split_path = leptos::wasm_split, fallible)]
fn draw_change_password(email: String, on_close: Callback<()>) -> Result<AnyView, NotLoaded> {
    Ok(view! { <ChangePasswordDialog email on_close/> }.into_any())
}
