use leptos::prelude::*;

use super::address;
use super::state::{ListState, Open};
use crate::certificate::Status;
use crate::components::{Announcer, Icon, Time, error_text};
use crate::server_fns::{answer, restore_certificate};
use crate::service::{CertificateList, CertificateRow, ListFilter, ListQuery, ListSort, SortBy};
use crate::timestamp::Timestamp;
use crate::words;

/// The table, and the pages below it if there is more than one.
///
/// Roles are written out because the card form of narrow screens would take them away.
#[component]
pub fn CertificateTable(list: CertificateList) -> impl IntoView {
    let now = list.now;
    let query = list.query.clone();
    let caption = format!("Certificates, sorted by {}", words::order(query.sort));
    let head = move |by, label| view! { <Head query=query.clone() by label/> };
    let rows = list.rows.iter().cloned().map(|row| view! { <Row row now/> }).collect_view();
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
fn Head(query: ListQuery, by: SortBy, label: &'static str) -> impl IntoView {
    if query.filter == ListFilter::Deleted {
        return view! { <th scope="col" role="columnheader">{label}</th> }.into_any();
    }
    let current = query.sort.by == by;
    let descending = query.sort.descending;
    let there = ListSort { by, descending: current && !descending };
    let there = address::of(&ListQuery { page: 1, sort: there, ..query });
    let sorted = current.then_some(if descending { "descending" } else { "ascending" });
    view! {
        <th scope="col" role="columnheader" aria-sort=sorted>
            <a class="sort" href=there>
                {label}
                " "
                <Icon name=if current { "arrow-up" } else { "sort" }/>
            </a>
        </th>
    }
    .into_any()
}

#[component]
fn Row(row: CertificateRow, now: Timestamp) -> impl IntoView {
    let status = Status::at(now, row.not_before, row.not_after);
    let actions = if row.deleted_on.is_some() {
        view! { <RestoreButton row=row.clone()/> }.into_any()
    } else {
        view! { <RowActions row=row.clone() status/> }.into_any()
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <span class="row-title" id=format!("name-{}", row.id) tabindex="-1">{row.name.clone()}</span>
                {row
                    .primary
                    .then(|| {
                        view! {
                            " "
                            <span class="badge badge-primary">
                                <Icon name="seal"/>
                                "Primary"
                            </span>
                        }
                    })}
                {row
                    .ca
                    .then(|| {
                        view! {
                            " "
                            <span class="tag" title="Certificate authority: no private key">"CA"</span>
                        }
                    })}
            </th>
            <td role="cell" data-label="Status">
                <StatusBadge status now row=row.clone()/>
            </td>
            <td role="cell" data-label="Expires">
                <span class="nowrap">
                    <Time at=row.not_after/>
                    " "
                    <span class="sub">{words::below_expiry(status, now, row.not_after)}</span>
                </span>
            </td>
            <td role="cell" data-label="Issued to">{breakable(&row.issued_to)}</td>
            <td role="cell" data-label="Issuer">{row.issuer.clone()}</td>
            <td role="cell" class="cell-actions">{actions}</td>
        </tr>
    }
}

#[component]
fn StatusBadge(status: Status, now: Timestamp, row: CertificateRow) -> impl IntoView {
    let (class, icon) = match status {
        Status::NotYetValid => ("badge badge-pending", "calendar"),
        Status::Expired => ("badge badge-expired", "octagon-x"),
        Status::Urgent => ("badge badge-urgent", "warning"),
        Status::Expiring => ("badge badge-expiring", "clock"),
        Status::Valid => ("badge badge-valid", "check-circle"),
    };
    view! {
        <span class=class>
            <Icon name=icon/>
            {words::badge(status, now, row.not_before, row.not_after)}
        </span>
    }
}

#[component]
fn RowActions(row: CertificateRow, status: Status) -> impl IntoView {
    let state = ListState::of_this_page();
    let CertificateRow { id, name, primary, ca, .. } = row.clone();
    let open = move |dialog: fn(CertificateRow) -> Open| {
        let row = row.clone();
        move |_| state.show(dialog(row.clone()))
    };
    view! {
        <div class="row-actions">
            {(!ca && !primary && status.is_valid())
                .then(|| {
                    view! {
                        <button
                            type="button"
                            id=format!("primary-{id}")
                            class="button button-quiet button-small"
                            on:click=open(Open::SetPrimary)
                        >
                            "Set as primary"
                            <span class="visually-hidden">{format!(": {name}")}</span>
                        </button>
                    }
                })}
            {primary
                .then(|| {
                    view! {
                        <button
                            type="button"
                            id=format!("primary-{id}")
                            class="button button-quiet button-small"
                            on:click=open(Open::RemovePrimary)
                        >
                            "Remove primary"
                            <span class="visually-hidden">{format!(": {name}")}</span>
                        </button>
                    }
                })}
            <button
                type="button"
                id=format!("rename-{id}")
                class="icon-button"
                aria-label=format!("Rename {name}")
                title="Rename"
                on:click=open(Open::Rename)
            >
                <Icon name="pencil"/>
            </button>
            <button
                type="button"
                id=format!("delete-{id}")
                class="icon-button"
                aria-label=format!("Delete {name}")
                title="Delete"
                on:click=open(Open::Delete)
            >
                <Icon name="trash"/>
            </button>
        </div>
    }
}

#[component]
fn RestoreButton(row: CertificateRow) -> impl IntoView {
    let state = ListState::of_this_page();
    let announcer = Announcer::of_this_page();
    let CertificateRow { id, name, .. } = row;
    let label = name.clone();
    let restore = Action::new_local(move |(): &()| {
        let (id, name) = (id.clone(), name.clone());
        async move {
            match answer(restore_certificate(id).await) {
                Ok(_row) => {
                    announcer.say(format!("{name} restored."));
                    state.close_changed(vec!["title".to_owned()]);
                }
                Err(error) => announcer.say(error_text(&error)),
            }
        }
    });
    view! {
        <div class="row-actions">
            <button
                type="button"
                class="button button-quiet button-small"
                disabled=restore.pending()
                on:click=move |_| {
                    restore.dispatch(());
                }
            >
                "Restore"
                <span class="visually-hidden">{format!(": {label}")}</span>
            </button>
        </div>
    }
}

#[component]
fn Pages(list: CertificateList) -> impl IntoView {
    let ListQuery { page, .. } = list.query;
    let first_row = u64::from(page - 1) * u64::from(list.per_page) + 1;
    let last_row = (first_row + u64::try_from(list.rows.len()).unwrap_or(0)).saturating_sub(1);
    let address = move |page: u32| address::of(&ListQuery { page, ..list.query.clone() });
    (page > 1 || list.is_followed).then(|| {
        view! {
            <nav class="pagination" aria-label="Pages">
                <p>{format!("{first_row}–{last_row} of {}", list.total)}</p>
                <ul>
                    <li>
                        {if page > 1 {
                            view! {
                                <a href=address(page - 1)>
                                    <Icon name="chevron-left"/>
                                    " Previous"
                                </a>
                            }
                                .into_any()
                        } else {
                            view! {
                                <span aria-disabled="true">
                                    <Icon name="chevron-left"/>
                                    " Previous"
                                </span>
                            }
                                .into_any()
                        }}
                    </li>
                    <li>
                        <span aria-current="page">{format!("Page {page}")}</span>
                    </li>
                    <li>
                        {if list.is_followed {
                            view! {
                                <a href=address(page + 1)>
                                    "Next "
                                    <Icon name="chevron-right"/>
                                </a>
                            }
                                .into_any()
                        } else {
                            view! {
                                <span aria-disabled="true">
                                    "Next "
                                    <Icon name="chevron-right"/>
                                </span>
                            }
                                .into_any()
                        }}
                    </li>
                </ul>
            </nav>
        }
    })
}

/// A host name that may break after each dot.
fn breakable(text: &str) -> impl IntoView + use<> {
    let mut parts = text.split_inclusive('.').map(str::to_owned).collect::<Vec<_>>();
    let last = parts.pop();
    view! {
        {parts.into_iter().map(|part| view! { {part}<wbr/> }).collect_view()}
        {last}
    }
}
