use leptos::prelude::*;

use super::host::DialogHost;
use super::state::ListState;
use crate::components::{Icon, Moment, error_text};
use crate::pages::API_NODES;
use crate::service::{CertificateRow, CertificateUsage, LastCall, Permission, UsingNode};
use crate::words;

/// Nodes that are named; the page of the nodes has them all.
const NAMED: usize = 100;

/// How many nodes use a certificate, and a button that opens the list of them, read when it is opened.
#[component]
pub fn UsedBy(row: CertificateRow, used_by: u64) -> impl IntoView {
    if used_by == 0 {
        return view! { <span class="muted">"Not used"</span> }.into_any();
    }
    let state = ListState::of_this_page();
    let CertificateRow { id, name, ca, .. } = row;
    let nodes = words::nodes(used_by);
    let label = format!("Used by {nodes}: show the list for {name}");
    let title = format!("{name} is used by {nodes}");
    let popover = format!("nodes-{id}");
    let title_id = format!("{popover}-title");
    let labelled_by = title_id.clone();
    let asked = id.clone();
    let usage = move || match state.usage_of(&id) {
        None => view! { <p class="muted small">"Loading…"</p> }.into_any(),
        Some(Ok(usage)) => view! { <Usage usage ca/> }.into_any(),
        Some(Err(error)) => view! { <p class="small" role="alert">{error_text(&error)}</p> }.into_any(),
    };
    view! {
        <button
            type="button"
            class="link-button"
            popovertarget=popover.clone()
            aria-label=label
            on:click=move |_| state.read_usage(asked.clone())
        >
            {nodes}
        </button>
        <div id=popover class="popover" popover="auto" role="dialog" aria-labelledby=labelled_by>
            <h2 id=title_id>{title}</h2>
            {usage}
        </div>
    }
    .into_any()
}

#[component]
fn Usage(usage: CertificateUsage, ca: bool) -> impl IntoView {
    let more = usage.nodes.len().saturating_sub(NAMED);
    view! {
        <ul class="node-list">
            {usage.nodes.into_iter().take(NAMED).map(|node| view! { <UsingNodeItem node ca/> }).collect_view()}
        </ul>
        {(more > 0).then(|| view! { <p class="muted small">{words::more_nodes(more)}</p> })}
        <LastUse last_call=usage.last_call/>
    }
}

/// A node that uses a certificate, and why it does; a link for those who may open it.
#[component]
pub fn UsingNodeItem(
    /// The node.
    node: UsingNode,
    /// It trusts its server by the certificate.
    ca: bool,
    /// Without saying why.
    #[prop(optional)]
    names_only: bool,
) -> impl IntoView {
    let session = DialogHost::of_this_page().session();
    let how = match (ca, node.follows_primary, node.active) {
        (true, ..) => "trusts its server by it",
        (_, true, _) => "follows the primary",
        (_, _, true) => "pinned",
        (_, _, false) => "pinned, mTLS off",
    };
    let UsingNode { id, name, .. } = node;
    let name = move || {
        let name = name.clone();
        if session.may(Permission::ManageApiNodes) {
            view! { <a href=format!("{API_NODES}/{id}")>{name}</a> }.into_any()
        } else {
            view! { <span>{name}</span> }.into_any()
        }
    };
    view! {
        <li>
            {name}
            {(!names_only).then(|| view! { " " <span class="muted">{how}</span> })}
        </li>
    }
}

/// When a certificate was last sent, where to, and how that ended.
#[component]
pub fn LastUse(last_call: Option<LastCall>) -> impl IntoView {
    let Some(last) = last_call else {
        return view! { <p class="muted small">"It was not sent in any call yet."</p> }.into_any();
    };
    let icon = if last.has_failed() { "warning" } else { "check-circle" };
    let LastCall { at, result, host, calls, failures } = last;
    let reason = words::calls::noted(&result).map(|reason| format!(" {reason}."));
    view! {
        <p class="small last-use">
            <Icon name=icon/>
            <span>
                "Last used "
                <Moment at/>
                {format!(" for {host}.{} {}", reason.unwrap_or_default(), words::calls::counted(calls, failures))}
            </span>
        </p>
    }
    .into_any()
}
