use leptos::prelude::*;

use super::actions::{RestoreButton, RowActions};
use super::badges::Badges;
use super::used_by::UsedBy;
use crate::certificate::Status;
use crate::components::{StatusBadge, Time, TimeOfDay};
use crate::pages::CERTIFICATES;
use crate::service::CertificateRow;
use crate::timestamp::Timestamp;
use crate::words;

/// What a row shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shown {
    row: CertificateRow,
    used_by: u64,
    status: Status,
    badge: String,
    below_expiry: Option<String>,
}

impl Shown {
    /// What it shows at this time.
    pub fn at(now: Timestamp, row: CertificateRow, used_by: u64) -> Self {
        let status = Status::at(now, row.not_before, row.not_after);
        Self {
            status,
            badge: words::badge(status, now, row.not_before, row.not_after),
            below_expiry: words::below_expiry(status, now, row.not_after),
            row,
            used_by,
        }
    }
}

/// A certificate of the list.
#[component]
pub fn Row(shown: Shown) -> impl IntoView {
    let Shown { row, used_by, status, badge, below_expiry } = shown;
    let actions = if row.deleted_on.is_some() {
        view! { <RestoreButton row=row.clone()/> }.into_any()
    } else {
        view! { <RowActions row=row.clone() used_by status/> }.into_any()
    };
    let title = if row.deleted_on.is_some() {
        view! { <span class="row-title" id=format!("name-{}", row.id) tabindex="-1">{row.name.clone()}</span> }
            .into_any()
    } else {
        view! {
            <a class="row-title" id=format!("name-{}", row.id) href=format!("{CERTIFICATES}/{}", row.id)>
                {row.name.clone()}
            </a>
        }
        .into_any()
    };
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                {title}
                <Badges primary=row.primary ca=row.ca/>
            </th>
            <td role="cell" data-label="Status">
                <StatusBadge status badge not_before=row.not_before/>
            </td>
            <td role="cell" data-label="Expires">
                <span class="nowrap">
                    <Time at=row.not_after/>
                    " "
                    <span class="sub">
                        {match below_expiry {
                            Some(distance) => distance.into_any(),
                            None => view! { "at " <TimeOfDay at=row.not_after/> }.into_any(),
                        }}
                    </span>
                </span>
            </td>
            <td role="cell" data-label="Issued to">{breakable(&row.issued_to)}</td>
            <td role="cell" data-label="Issuer">{row.issuer.clone()}</td>
            <td role="cell" data-label="Used by">
                <UsedBy row=row.clone() used_by/>
            </td>
            <td role="cell" class="cell-actions">{actions}</td>
        </tr>
    }
}

/// A host name that may break after each dot.
pub fn breakable(text: &str) -> impl IntoView + use<> {
    let mut parts = text.split_inclusive('.').map(str::to_owned).collect::<Vec<_>>();
    let last = parts.pop();
    view! {
        {parts.into_iter().map(|part| view! { {part}<wbr/> }).collect_view()}
        {last}
    }
}
