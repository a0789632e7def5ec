use std::sync::Arc;

use leptos::prelude::*;

use super::address;
use super::state::NodesState;
use crate::components::Search;
use crate::pages::API_NODES;
use crate::service::{NodeList, NodeQuery, NodeShow};

/// Search and filters. All of it lives in the address, and works without script too.
#[component]
pub fn Toolbar(list: NodeList) -> impl IntoView {
    let state = NodesState::of_this_page();
    let query = list.query;
    let chips = NodeShow::ALL
        .into_iter()
        .zip(list.counts)
        .map(|(show, count)| view! { <Chip show count current=query.show == show/> })
        .collect_view();
    let address = move |search: String| address::of(&NodeQuery { page: 1, search, ..state.list.query.get_untracked() });
    view! {
        <div class="toolbar">
            <Search
                label="Search API nodes"
                placeholder="Name, address, certificate"
                path=API_NODES
                text=query.search
                others=vec![("filter", query.show.as_str().to_owned())]
                address=Arc::new(address)
                searched=state.searched
            />
            <ul class="chips" aria-label="Filter">
                {chips}
            </ul>
        </div>
    }
}

#[component]
fn Chip(show: NodeShow, count: u64, current: bool) -> impl IntoView {
    let state = NodesState::of_this_page();
    let label = match show {
        NodeShow::All => "All ",
        NodeShow::Primary => "Follows the primary ",
        NodeShow::Pinned => "Pinned ",
        NodeShow::Off => "mTLS off ",
        NodeShow::Failing => "Failing ",
    };
    let there = move || address::of(&NodeQuery { page: 1, show, ..state.list.query.get() });
    view! {
        <li>
            <a class="chip" href=there aria-current=current.then_some("true")>
                {label}
                <span>{count}</span>
            </a>
        </li>
    }
}
