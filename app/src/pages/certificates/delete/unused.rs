use leptos::prelude::*;

use super::state::DeleteState;
use crate::components::Time;
use crate::words;

/// Nothing uses it.
#[component]
pub fn Unused() -> impl IntoView {
    let state = DeleteState::of_this_dialog();
    let row = state.seen.row();
    let restorable = move || {
        if state.destroy.get() { "Nobody can restore it." } else { "You can restore it for 30 days." }
    };
    let released = move || {
        let names = state.plan.read().as_ref()?.as_ref().ok().map(words::released)?;
        (!names.is_empty()).then(|| view! { <p>{names}</p> })
    };
    view! {
        <div id="delete-text" class="stack-small">
            <p>
                {format!("“{}” (expires ", row.name)} <Time at=row.not_after/> ") is not used by any API node. "
                {restorable}
            </p>
            <p class="muted small">"A certificate must not be used in any API node when it is deleted."</p>
            {row.primary.then(|| view! { <p>"It is the primary; afterwards no certificate is."</p> })}
            {released}
        </div>
    }
}
