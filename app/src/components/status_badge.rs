use leptos::prelude::*;

use super::{Icon, Time};
use crate::certificate::Status;
use crate::timestamp::Timestamp;

/// How a certificate stands: words and an icon, never the colour alone.
#[component]
pub fn StatusBadge(
    /// Which icon and colour.
    status: Status,
    /// What it says: [`crate::words::badge`].
    badge: String,
    /// From when it is valid: said instead of that while it is not.
    not_before: Timestamp,
) -> impl IntoView {
    let (class, icon) = match status {
        Status::NotYetValid => ("badge badge-pending", "calendar"),
        Status::Expired => ("badge badge-expired", "octagon-x"),
        Status::Urgent => ("badge badge-urgent", "warning"),
        Status::Expiring => ("badge badge-expiring", "clock"),
        Status::Valid => ("badge badge-valid", "check-circle"),
    };
    view! {
        <span class=class>
            <Icon name=icon/>
            {if status == Status::NotYetValid {
                view! { "Valid from " <Time at=not_before/> }.into_any()
            } else {
                badge.into_any()
            }}
        </span>
    }
}
