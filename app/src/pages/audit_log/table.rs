use leptos::prelude::*;

use super::address;
use crate::components::{Icon, Time};
use crate::service::{AuditPage, AuditQuery, AuditRow};
use crate::words;
use crate::words::times::TimeStyle;

/// One page of entries, and the way to older ones.
///
/// Roles are written out because the card form of narrow screens would take them away.
#[component]
pub fn Entries(query: AuditQuery, found: AuditPage) -> impl IntoView {
    let AuditPage { rows, next } = found;
    let first = rows.first().map(|row| row.sequence).unwrap_or_default();
    let last = rows.last().map(|row| row.sequence).unwrap_or_default();
    let rows = rows.into_iter().map(|row| view! { <Row row query=query.clone()/> }).collect_view();
    view! {
        <div class="table-box">
            <table class="data-table" role="table">
                <caption class="visually-hidden">"Audit log, newest first"</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader" aria-sort="descending">"Time"</th>
                        <th scope="col" role="columnheader">"Who"</th>
                        <th scope="col" role="columnheader">"What"</th>
                        <th scope="col" role="columnheader">"On"</th>
                        <th scope="col" role="columnheader">"Details"</th>
                        <th scope="col" role="columnheader">"Entry"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
        <Pages query next first last/>
    }
}

#[component]
fn Row(row: AuditRow, query: AuditQuery) -> impl IntoView {
    let AuditRow { sequence, at, action, refused, detail, .. } = row.clone();
    view! {
        <tr role="row">
            <td role="cell" data-label="Time">
                <span class="nowrap">
                    <Time at/>
                    " "
                    <span class="sub"><Time at style=TimeStyle::TimeInFull/></span>
                </span>
            </td>
            <td role="cell" data-label="Who">
                <Who row=row.clone() query=query.clone()/>
            </td>
            <td role="cell" data-label="What">
                <strong>{words::audit::action(&action)}</strong>
                {refused
                    .then(|| {
                        view! {
                            " "
                            <span class="badge badge-expired">
                                <Icon name="octagon-x"/>
                                "Refused"
                            </span>
                        }
                    })}
            </td>
            <td role="cell" data-label="On">
                <Object row query/>
            </td>
            <td role="cell" data-label="Details">
                <span class="muted">{detail}</span>
            </td>
            <td role="cell" data-label="Entry">
                <span class="mono muted">{sequence}</span>
            </td>
        </tr>
    }
}

/// The name, which leads to everything that this person or token did.
#[component]
fn Who(row: AuditRow, query: AuditQuery) -> impl IntoView {
    let name = words::audit::actor(&row.actor_kind, &row.actor_name);
    let person = row.actor_id.clone().unwrap_or_else(|| row.actor_kind.clone());
    let all = address::of(&AuditQuery { person, before: None, ..query });
    let token = row.actor_kind == "token";
    view! {
        <span>
            <a class="row-title" href=all>{name}</a>
            {token.then(|| view! { " " <span class="tag">"Token"</span> })}
            {row.address.map(|address| view! { " " <span class="sub mono">{address}</span> })}
        </span>
    }
}

/// The name at that time, which leads to everything that was done to it.
#[component]
fn Object(row: AuditRow, query: AuditQuery) -> impl IntoView {
    let Some(id) = row.object_id else { return view! { <span>{row.object_name}</span> }.into_any() };
    let name = if row.object_name.is_empty() { id.clone() } else { row.object_name };
    let all = address::of(&AuditQuery { object: id, before: None, ..query });
    view! { <a class="row-title" href=all>{name}</a> }.into_any()
}

#[component]
fn Pages(query: AuditQuery, next: Option<i64>, first: i64, last: i64) -> impl IntoView {
    let newest = query.before.is_some().then(|| address::of(&AuditQuery { before: None, ..query.clone() }));
    let older = next.map(|next| address::of(&AuditQuery { before: Some(next), ..query.clone() }));
    (newest.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="pagination" aria-label="Pages">
                <p>{format!("Entries {first}–{last}")}</p>
                <ul>
                    <li>
                        {match newest {
                            Some(href) => {
                                view! {
                                    <a href=href>
                                        <Icon name="chevron-left"/>
                                        " Newest"
                                    </a>
                                }
                                    .into_any()
                            }
                            None => {
                                view! {
                                    <span aria-disabled="true">
                                        <Icon name="chevron-left"/>
                                        " Newest"
                                    </span>
                                }
                                    .into_any()
                            }
                        }}
                    </li>
                    <li>
                        {match older {
                            Some(href) => {
                                view! {
                                    <a href=href>
                                        "Older "
                                        <Icon name="chevron-right"/>
                                    </a>
                                }
                                    .into_any()
                            }
                            None => {
                                view! {
                                    <span aria-disabled="true">
                                        "Older "
                                        <Icon name="chevron-right"/>
                                    </span>
                                }
                                    .into_any()
                            }
                        }}
                    </li>
                </ul>
            </nav>
        }
    })
}
