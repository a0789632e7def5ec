use leptos::prelude::*;
use leptos_meta::Title;

use super::CERTIFICATES;
use crate::components::{Solo, mark_hydrated};

/// Lets the server answer 404 with the page that is drawn.
pub fn answer_not_found() {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
}

/// For a path that leads nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    answer_not_found();
    mark_hydrated();
    view! {
        <Title text="Page not found"/>
        <Solo title="This page does not exist" lead="The address may be mistyped, or the page has moved.">
            <p>
                <a href=CERTIFICATES>"Go to the certificates"</a>
            </p>
        </Solo>
    }
}
