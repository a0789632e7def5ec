use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::address;
use super::state::ListState;
use crate::components::{Icon, set_field};
use crate::pages::CERTIFICATES;
use crate::service::{CertificateList, Count, ListFilter, ListQuery, ListSort, SortBy};

/// How long to wait for the next character before the list is asked for.
const PAUSE: Duration = Duration::from_millis(250);

/// Search, filters, and the order where there are no column heads. All of it lives in the address, and works without script too.
#[component]
pub fn Toolbar(list: CertificateList) -> impl IntoView {
    let query = list.query.clone();
    view! {
        <div class="toolbar">
            <Search query=query.clone()/>
            <ul class="chips" aria-label="Filter">
                {ListFilter::ALL
                    .into_iter()
                    .filter_map(|filter| {
                        let count = count_of(&list, filter);
                        // Nothing is missed where there is nothing to restore.
                        let is_of_use = filter != ListFilter::Deleted || count.number > 0 || query.filter == filter;
                        is_of_use.then(|| view! { <Chip query=query.clone() filter count/> })
                    })
                    .collect_view()}
            </ul>
            <Order query/>
        </div>
    }
}

fn count_of(list: &CertificateList, filter: ListFilter) -> Count {
    match filter {
        ListFilter::All => list.counts.all,
        ListFilter::Expired => list.counts.expired,
        ListFilter::Expiring => list.counts.expiring,
        ListFilter::Primary => Count { number: u64::from(list.primary.is_some()), more: false },
        ListFilter::Authorities => list.counts.authorities,
        ListFilter::Deleted => list.counts.deleted,
    }
}

#[component]
fn Search(query: ListQuery) -> impl IntoView {
    let state = ListState::of_this_page();
    let navigate = use_navigate();
    let text = StoredValue::new(query.search.clone());
    // Whoever types goes on typing while the list is read; whoever came another way finds what the list was searched for.
    let shown = query.search.clone();
    Effect::new(move || {
        if state.searched() != Some(shown.clone()) {
            state.set_searched(shown.clone());
            set_field("search", &shown);
        }
    });
    let search = {
        let query = query.clone();
        move |replace: bool| {
            let query = ListQuery { page: 1, search: text.get_value(), ..query.clone() };
            state.set_searched(query.search.clone());
            navigate(&address::of(&query), NavigateOptions { scroll: false, replace, ..NavigateOptions::default() });
        }
    };
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop_waiting = move || {
        if let Some(timeout) = waiting.try_update_value(Option::take).flatten() {
            timeout.clear();
        }
    };
    let typed = {
        let search = search.clone();
        move |new: String| {
            stop_waiting();
            text.set_value(new);
            let search = search.clone();
            let later = set_timeout_with_handle(move || search(true), PAUSE);
            waiting.set_value(later.ok());
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        stop_waiting();
        search(false);
    };
    view! {
        <form class="search" role="search" action=CERTIFICATES method="get" on:submit=submit>
            <label class="visually-hidden" for="search">"Search certificates"</label>
            <div class="input-group">
                <Icon name="search"/>
                <input
                    class="input"
                    id="search"
                    type="search"
                    name="q"
                    value=query.search.clone()
                    placeholder="Name, subject, issuer, serial, fingerprint"
                    autocomplete="off"
                    on:input=move |event| typed(event_target_value(&event))
                />
            </div>
            {hidden("filter", query.filter.as_str().to_owned())}
            {hidden("sort", address::sort(query.sort))}
        </form>
    }
}

/// What a form without script sends along.
fn hidden(name: &'static str, value: String) -> Option<impl IntoView> {
    (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value/> })
}

#[component]
fn Chip(query: ListQuery, filter: ListFilter, count: Count) -> impl IntoView {
    let label = match filter {
        ListFilter::All => "All ",
        ListFilter::Expired => "Expired ",
        ListFilter::Expiring => "Expiring ",
        ListFilter::Primary => "Primary ",
        ListFilter::Authorities => "CA ",
        ListFilter::Deleted => "Deleted ",
    };
    let current = query.filter == filter;
    let there = address::of(&ListQuery { page: 1, filter, ..query });
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
fn Order(query: ListQuery) -> impl IntoView {
    let navigate = use_navigate();
    let choices = [
        (ListSort { by: SortBy::Expiry, descending: false }, "Expiry, soonest first"),
        (ListSort { by: SortBy::Expiry, descending: true }, "Expiry, latest first"),
        (ListSort { by: SortBy::Name, descending: false }, "Name"),
        (ListSort { by: SortBy::IssuedTo, descending: false }, "Issued to"),
        (ListSort { by: SortBy::Issuer, descending: false }, "Issuer"),
    ];
    let current = query.sort;
    let chosen = move |text: String| {
        let query = ListQuery { page: 1, sort: ListSort::parse(&text), ..query.clone() };
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
