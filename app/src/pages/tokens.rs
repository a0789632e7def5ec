//! Company > Security > API tokens: the list, creating and revoking.

use leptos::prelude::*;
use leptos_meta::Title;

use super::TOKENS;
use crate::components::{Frame, Icon, MissingPermission, NotShown, contacts};
use crate::service::{Error, Permission, TokenList};

mod create;
mod created;
mod revoke;
mod state;
mod table;

use state::{Open, TokensState};

/// The company's API tokens.
#[component]
pub fn TokensPage() -> impl IntoView {
    let state = TokensState::new();
    provide_context(state);
    let contacts =
        contacts(Permission::CompanySettings, move || matches!(state.list.get(), Some(Err(Error::Forbidden { .. }))));
    view! {
        <Title text="API tokens"/>
        <Frame>
            <div class="page-head">
                <div>
                    <nav class="breadcrumb" aria-label="Breadcrumb">
                        <ol>
                            <li>"Company"</li>
                            <li>"Security"</li>
                        </ol>
                    </nav>
                    <h1 id="title" tabindex="-1">"API tokens"</h1>
                    <p>
                        "For scripts and pipelines that upload or renew certificates. A token can never read a private key."
                    </p>
                </div>
                <Transition>
                    {move || {
                        state
                            .list
                            .get()
                            .and_then(Result::ok)
                            .filter(|list| !list.rows.is_empty())
                            .map(|_| view! { <div class="actions"><CreateButton/></div> })
                    }}
                </Transition>
            </div>
            {move || state.created.get().map(|created| view! { <created::CreatedBanner created/> })}
            <Transition fallback=Loading>
                {move || {
                    // Both are asked for at once, also where the second is not needed: a page waits for what it has asked for.
                    state
                        .list
                        .get()
                        .zip(contacts.get())
                        .map(|(list, contacts)| match list {
                            Ok(list) => view! { <List list/> }.into_any(),
                            Err(Error::Forbidden { permission }) => {
                                view! { <MissingPermission title="You cannot see the API tokens" permission contacts/> }
                                    .into_any()
                            }
                            Err(error) => {
                                let retry = Callback::new(move |()| state.list.refetch());
                                view! { <NotShown what="the API tokens" path=TOKENS error retry/> }.into_any()
                            }
                        })
                }}
            </Transition>
        </Frame>
        {move || {
            state
                .open
                .get()
                .map(|open| match open {
                    Open::Create => view! { <create::CreateDialog/> }.into_any(),
                    Open::Revoke(row) => view! { <revoke::RevokeDialog row/> }.into_any(),
                })
        }}
    }
}

#[component]
fn List(list: TokenList) -> impl IntoView {
    if list.rows.is_empty() {
        return view! {
            <div class="empty">
                <Icon name="key" class="empty-icon"/>
                <h2>"No API tokens yet"</h2>
                <p>"Create one for each script or program, with no more than it needs, so that you can revoke it by itself."</p>
                <div class="actions">
                    <CreateButton/>
                </div>
            </div>
        }
        .into_any();
    }
    view! { <table::TokenTable list/> }.into_any()
}

#[component]
fn CreateButton() -> impl IntoView {
    let state = TokensState::of_this_page();
    view! {
        <button type="button" id="create" class="button button-primary" on:click=move |_| state.show(Open::Create)>
            <Icon name="plus"/>
            " Create token"
        </button>
    }
}

#[component]
fn Loading() -> impl IntoView {
    view! { <p class="muted" role="status">"Loading the API tokens…"</p> }
}
