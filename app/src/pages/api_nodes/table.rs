use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::address;
use super::certificate_link::CertificateLink;
use super::last_call::Last;
use super::state::{NodesState, node_error_text};
use crate::api_node::Chosen;
use crate::certificate::Status;
use crate::components::{Announcer, Icon, StatusBadge, browser_action};
use crate::server_fns::{answer, duplicate_api_node};
use crate::service::{CertificateChoice, NodeList, NodeRow};
use crate::timestamp::Timestamp;
use crate::words;

/// The table of API nodes, by name.
///
/// Roles are written out because the card form of narrow screens would take them away.
#[component]
pub fn NodeTable(list: NodeList) -> impl IntoView {
    let now = list.now;
    let rows = list.rows.into_iter().map(|row| view! { <Row row now/> }).collect_view();
    view! {
        <div class="table-box">
            <table class="data-table" role="table">
                <caption class="visually-hidden">"API nodes, by name"</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"Node"</th>
                        <th scope="col" role="columnheader">"Request"</th>
                        <th scope="col" role="columnheader">"mTLS certificate"</th>
                        <th scope="col" role="columnheader">"Last call"</th>
                        <th scope="col" role="columnheader">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(row: NodeRow, now: Timestamp) -> impl IntoView {
    let there = address::of_node(&row.id);
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <a class="row-title" id=format!("name-{}", row.id) href=there.clone()>
                    {row.name.clone()}
                </a>
            </th>
            <td role="cell" data-label="Request">
                <div>
                    <span class="tag">{row.method.clone()}</span>
                    " "
                    <span class="mono small">{without_scheme(&row.url).to_owned()}</span>
                </div>
            </td>
            <td role="cell" data-label="mTLS">
                <Certificate row=row.clone() now/>
            </td>
            <td role="cell" data-label="Last call">
                <Last last_call=row.last_call.clone()/>
            </td>
            <td role="cell" class="cell-actions">
                <RowActions row there/>
            </td>
        </tr>
    }
}

#[component]
fn Certificate(row: NodeRow, now: Timestamp) -> impl IntoView {
    if !row.mtls.enabled {
        return view! { <span class="muted">"Off"</span> }.into_any();
    }
    let how = if row.mtls.certificate == Chosen::Primary { "Follows the primary" } else { "Pinned" };
    let Some(certificate) = row.certificate else {
        return view! {
            <div>
                <span class="badge badge-expired">
                    <Icon name="octagon-x"/>
                    "No certificate"
                </span>
                " "
                <span class="sub">
                    {if row.mtls.certificate == Chosen::Primary {
                        "Follows the primary, and there is none"
                    } else {
                        "Pinned to one that is gone"
                    }}
                </span>
            </div>
        }
        .into_any();
    };
    let CertificateChoice { id, name, not_before, not_after, .. } = certificate;
    let status = Status::at(now, not_before, not_after);
    let badge = (status != Status::Valid).then(|| {
        view! {
            <StatusBadge status badge=words::badge(status, now, not_before, not_after) not_before/>
            " "
        }
    });
    view! {
        <div>
            <CertificateLink id text=name.clone() otherwise=name/>
            " "
            {badge}
            <span class="sub">{how}</span>
        </div>
    }
    .into_any()
}

#[component]
fn RowActions(row: NodeRow, there: String) -> impl IntoView {
    let state = NodesState::of_this_page();
    let announcer = Announcer::of_this_page();
    let navigate = use_navigate();
    let NodeRow { id, name, .. } = row.clone();
    let duplicate = browser_action({
        let id = id.clone();
        move |(): &()| {
            let (id, navigate) = (id.clone(), navigate.clone());
            async move {
                match answer(duplicate_api_node(id).await) {
                    Ok(copy) => {
                        announcer.say(format!("“{}” created. Change what differs, then save.", copy.name));
                        navigate(&address::of_node(&copy.id), leptos_router::NavigateOptions::default());
                    }
                    Err(error) => announcer.say(node_error_text(&error)),
                }
            }
        }
    });
    view! {
        <div class="row-actions">
            <a class="button button-quiet button-small" href=there>
                "Edit"
                <span class="visually-hidden">{format!(" {name}")}</span>
            </a>
            <button
                type="button"
                class="icon-button"
                aria-label=format!("Duplicate {name}")
                title="Duplicate"
                aria-busy=move || duplicate.pending().get().then_some("true")
                on:click=move |_| {
                    if !duplicate.pending().get_untracked() {
                        duplicate.dispatch(());
                    }
                }
            >
                <Icon name="copy"/>
            </button>
            <button
                type="button"
                id=format!("delete-{id}")
                class="icon-button"
                aria-label=format!("Delete {name}")
                title="Delete"
                on:click=move |_| state.deleting.set(Some(row.clone()))
            >
                <Icon name="trash"/>
            </button>
        </div>
    }
}

fn without_scheme(url: &str) -> &str {
    url.strip_prefix("https://").unwrap_or(url)
}
