use leptos::prelude::*;

use crate::components::Icon;

/// What follows a certificate's name: that it is the primary, that it is an authority.
#[component]
pub fn Badges(primary: bool, ca: bool) -> impl IntoView {
    view! {
        {primary
            .then(|| {
                view! {
                    " "
                    <span class="badge badge-primary">
                        <Icon name="seal"/>
                        "Primary"
                    </span>
                }
            })}
        {ca
            .then(|| {
                view! {
                    " "
                    <span class="tag" title="Certificate authority: no private key">"CA"</span>
                }
            })}
    }
}
