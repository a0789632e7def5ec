use leptos::prelude::*;
use leptos_meta::Title;

use super::CERTIFICATES;
use crate::components::Solo;

/// For a path that leads nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Page not found"/>
        <Solo title="This page does not exist" lead="The address may be mistyped, or the page has moved.">
            <p>
                <a href=CERTIFICATES>"Go to the certificates"</a>
            </p>
        </Solo>
    }
}
