//! API nodes: the list.

use leptos::prelude::*;
use leptos_meta::Title;

use super::API_NODES;
use crate::components::{Frame, Icon, MissingPermission, NotShown, Outdated, Shown, Time, contacts};
use crate::service::{CertificateChoice, Contact, Error, LastCall, NodeList, NodeQuery, NodeRow, NodeShow, Permission};
use crate::words;

pub mod address;
pub mod certificate_link;
pub mod delete;
pub mod last_call;
pub mod state;
mod table;
mod toolbar;

use state::NodesState;

/// The company's API nodes.
#[component]
pub fn ApiNodesPage() -> impl IntoView {
    let state = NodesState::new();
    provide_context(state);
    let contacts = contacts(Permission::ManageApiNodes, move || state.list.is_forbidden());
    view! {
        <Title text="API nodes"/>
        <Frame>
            <div class="page-head">
                <div>
                    <nav class="breadcrumb" aria-label="Breadcrumb">
                        <ol>
                            <li>"Flows"</li>
                        </ol>
                    </nav>
                    <h1 id="title" tabindex="-1">"API nodes"</h1>
                    <Transition fallback=|| {
                        view! { <p>{LEAD}</p> }
                    }>
                        {move || {
                            state.list.shown().map(|shown| view! { <p>{lead(shown.part().map(|list| list.counts))}</p> })
                        }}
                    </Transition>
                </div>
                <Transition>
                    {move || {
                        let has_nodes = state.list.shown()?.part().is_some_and(|list| total(&list) > 0);
                        has_nodes.then(|| view! { <div class="actions"><CreateLink/></div> })
                    }}
                </Transition>
            </div>
            <Transition fallback=Loading>
                {move || {
                    // Both are asked for at once, also where the second is not needed: a page waits for what it has asked for.
                    state
                        .list
                        .shown()
                        .zip(contacts.get())
                        .map(|(shown, contacts)| match shown {
                            Shown::Current(list) => view! { <Nodes list/> }.into_any(),
                            Shown::Outdated(list, error) => {
                                view! {
                                    <Outdated what="This list" error retry=state.list.retry()/>
                                    <Nodes list/>
                                }
                                    .into_any()
                            }
                            Shown::Nothing(error) => view! { <NoNodesShown error contacts retry=state.list.retry()/> }.into_any(),
                        })
                }}
            </Transition>
        </Frame>
        {move || state.deleting.get().map(|row| view! { <Deletion row/> })}
    }
}

const LEAD: &str = "Outgoing calls that identify themselves with your client certificates.";

/// How many there are, and how many identify themselves.
fn lead(counts: Option<[u64; 5]>) -> String {
    match counts {
        Some([all, .., off, _failing]) if all > 0 => {
            format!(
                "Outgoing HTTPS calls. {} of {all} identify themselves with a client certificate.",
                all.saturating_sub(off)
            )
        }
        _ => LEAD.to_owned(),
    }
}

fn total(list: &NodeList) -> u64 {
    let [all, ..] = list.counts;
    all
}

#[component]
fn CreateLink() -> impl IntoView {
    view! {
        <a class="button button-primary" href=format!("{API_NODES}/new")>
            <Icon name="plus"/>
            " Create API node"
        </a>
    }
}

#[component]
fn Nodes(list: NodeList) -> impl IntoView {
    if total(&list) == 0 {
        return view! {
            <div class="empty">
                <Icon name="node" class="empty-icon"/>
                <h2>"No API nodes yet"</h2>
                <p>
                    "An API node is a request to a service outside: its address, headers and body, and the client certificate that it identifies itself with."
                </p>
                <div class="actions">
                    <CreateLink/>
                </div>
            </div>
        }
        .into_any();
    }
    let nothing = list.rows.is_empty();
    let query = list.query.clone();
    let expired = expired(&list);
    let toolbar = view! { <toolbar::Toolbar list=list.clone()/> };
    let pages = view! { <Pages list=list.clone()/> };
    view! {
        {expired.map(|expired| view! { <ExpiredBanner expired/> })}
        <div class="table-area">
            {toolbar}
            {if nothing {
                view! { <NothingFound query/> }.into_any()
            } else {
                view! { <table::NodeTable list/> }.into_any()
            }}
            {pages}
        </div>
    }
    .into_any()
}

/// What is said of the rows that would send an expired certificate.
struct Expired {
    /// How many they are.
    which: String,
    /// The first of those certificates.
    first: CertificateChoice,
    /// Where the nodes are shown whose last call failed, if one of the rows is among them.
    review: Option<String>,
}

fn expired(list: &NodeList) -> Option<Expired> {
    let expired_of = |row: &NodeRow| row.certificate.clone().filter(|certificate| certificate.not_after < list.now);
    let rows: Vec<(&NodeRow, CertificateChoice)> =
        list.rows.iter().filter_map(|row| Some((row, expired_of(row)?))).collect();
    let (_row, first) = rows.first()?.clone();
    let number = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let is_all = u64::try_from(list.rows.len()).is_ok_and(|shown| shown >= total(list));
    let which = if is_all {
        words::count(number, "node sends", "nodes send")
    } else {
        words::count(number, "node on this page sends", "nodes on this page send")
    };
    let has_failed = |row: &NodeRow| row.last_call.as_ref().is_some_and(LastCall::has_failed);
    let is_elsewhere = list.query.show != NodeShow::Failing && rows.iter().any(|(row, _certificate)| has_failed(row));
    let review =
        is_elsewhere.then(|| address::of(&NodeQuery { show: NodeShow::Failing, page: 1, ..NodeQuery::default() }));
    Some(Expired { which: format!("{which} an expired certificate."), first, review })
}

#[component]
fn ExpiredBanner(expired: Expired) -> impl IntoView {
    let Expired { which, first, review } = expired;
    view! {
        <div class="banner banner-error">
            <Icon name="octagon-x"/>
            <p>
                <strong>{which}</strong>
                {format!(" “{}” expired on ", first.name)}
                <Time at=first.not_after/>
                "."
            </p>
            {review.map(|review| view! { <a href=review>"Review failing nodes"</a> })}
        </div>
    }
}

/// None is like what is searched for and of the kind that is filtered.
#[component]
fn NothingFound(query: NodeQuery) -> impl IntoView {
    let kind = match query.show {
        NodeShow::All => None,
        NodeShow::Primary => Some("follows the primary"),
        NodeShow::Pinned => Some("is pinned to a certificate"),
        NodeShow::Off => Some("has its mTLS off"),
        NodeShow::Failing => Some("failed in its last call"),
    };
    let term = query.search.trim();
    let holds = (!term.is_empty()).then(|| format!("contains “{term}” in its name, address or certificate"));
    let what: Vec<String> = kind.map(str::to_owned).into_iter().chain(holds).collect();
    view! {
        <div class="empty">
            <Icon name="search" class="empty-icon"/>
            <h2>"No API nodes match"</h2>
            <p role="status">{format!("No API node {}.", what.join(" and "))}</p>
            <div class="actions">
                <a class="button" href=API_NODES>
                    "Clear filters"
                </a>
            </div>
        </div>
    }
}

#[component]
fn Pages(list: NodeList) -> impl IntoView {
    let NodeList { query, per_page, total, .. } = list;
    let page = query.page;
    let first_row = u64::from(page.saturating_sub(1)) * u64::from(per_page) + 1;
    let last_row = (u64::from(page) * u64::from(per_page)).min(total);
    let step = move |label: &'static str, there: Option<u32>| {
        let label = if label == "Next" {
            view! {
                "Next "
                <Icon name="chevron-right"/>
            }
            .into_any()
        } else {
            view! {
                <Icon name="chevron-left"/>
                " Previous"
            }
            .into_any()
        };
        match there {
            Some(page) => view! { <a href=address::of(&NodeQuery { page, ..query.clone() })>{label}</a> }.into_any(),
            None => view! { <span aria-disabled="true">{label}</span> }.into_any(),
        }
    };
    (total > u64::from(per_page)).then(|| {
        view! {
            <nav class="pagination" aria-label="Pages">
                <p>{format!("{first_row}–{last_row} of {total}")}</p>
                <ul>
                    <li>{step("Previous", (page > 1).then(|| page - 1))}</li>
                    <li>
                        <span aria-current="page">{format!("Page {page}")}</span>
                    </li>
                    <li>{step("Next", (last_row < total).then(|| page + 1))}</li>
                </ul>
            </nav>
        }
    })
}

/// In place of the list, or of a node: why it is not shown, and the way out.
#[component]
pub fn NoNodesShown(
    /// Why.
    error: Error,
    /// Who can give the permission.
    contacts: Vec<Contact>,
    /// Reads again.
    retry: Callback<()>,
) -> impl IntoView {
    if let Error::Forbidden { permission } = error {
        return view! { <MissingPermission title="You cannot see the API nodes" permission contacts/> }.into_any();
    }
    view! { <NotShown what="the API nodes" path=API_NODES error retry/> }.into_any()
}

#[component]
fn Deletion(row: NodeRow) -> impl IntoView {
    let state = NodesState::of_this_page();
    let NodeRow { id, name, version, .. } = row;
    let focus_after = neighbours(&state.drawn(), &id);
    let button = format!("delete-{id}");
    let on_deleted = Callback::new(move |()| state.changed(focus_after.clone()));
    let on_close = Callback::new(move |refused| match refused {
        // Who has just read that the list is old sees it anew.
        Some(Error::Stale { .. } | Error::NotFound) => state.changed(vec![button.clone(), "title".to_owned()]),
        _ => state.close(button.clone()),
    });
    view! { <delete::DeleteDialog id version name on_deleted on_close/> }
}

/// Where the focus goes after a delete: the next row's trash can, else the one before, else the heading.
fn neighbours(rows: &[NodeRow], id: &str) -> Vec<String> {
    let place = rows.iter().position(|row| row.id == id);
    let next = place.and_then(|place| rows.get(place + 1));
    let before = place.and_then(|place| rows.get(place.checked_sub(1)?));
    let trash_cans = next.into_iter().chain(before).map(|row| format!("delete-{}", row.id));
    trash_cans.chain(["title".to_owned()]).collect()
}

#[component]
fn Loading() -> impl IntoView {
    view! { <p class="muted" role="status">"Loading the API nodes…"</p> }
}
