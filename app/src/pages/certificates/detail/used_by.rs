use leptos::prelude::*;

use crate::pages::certificates::used_by::{LastUse, UsingNodeItem};
use crate::service::{CertificateRow, CertificateUsage};
use crate::words;

/// The API nodes that use the certificate, and how its last call ended.
#[component]
pub fn UsedBy(row: CertificateRow, usage: CertificateUsage) -> impl IntoView {
    let CertificateUsage { nodes, last_call } = usage;
    let title = match nodes.iter().filter(|node| node.active).count() {
        0 => "Not used by any node".to_owned(),
        active => format!("Used by {}", words::nodes(u64::try_from(active).unwrap_or(u64::MAX))),
    };
    let is_empty = nodes.is_empty();
    let nodes = nodes.into_iter().map(|node| view! { <UsingNodeItem node ca=row.ca/> }).collect_view();
    view! {
        <section class="card" aria-labelledby="used-title">
            <div class="card-head">
                <h2 id="used-title">{title}</h2>
            </div>
            <div class="card-body">
                {(!is_empty).then(|| view! { <ul class="node-list">{nodes}</ul> })}
                <LastUse last_call/>
            </div>
        </section>
    }
}
