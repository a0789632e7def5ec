use leptos::prelude::*;

use super::on_hydrated;
use crate::timestamp::Timestamp;
use crate::words::times::{TimeStyle, in_utc, local};

/// How a time reads: in UTC while browser and server have to agree, then in the reader's language and time zone.
pub fn time_text(at: Timestamp, style: TimeStyle) -> ArcReadSignal<String> {
    // Lives as long as the view that shows it: the server may still be writing a view whose owner is gone.
    let (text, set_text) = arc_signal(in_utc(at, style));
    on_hydrated(move || set_text.set(local(at, style)));
    text
}

/// A time in words, with the full UTC time for machines and as title.
#[component]
pub fn Time(
    /// When.
    at: Timestamp,
    /// What is shown of it.
    #[prop(optional)]
    style: TimeStyle,
) -> impl IntoView {
    view! { <time datetime=at.rfc3339() title=at.in_full()>{time_text(at, style)}</time> }
}

/// Date and time of day.
#[component]
pub fn Moment(
    /// When.
    at: Timestamp,
) -> impl IntoView {
    view! { <Time at style=TimeStyle::DateAndTime/> }
}

/// The time of day.
#[component]
pub fn TimeOfDay(
    /// When.
    at: Timestamp,
) -> impl IntoView {
    view! { <Time at style=TimeStyle::Time/> }
}
