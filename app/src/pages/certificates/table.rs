use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;
use leptos::tachys::view::keyed::keyed;

use super::address;
use super::pagination::Pages;
use super::row::{Row, Shown};
use super::state::ListState;
use crate::components::Icon;
use crate::service::{CertificateList, ListFilter, ListQuery, ListSort, SortBy};
use crate::words;

/// The table, and the pages below it if there is more than one.
///
/// Roles are written out because the card form of narrow screens would take them away. A row that shows the same in the next list stays as
/// it is, with the focus that is in it and what is open there.
#[component]
pub fn CertificateTable(list: CertificateList) -> impl IntoView {
    let state = ListState::of_this_page();
    let ListQuery { sort, filter, .. } = list.query;
    let caption = format!("Certificates, sorted by {}", words::order(sort));
    let head = move |by, label| {
        if filter == ListFilter::Deleted {
            view! { <th scope="col" role="columnheader">{label}</th> }.into_any()
        } else {
            view! { <Head sort by label/> }.into_any()
        }
    };
    let now = list.now;
    let rows = list.rows.iter().cloned().zip(list.used_by.iter().copied());
    let rows = rows.map(move |(row, used_by)| Shown::at(now, row, used_by)).collect::<Vec<_>>();
    let rows = keyed(rows, Shown::clone, move |_place, shown| {
        let owner = state.owner_of_row();
        let row = owner.with(|| view! { <Row shown/> }.into_any());
        (drop, OwnedView::new_with_owner(row, owner))
    });
    view! {
        <div class="table-box">
            <table class="data-table" role="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {head(SortBy::Name, "Name")}
                        <th scope="col" role="columnheader">"Status"</th>
                        {head(SortBy::Expiry, "Expires")}
                        {head(SortBy::IssuedTo, "Issued to")}
                        {head(SortBy::Issuer, "Issuer")}
                        {head(SortBy::UsedBy, "Used by")}
                        <th scope="col" role="columnheader">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
        <Pages list/>
    }
}

/// A column by which the list can be sorted: in its order first, then in the opposite one.
#[component]
fn Head(sort: ListSort, by: SortBy, label: &'static str) -> impl IntoView {
    let state = ListState::of_this_page();
    let current = sort.by == by;
    let sorted = current.then_some(if sort.descending { "descending" } else { "ascending" });
    let there = move || {
        let query = state.list.query.get();
        let descending = query.sort.by == by && !query.sort.descending;
        address::of(&ListQuery { page: 1, sort: ListSort { by, descending }, ..query })
    };
    view! {
        <th scope="col" role="columnheader" aria-sort=sorted>
            <a class="sort" href=there>
                {label}
                " "
                <Icon name=if current { "arrow-up" } else { "sort" }/>
            </a>
        </th>
    }
}
