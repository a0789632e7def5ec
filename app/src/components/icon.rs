use leptos::prelude::*;

/// An icon of `public/icons.svg`, decorative: the words beside it, or the button's label, carry the meaning.
#[component]
pub fn Icon(
    /// The symbol's name.
    name: &'static str,
    /// Classes in place of `icon`.
    #[prop(default = "icon")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=class aria-hidden="true">
            <use href=format!("/icons.svg#{name}")></use>
        </svg>
    }
}
