use leptos::prelude::*;

use super::state::{Open, TokensState};
use crate::components::{Icon, Time, TimeOfDay};
use crate::service::{Scope, TokenList, TokenRow};
use crate::timestamp::Timestamp;
use crate::words;

/// The tokens, the newest first.
///
/// Roles are written out because the card form of narrow screens would take them away.
#[component]
pub fn TokenTable(list: TokenList) -> impl IntoView {
    let now = list.now;
    let rows = list.rows.into_iter().map(|row| view! { <Row row now/> }).collect_view();
    view! {
        <div class="table-box">
            <table class="data-table" role="table">
                <caption class="visually-hidden">"API tokens, the newest first"</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"Name"</th>
                        <th scope="col" role="columnheader">"Allowed"</th>
                        <th scope="col" role="columnheader">"Created"</th>
                        <th scope="col" role="columnheader">"Last used"</th>
                        <th scope="col" role="columnheader">"Expires"</th>
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
fn Row(row: TokenRow, now: Timestamp) -> impl IntoView {
    let TokenRow { name, beginning, scopes, created_at, created_by, used_at, expires_at, .. } = row.clone();
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                {name}
                <span class="sub mono">{format!("{beginning}…")}</span>
            </th>
            <td role="cell" data-label="Allowed">
                <Scopes scopes/>
            </td>
            <td role="cell" data-label="Created">
                <span class="nowrap"><Time at=created_at/></span>
                " "
                <span class="sub">{format!("by {created_by}")}</span>
            </td>
            <td role="cell" data-label="Last used">
                {match used_at {
                    Some(at) => {
                        view! {
                            <span class="nowrap">
                                <Time at/>
                                " "
                                <span class="sub">"at " <TimeOfDay at/></span>
                            </span>
                        }
                            .into_any()
                    }
                    None => view! { <span class="muted">"Never used"</span> }.into_any(),
                }}
            </td>
            <td role="cell" data-label="Expires">
                <Expiry expires_at now/>
            </td>
            <td role="cell" class="cell-actions">
                <RevokeButton row/>
            </td>
        </tr>
    }
}

#[component]
fn Scopes(scopes: Vec<Scope>) -> impl IntoView {
    let tags = scopes.into_iter().map(|scope| view! { <code class="tag">{scope.as_str()}</code> }).collect_view();
    view! { <span class="tags">{tags}</span> }
}

#[component]
fn Expiry(expires_at: Option<Timestamp>, now: Timestamp) -> impl IntoView {
    let Some(at) = expires_at else { return view! { <span class="nowrap">"No end"</span> }.into_any() };
    if at <= now {
        return view! {
            <span class="badge badge-expired">
                <Icon name="octagon-x"/>
                "Expired on "
                <Time at/>
            </span>
        }
        .into_any();
    }
    let distance = match at.calendar_days_since(now) {
        0 => view! { "today at " <TimeOfDay at/> }.into_any(),
        _ => format!("in {}", words::distance(now, at)).into_any(),
    };
    view! {
        <span class="nowrap">
            <Time at/>
            " "
            <span class="sub">{distance}</span>
        </span>
    }
    .into_any()
}

#[component]
fn RevokeButton(row: TokenRow) -> impl IntoView {
    let state = TokensState::of_this_page();
    let (id, name) = (format!("revoke-{}", row.id), row.name.clone());
    view! {
        <div class="row-actions">
            <button
                type="button"
                id=id
                class="button button-quiet button-small button-danger-quiet"
                on:click=move |_| state.show(Open::Revoke(row.clone()))
            >
                "Revoke"
                <span class="visually-hidden">{format!(" {name}")}</span>
            </button>
        </div>
    }
}
