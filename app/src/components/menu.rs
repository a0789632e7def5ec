use leptos::prelude::*;

use super::account_dialogs::ChangePassword;
use super::{Announcer, Icon, error_text, focus_soon, go_to, on_hydrated};
use crate::pages::SIGN_IN;
use crate::server_fns::{answer, sign_out_everywhere, sign_out_person};
use crate::service::Me;
use crate::words;

/// Where the browser keeps the chosen theme.
const THEME: &str = "theme";

/// Who opens the menu.
const BUTTON: &str = "user-button";

/// The person's menu: who it is, the theme, the password, signing out.
#[component]
pub fn UserMenu(me: Me) -> impl IntoView {
    let sign_out = Action::new(|(): &()| async {
        // Signed out or not reached: the sign-in page shows how it stands.
        let _reply = sign_out_person().await;
        go_to(SIGN_IN);
    });
    let announcer = Announcer::of_this_page();
    let leave_everywhere = Action::new(move |(): &()| async move {
        match answer(sign_out_everywhere().await) {
            Ok(()) => go_to(SIGN_IN),
            Err(error) => announcer.say(error_text(&error)),
        }
    });
    let changing_password = RwSignal::new(false);
    let email = me.email.clone();
    view! {
        <div class="topbar-end">
            <button type="button" id=BUTTON class="avatar-button" popovertarget="user-menu">
                <span class="avatar" aria-hidden="true">{words::initials(&me.name)}</span>
                <span class="visually-hidden">{format!("{}, your account", me.name)}</span>
            </button>
        </div>
        <div id="user-menu" class="popover popover-end" popover="auto">
            <div class="menu">
                <p>
                    <strong>{me.name}</strong>
                    <br/>
                    <span class="muted">{me.email}</span>
                </p>
                <hr/>
                <ThemeChoice/>
                <hr/>
                <button type="button" class="button button-block" on:click=move |_| changing_password.set(true)>
                    <Icon name="key"/>
                    " Change password"
                </button>
                <button
                    type="button"
                    class="button button-block"
                    disabled=move || sign_out.pending().get()
                    on:click=move |_| {
                        sign_out.dispatch(());
                    }
                >
                    <Icon name="logout"/>
                    " Sign out"
                </button>
                <button
                    type="button"
                    class="button button-block"
                    disabled=move || leave_everywhere.pending().get()
                    on:click=move |_| {
                        leave_everywhere.dispatch(());
                    }
                >
                    "Sign out everywhere"
                </button>
            </div>
        </div>
        {move || {
            changing_password
                .get()
                .then(|| {
                    let on_close = Callback::new(move |()| {
                        changing_password.set(false);
                        focus_soon(vec![BUTTON.to_owned()]);
                    });
                    view! { <ChangePassword email=email.clone() on_close/> }
                })
        }}
    }
}

#[component]
fn ThemeChoice() -> impl IntoView {
    let theme = RwSignal::new("auto".to_owned());
    on_hydrated(move || {
        if let Some(chosen) = storage().and_then(|storage| storage.get_item(THEME).ok().flatten()) {
            theme.set(chosen);
        }
    });
    let choose = move |chosen: String| {
        if let Some(storage) = storage() {
            // A full or forbidden storage only means that the choice is not remembered.
            let _forgotten = storage.set_item(THEME, &chosen);
        }
        if let Some(root) = document().document_element() {
            let _unchanged = root.set_attribute("data-theme", &chosen);
        }
        theme.set(chosen);
    };
    view! {
        <div class="field">
            <label for="theme">"Theme"</label>
            <select
                class="input"
                id="theme"
                prop:value=move || theme.get()
                on:change=move |event| choose(event_target_value(&event))
            >
                <option value="auto">"Same as the system"</option>
                <option value="light">"Light"</option>
                <option value="dark">"Dark"</option>
            </select>
        </div>
    }
}

fn storage() -> Option<leptos::web_sys::Storage> {
    window().local_storage().ok().flatten()
}
