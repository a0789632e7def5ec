use leptos::prelude::*;

use super::state::{Open, TeamState};
use crate::components::{Icon, Moment, Time};
use crate::service::{InvitationRow, MemberRow, Permission, TeamList};
use crate::words;

/// The members, and below them who was invited.
///
/// Roles are written out because the card form of narrow screens would take them away.
#[component]
pub fn TeamTable(team: TeamList) -> impl IntoView {
    let members = team.members.into_iter().map(|member| view! { <Member member/> }).collect_view();
    let invitations = team.invitations.into_iter().map(|invitation| view! { <Invitation invitation/> }).collect_view();
    view! {
        <div class="table-box">
            <table class="data-table" role="table">
                <caption class="visually-hidden">"Members of your company, and who was invited"</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"Member"</th>
                        <th scope="col" role="columnheader">"Permissions"</th>
                        <th scope="col" role="columnheader">"Last sign-in"</th>
                        <th scope="col" role="columnheader">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{members} {invitations}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Member(member: MemberRow) -> impl IntoView {
    let signed_in = member.signed_in_at.map(|at| view! { <Moment at/> });
    let never = signed_in.is_none();
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <span class="person">
                    <span class="avatar" aria-hidden="true">{words::initials(&member.name)}</span>
                    <span>
                        {member.name.clone()}
                        {member.you.then(|| view! { " " <span class="tag">"You"</span> })}
                        <span class="sub">{member.email.clone()}</span>
                    </span>
                </span>
            </th>
            <td role="cell" data-label="Permissions">
                <Permissions permissions=member.permissions.clone()/>
            </td>
            <td role="cell" data-label="Last sign-in">
                <span class="nowrap">{signed_in} {never.then_some("Not yet")}</span>
            </td>
            <td role="cell" class="cell-actions">
                <MemberActions member/>
            </td>
        </tr>
    }
}

#[component]
fn MemberActions(member: MemberRow) -> impl IntoView {
    let state = TeamState::of_this_page();
    let MemberRow { id, name, you, .. } = member.clone();
    let open = move |dialog: fn(MemberRow) -> Open| {
        let member = member.clone();
        move |_| state.show(dialog(member.clone()))
    };
    let others = (!you).then(|| {
        view! {
            <button
                type="button"
                id=format!("end-{id}")
                class="icon-button"
                aria-label=format!("End the sessions of {name}")
                title="End sessions"
                on:click=open(Open::EndSessions)
            >
                <Icon name="logout"/>
            </button>
            <button
                type="button"
                id=format!("remove-{id}")
                class="icon-button"
                aria-label=format!("Remove {name}")
                title="Remove"
                on:click=open(Open::Remove)
            >
                <Icon name="trash"/>
            </button>
        }
    });
    view! {
        <div class="row-actions">
            <button
                type="button"
                id=format!("edit-{id}")
                class="button button-quiet button-small"
                on:click=open(Open::Permissions)
            >
                "Edit"
                <span class="visually-hidden">{format!(" permissions of {name}")}</span>
            </button>
            {others}
        </div>
    }
}

#[component]
fn Invitation(invitation: InvitationRow) -> impl IntoView {
    let state = TeamState::of_this_page();
    let InvitationRow { id, email, permissions, invited_by, valid_until } = invitation.clone();
    let (renewed, revoked) = (invitation.clone(), invitation);
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <span class="person">
                    <span class="avatar" aria-hidden="true">
                        <Icon name="mail"/>
                    </span>
                    <span>
                        {email.clone()}
                        <span class="sub">{format!("Invited by {invited_by}")}</span>
                    </span>
                </span>
            </th>
            <td role="cell" data-label="Permissions">
                <Permissions permissions/>
            </td>
            <td role="cell" data-label="Last sign-in">
                <span class="badge badge-pending">
                    <Icon name="calendar"/>
                    "Invited until "
                    <Time at=valid_until/>
                </span>
            </td>
            <td role="cell" class="cell-actions">
                <div class="row-actions">
                    <button
                        type="button"
                        id=format!("renew-{id}")
                        class="button button-quiet button-small"
                        on:click=move |_| state.show(Open::Invite(Some(renewed.clone())))
                    >
                        "New link"
                        <span class="visually-hidden">{format!(" for {email}")}</span>
                    </button>
                    <button
                        type="button"
                        id=format!("revoke-{id}")
                        class="icon-button"
                        aria-label=format!("Take back the invitation of {email}")
                        title="Take back"
                        on:click=move |_| state.show(Open::Revoke(revoked.clone()))
                    >
                        <Icon name="trash"/>
                    </button>
                </div>
            </td>
        </tr>
    }
}

#[component]
fn Permissions(permissions: Vec<Permission>) -> impl IntoView {
    let none = permissions.is_empty();
    let tags = permissions
        .into_iter()
        .map(|permission| view! { <code class="tag">{permission.as_str()}</code> " " })
        .collect_view();
    view! { <div class="tags">{tags} {none.then(|| view! { <span class="muted">"None"</span> })}</div> }
}
