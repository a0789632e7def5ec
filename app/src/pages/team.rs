//! Company > Team: who belongs to the company, and what they may do.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{SIGN_IN, TEAM};
use crate::components::{ErrorBanner, Frame, Icon, MissingPermission, contacts};
use crate::service::{Contact, Error, Permission};

mod invite;
mod permissions;
mod remove;
mod sessions;
mod state;
mod table;

use state::{Open, TeamState};

/// The members of the company, and who was invited.
#[component]
pub fn TeamPage() -> impl IntoView {
    let state = TeamState::new();
    provide_context(state);
    let contacts =
        contacts(Permission::CompanySettings, move || matches!(state.list.get(), Some(Err(Error::Forbidden { .. }))));
    view! {
        <Title text="Team"/>
        <Frame>
            <div class="page-head">
                <div>
                    <nav class="breadcrumb" aria-label="Breadcrumb">
                        <ol>
                            <li>"Company"</li>
                        </ol>
                    </nav>
                    <h1 id="title" tabindex="-1">"Team"</h1>
                    <p>"Who works in your company, and what they may do."</p>
                </div>
                <Transition>
                    {move || state.list.get().and_then(Result::ok).map(|_| view! { <InviteButton/> })}
                </Transition>
            </div>
            <Transition fallback=Loading>
                {move || {
                    // Both are asked for at once, also where the second is not needed: a page waits for what it has asked for.
                    state
                        .list
                        .get()
                        .zip(contacts.get())
                        .map(|(team, contacts)| match team {
                            Ok(team) => {
                                view! {
                                    <table::TeamTable team/>
                                    <permissions::Explanation/>
                                }
                                    .into_any()
                            }
                            Err(error) => view! { <NoTeam error contacts/> }.into_any(),
                        })
                }}
            </Transition>
        </Frame>
        <Dialogs/>
    }
}

#[component]
fn InviteButton() -> impl IntoView {
    let state = TeamState::of_this_page();
    view! {
        <div class="actions">
            <button
                type="button"
                id="invite"
                class="button button-primary"
                on:click=move |_| state.show(Open::Invite(None))
            >
                <Icon name="plus"/>
                " Invite member"
            </button>
        </div>
    }
}

#[component]
fn NoTeam(error: Error, contacts: Vec<Contact>) -> impl IntoView {
    let state = TeamState::of_this_page();
    match error {
        Error::Forbidden { permission } => {
            view! { <MissingPermission title="You cannot see the team" permission contacts/> }.into_any()
        }
        Error::SignedOut => view! {
            <div class="empty">
                <Icon name="lock" class="empty-icon"/>
                <h2>"Your session has ended"</h2>
                <p>"Sign in again to see the team."</p>
                <div class="actions">
                    <a class="button button-primary" rel="external" href=format!("{SIGN_IN}?next={TEAM}")>
                        "Sign in"
                    </a>
                </div>
            </div>
        }
        .into_any(),
        error => view! {
            <div class="empty">
                <Icon name="warning" class="empty-icon"/>
                <h2>"The team could not be loaded"</h2>
                <ErrorBanner id="team-error" error=Signal::stored(Some(error))/>
                <div class="actions">
                    <button type="button" class="button button-primary" on:click=move |_| state.list.refetch()>
                        "Try again"
                    </button>
                </div>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Loading() -> impl IntoView {
    view! { <p class="muted" role="status">"Loading the team…"</p> }
}

/// The dialog that is open, if one is.
#[component]
fn Dialogs() -> impl IntoView {
    let state = TeamState::of_this_page();
    move || {
        state.open.get().map(|open| match open {
            Open::Invite(former) => view! { <invite::InviteDialog former/> }.into_any(),
            Open::Revoke(invitation) => view! { <invite::RevokeDialog invitation/> }.into_any(),
            Open::Permissions(member) => view! { <permissions::PermissionsDialog member/> }.into_any(),
            Open::EndSessions(member) => view! { <sessions::EndSessionsDialog member/> }.into_any(),
            Open::Remove(member) => view! { <remove::RemoveDialog member/> }.into_any(),
        })
    }
}
