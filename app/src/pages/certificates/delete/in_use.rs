use leptos::prelude::*;

use super::state::DeleteState;
use crate::components::error_text;
use crate::pages::certificates::named_nodes::NamedNodes;
use crate::service::{DeletePlan, PRIMARY, Replacement, UsingNode};
use crate::words;

/// Nodes that are named.
const NAMED: usize = 200;

/// API nodes use it: which, and where they go.
#[component]
pub fn InUse() -> impl IntoView {
    let state = DeleteState::of_this_dialog();
    move || match state.plan.get() {
        None => view! { <p class="muted" role="status">"Looking who uses it…"</p> }.into_any(),
        Some(Ok(plan)) => view! { <Users plan/> }.into_any(),
        Some(Err(error)) => view! {
            <div class="stack-small" role="alert">
                <p>{error_text(&error)}</p>
                <p>
                    <button type="button" class="button button-small" on:click=move |_| state.ask()>
                        "Try again"
                    </button>
                </p>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Users(plan: DeletePlan) -> impl IntoView {
    let released = words::released(&plan);
    let (name, ca) = (plan.certificate.name.clone(), plan.certificate.ca);
    let users: Vec<UsingNode> = plan.nodes.iter().filter(|node| node.active).cloned().collect();
    let count = u64::try_from(users.len()).unwrap_or(u64::MAX);
    let followers = users.iter().filter(|node| node.follows_primary).count();
    let primary = plan.certificate.primary.then(|| words::primary_goes(followers));
    let users: Vec<UsingNode> = users.into_iter().take(NAMED).collect();
    view! {
        <NamedNodes title=words::in_use(&name, ca, count) nodes=users count ca/>
        {primary.map(|primary| view! { <p>{primary}</p> })}
        {(!released.is_empty()).then(|| view! { <p class="muted">{released}</p> })}
        <MoveTo plan/>
    }
}

#[component]
fn MoveTo(plan: DeletePlan) -> impl IntoView {
    let state = DeleteState::of_this_dialog();
    let DeletePlan { now, certificate, primary, choices, has_more, .. } = plan;
    if choices.is_empty() && primary.is_none() {
        return view! {
            <p>
                {if certificate.ca {
                    "There is no other CA certificate that is valid. Add one first, then move them."
                } else {
                    "There is no other certificate that is valid. Create one first, then move them."
                }}
            </p>
        }
        .into_any();
    }
    let is_chosen = move |id: &str| state.move_to.with_untracked(|chosen| chosen == id);
    let primary = primary.map(|name| {
        view! {
            <option value=PRIMARY selected=is_chosen(PRIMARY)>
                {format!("Primary certificate (automatic) — {name}")}
            </option>
        }
    });
    let choices = choices.into_iter().map(|Replacement { id, name, not_after, key_type }| {
        let selected = is_chosen(&id);
        let label = format!("{name} — {}, {key_type}", words::expires(now, not_after));
        view! { <option value=id selected=selected>{label}</option> }
    });
    view! {
        <div class="field">
            <label for="move-to">"Move them to"</label>
            <select
                class="input"
                id="move-to"
                name="move-to"
                required
                aria-describedby="move-to-hint"
                on:change=move |event| state.move_to.set(event_target_value(&event))
            >
                <option value="" selected=is_chosen("")>
                    "Choose a certificate"
                </option>
                {primary}
                {choices.collect_view()}
            </select>
            <p class="hint" id="move-to-hint">
                {has_more.then_some("Only those that end last are offered. ")}
                "The move and the delete happen together, or not at all. "
                {move || (!state.destroy.get()).then_some("You can restore the certificate for 30 days.")}
            </p>
        </div>
    }
    .into_any()
}
