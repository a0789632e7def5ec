use leptos::prelude::*;

use crate::timestamp::Timestamp;

/// A date in words, with the full UTC time for machines and as title.
#[component]
pub fn Time(
    /// When.
    at: Timestamp,
) -> impl IntoView {
    view! { <time datetime=at.rfc3339() title=at.in_full()>{at.date()}</time> }
}
