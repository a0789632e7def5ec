use leptos::prelude::*;

use crate::components::{Announcer, Icon, browser_action, copy_text};
use crate::service::CreatedToken;

/// The new token's secret, this once.
#[component]
pub fn CreatedBanner(created: CreatedToken) -> impl IntoView {
    let announcer = Announcer::of_this_page();
    let CreatedToken { token, secret } = created;
    let shown = secret.expose().to_owned();
    let copy = browser_action(move |(): &()| {
        let secret = secret.clone();
        async move {
            announcer.say(if copy_text(secret.expose()).await {
                "Token copied.".to_owned()
            } else {
                "Your browser did not allow it. Click the token to select it, then copy it by hand.".to_owned()
            });
        }
    });
    view! {
        <section class="banner banner-ok" aria-labelledby="new-token">
            <Icon name="key"/>
            <div class="stack">
                <div>
                    <h2 id="new-token" tabindex="-1">{format!("Token “{}” created", token.name)}</h2>
                    <p>"Copy it now. It is shown only this once; we keep just a fingerprint of it."</p>
                </div>
                <div class="secret">
                    <code id="token">{shown}</code>
                    <button
                        type="button"
                        class="button"
                        on:click=move |_| {
                            copy.dispatch(());
                        }
                    >
                        <Icon name="copy"/>
                        " Copy token"
                    </button>
                </div>
            </div>
        </section>
    }
}
