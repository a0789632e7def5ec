use leptos::prelude::*;

use super::state::DeleteState;

/// For a key that nobody may have any more: it goes at once instead of after 30 days.
#[component]
pub fn Destroy() -> impl IntoView {
    let state = DeleteState::of_this_dialog();
    let ca = state.seen.row().ca;
    (!ca).then(|| {
        view! {
            <div class="stack-small">
                <label class="check">
                    <input
                        type="checkbox"
                        name="destroy"
                        prop:checked=state.destroy
                        aria-describedby="destroy-hint"
                        on:change=move |event| {
                            state.is_sure.set(false);
                            state.destroy.set(event_target_checked(&event));
                        }
                    />
                    <span>
                        "Destroy its private key at once"
                        <span class="hint" id="destroy-hint">
                            "For a key that somebody else may have. Nobody can restore the certificate then."
                        </span>
                    </span>
                </label>
                {move || {
                    state
                        .destroy
                        .get()
                        .then(|| {
                            view! {
                                <label class="check">
                                    <input
                                        type="checkbox"
                                        name="sure"
                                        prop:checked=state.is_sure
                                        on:change=move |event| state.is_sure.set(event_target_checked(&event))
                                    />
                                    <span>"Yes, destroy it for good"</span>
                                </label>
                            }
                        })
                }}
            </div>
        }
    })
}
