use leptos::prelude::*;

use super::used_by::UsingNodeItem;
use crate::service::UsingNode;
use crate::words;

/// API nodes by name, in a box that can be scrolled.
#[component]
pub fn NamedNodes(
    /// What is said of them.
    title: String,
    /// The first of them.
    nodes: Vec<UsingNode>,
    /// How many there are in all.
    count: u64,
    /// They trust their servers by the certificate.
    #[prop(optional)]
    ca: bool,
    /// The title says already how they use it.
    #[prop(optional)]
    names_only: bool,
) -> impl IntoView {
    let more = usize::try_from(count).unwrap_or(usize::MAX).saturating_sub(nodes.len());
    view! {
        <div class="stack-small">
            {if names_only {
                view! { <h3 id="named-nodes">{title}</h3> }.into_any()
            } else {
                view! { <p id="named-nodes">{title}</p> }.into_any()
            }}
            <ul class="node-list node-list-boxed" tabindex="0" aria-labelledby="named-nodes">
                {nodes.into_iter().map(|node| view! { <UsingNodeItem node ca names_only/> }).collect_view()}
                {(more > 0).then(|| view! { <li class="muted">{words::more_nodes(more)}</li> })}
            </ul>
        </div>
    }
}
