use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::address;
use super::state::ListState;
use crate::components::Search;
use crate::pages::CERTIFICATES;
use crate::service::{CertificateList, Count, ListFilter, ListQuery, ListSort, SortBy};

/// Search, filters, and the order where there are no column heads. All of it lives in the address, and works without script too.
#[component]
pub fn Toolbar(list: CertificateList) -> impl IntoView {
    let state = ListState::of_this_page();
    let query = list.query.clone();
    let address = move |search: String| address::of(&ListQuery { page: 1, search, ..state.list.query.get_untracked() });
    view! {
        <div class="toolbar">
            <Search
                label="Search certificates"
                placeholder="Name, subject, issuer, serial, fingerprint"
                path=CERTIFICATES
                text=query.search
                others=vec![("filter", query.filter.as_str().to_owned()), ("sort", address::sort(query.sort))]
                address=Arc::new(address)
                searched=state.searched
            />
            <ul class="chips" aria-label="Filter">
                {ListFilter::ALL
                    .into_iter()
                    .filter_map(|filter| {
                        let count = count_of(&list, filter);
                        // Nothing is missed where there is nothing to restore.
                        let is_of_use = filter != ListFilter::Deleted || count.number > 0 || query.filter == filter;
                        is_of_use.then(|| view! { <Chip filter count current=query.filter == filter/> })
                    })
                    .collect_view()}
            </ul>
            <Order current=query.sort/>
        </div>
    }
}

fn count_of(list: &CertificateList, filter: ListFilter) -> Count {
    match filter {
        ListFilter::All => list.counts.all,
        ListFilter::Expired => list.counts.expired,
        ListFilter::Expiring => list.counts.expiring,
        ListFilter::Unused => list.counts.unused,
        ListFilter::Primary => Count { number: u64::from(list.primary.is_some()), more: false },
        ListFilter::Authorities => list.counts.authorities,
        ListFilter::Deleted => list.counts.deleted,
    }
}

#[component]
fn Chip(filter: ListFilter, count: Count, current: bool) -> impl IntoView {
    let state = ListState::of_this_page();
    let label = match filter {
        ListFilter::All => "All ",
        ListFilter::Expired => "Expired ",
        ListFilter::Expiring => "Expiring ",
        ListFilter::Unused => "Unused ",
        ListFilter::Primary => "Primary ",
        ListFilter::Authorities => "CA ",
        ListFilter::Deleted => "Deleted ",
    };
    let there = move || address::of(&ListQuery { page: 1, filter, ..state.list.query.get() });
    view! {
        <li>
            <a class="chip" href=there aria-current=current.then_some("true")>
                {label}
                <span>{count.to_string()}</span>
            </a>
        </li>
    }
}

#[component]
fn Order(current: ListSort) -> impl IntoView {
    let state = ListState::of_this_page();
    let navigate = use_navigate();
    let choices = [
        (ListSort { by: SortBy::Expiry, descending: false }, "Expiry, soonest first"),
        (ListSort { by: SortBy::Expiry, descending: true }, "Expiry, latest first"),
        (ListSort { by: SortBy::Name, descending: false }, "Name"),
        (ListSort { by: SortBy::IssuedTo, descending: false }, "Issued to"),
        (ListSort { by: SortBy::Issuer, descending: false }, "Issuer"),
        (ListSort { by: SortBy::UsedBy, descending: true }, "Most used"),
    ];
    let chosen = move |text: String| {
        let query = ListQuery { page: 1, sort: ListSort::parse(&text), ..state.list.query.get_untracked() };
        navigate(&address::of(&query), NavigateOptions { scroll: false, ..NavigateOptions::default() });
    };
    view! {
        <div class="only-cards">
            <label for="sort">"Sort by"</label>
            <select class="input input-auto" id="sort" name="sort" on:change=move |event| chosen(event_target_value(&event))>
                {choices
                    .into_iter()
                    .map(|(sort, label)| view! { <option value=sort.to_string() selected=sort == current>{label}</option> })
                    .collect_view()}
            </select>
        </div>
    }
}
