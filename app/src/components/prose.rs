use leptos::prelude::*;

/// Text with commands in it: what stands between backticks is shown as code.
#[component]
pub fn Prose(
    /// The text.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let mut parts: Vec<String> = text.split('`').map(str::to_owned).collect();
    if parts.len().is_multiple_of(2) {
        // One backtick too many or too few: it means itself.
        parts = vec![text];
    }
    parts
        .into_iter()
        .enumerate()
        .map(
            |(place, part)| {
                if place.is_multiple_of(2) { part.into_any() } else { view! { <code>{part}</code> }.into_any() }
            },
        )
        .collect_view()
}
