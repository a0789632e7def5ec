//! One API node: the editor, and the test request.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::SubmitEvent;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};

use super::API_NODES;
use super::api_nodes::NoNodesShown;
use super::api_nodes::address::of_node;
use super::api_nodes::delete::DeleteDialog;
use super::api_nodes::state::{changed_elsewhere, node_error_text};
use super::not_found::answer_not_found;
use crate::components::{
    Announcer, AsOf, ErrorBanner, Frame, Icon, Resource, Session, browser_action, contacts, focus_soon, resource,
};
use crate::server_fns::{answer, api_node, api_node_choices, create_api_node, save_api_node};
use crate::service::{Answer, Contact, Error, Node, NodeChoices, Permission};

mod certificate;
mod form;
mod headers;
mod leaving;
mod outcome;
mod request;
mod settings;
mod state;
mod test;
mod timing;
mod variables;

use state::EditorState;

/// In the place of an id in the address: a node that is not there yet.
const NEW: &str = "new";

/// What the editor may ask its page for.
#[derive(Clone, Copy)]
struct Page {
    /// The id of the node that was just created here: the editor goes on with it.
    created: StoredValue<Option<String>>,
    node: Resource<Answer<Option<Node>>>,
    choices: Resource<Answer<NodeChoices>>,
}

impl Page {
    /// Reads the node again.
    fn reload(self) {
        self.choices.refetch();
        self.node.refetch();
    }
}

/// The editor of an API node, or of a new one.
#[component]
pub fn ApiNodePage() -> impl IntoView {
    Session::provide();
    let params = use_params_map();
    let created = StoredValue::new(None::<String>);
    let key = Memo::new(move |before: Option<&String>| {
        let id = params.read().get("id").unwrap_or_default();
        if let Some(before) = before
            && created.get_value().is_some_and(|created| created == id)
        {
            return before.clone();
        }
        created.set_value(None);
        id
    });
    let node = resource(
        move || key.get(),
        move |key: String| {
            // Once the new node is saved, the address has its id, while the key is still the same.
            let id = if key == NEW { created.get_value().unwrap_or(key) } else { key };
            async move { if id == NEW { Ok(None) } else { answer(api_node(id).await).map(Some) } }
        },
    );
    let choices = resource(|| (), |()| async { answer(api_node_choices().await) });
    let page = Page { created, node, choices };
    let retry = Callback::new(move |()| page.reload());
    let contacts =
        contacts(Permission::ManageApiNodes, move || matches!(choices.get(), Some(Err(Error::Forbidden { .. }))));
    provide_context(page);
    view! {
        <Frame>
            <Transition fallback=Loading>
                {move || {
                    // All are asked for at once, also where one is not needed: a page waits for what it has asked for.
                    let ((node, choices), contacts) = node.get().zip(choices.get()).zip(contacts.get())?;
                    Some(
                        match node.and_then(|node| choices.map(|choices| (node, choices))) {
                            Ok((node, choices)) => view! { <Editor node choices/> }.into_any(),
                            Err(error) => view! { <NoEditor error contacts retry/> }.into_any(),
                        },
                    )
                }}
            </Transition>
        </Frame>
    }
}

#[component]
fn Editor(node: Option<Node>, choices: NodeChoices) -> impl IntoView {
    let state = EditorState::new(node.as_ref(), choices);
    provide_context(state);
    follow(state);
    // The server writes the head's title last, when this part of the page may be gone.
    let saved = ArcRwSignal::from(state.node);
    let title = move || saved.get().map_or_else(|| "New API node".to_owned(), |node| node.name);
    view! {
        <Title text=title.clone()/>
        <leaving::LeavingGuard/>
        <div class="page-head">
            <div>
                <Breadcrumb/>
                <h1 id="title" tabindex="-1">
                    {title}
                </h1>
            </div>
            {move || state.node.get().map(|_| view! { <DeleteButton/> })}
        </div>
        <div class="columns columns-even">
            <Fields/>
            <div class="sticky">
                <test::TestRequest/>
            </div>
        </div>
    }
}

/// Keeps the editor true while others change something. What is typed stays.
fn follow(state: EditorState) {
    let as_of = AsOf::nothing();
    let Some(session) = Session::of_this_page() else { return };
    Effect::new(move || as_of.shows(state.choices.read().as_of));
    let look_again = move || look_again(state, as_of, session);
    session.when_renewed(look_again);
    as_of.listen(look_again);
}

/// Reads what the node can be given, and whether it was changed, because somebody has changed something.
fn look_again(state: EditorState, as_of: AsOf, session: Session) {
    spawn_local(async move {
        let Some(before) = state.node.try_get_untracked() else { return };
        let choices = async { answer(api_node_choices().await) };
        let Some(choices) = session.still(choices).await else { return };
        let read = match &before {
            Some(node) => Some(answer(api_node(node.id.clone()).await)),
            None => None,
        };
        // Another page is shown by now; or it was saved meanwhile, and what was read is older than that.
        if state.node.try_get_untracked() != Some(before.clone()) {
            return;
        }
        match choices {
            Ok(choices) if untrack(|| state.choices.read().as_of > choices.as_of) => {}
            Ok(choices) if untrack(|| state.choices.read().are_the_same(&choices)) => as_of.shows(choices.as_of),
            Ok(choices) => state.choices.set(choices),
            // Nobody is asked while typing: whoever saves is.
            Err(Error::SignedOut | Error::Forbidden { .. }) => return as_of.may_not(),
            // The next change is told again.
            Err(_) => {}
        }
        let told = match read {
            Some(Ok(node)) if before.is_some_and(|before| before.version != node.version) => {
                Error::Stale { by: Some(node.changed_by), at: node.changed_at }
            }
            Some(Err(Error::NotFound)) => Error::NotFound,
            _ => return,
        };
        if !state.busy.get_untracked() && untrack(|| state.elsewhere.read().as_ref() != Some(&told)) {
            state.elsewhere.set(Some(told));
        }
    });
}

#[component]
fn Breadcrumb() -> impl IntoView {
    view! {
        <nav class="breadcrumb" aria-label="Breadcrumb">
            <ol>
                <li>"Flows"</li>
                <li>
                    <a href=API_NODES>"API nodes"</a>
                </li>
            </ol>
        </nav>
    }
}

#[component]
fn Fields() -> impl IntoView {
    let state = EditorState::of_this_page();
    let page = expect_context::<Page>();
    let announcer = Announcer::of_this_page();
    let session = Session::of_this_page();
    let navigate = use_navigate();
    let error = RwSignal::new(None::<Error>);
    let save = browser_action(move |(): &()| {
        let navigate = navigate.clone();
        async move {
            state.clear_problems();
            error.set(None);
            let sent = untrack(|| state.form.snapshot());
            let draft = match sent.draft() {
                Ok(draft) => draft,
                Err(problems) => return error.set(state.refuse(problems)),
            };
            let before = state.node.get_untracked();
            let saved = match &before {
                None => create_api_node(draft).await,
                Some(node) => save_api_node(node.id.clone(), node.version, draft).await,
            };
            match answer(saved) {
                Ok(node) => {
                    state.saved(sent, &node);
                    // Whether a certificate is in use may be another answer now.
                    if let Some(session) = session {
                        session.look_again();
                    }
                    if before.is_none() {
                        announcer.say(format!("API node “{}” created.", node.name));
                        page.created.set_value(Some(node.id.clone()));
                        let options = NavigateOptions {
                            replace: true,
                            scroll: false,
                            resolve: false,
                            ..NavigateOptions::default()
                        };
                        navigate(&of_node(&node.id), options);
                    } else {
                        announcer.say("API node saved.".to_owned());
                    }
                }
                Err(Error::Fields { problems }) => error.set(state.refuse(problems)),
                Err(refused) => error.set(Some(refused)),
            }
        }
    });
    let busy = save.pending();
    Effect::new(move || state.busy.set(busy.get()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            save.dispatch(());
        }
    };
    let is_stale = move || matches!(error.get(), Some(Error::Stale { .. }));
    view! {
        <form on:submit=submit novalidate>
            <ErrorBanner id="node-error" error words=node_error_text/>
            {move || (!is_stale()).then(|| view! { <Elsewhere/> })}
            {move || is_stale().then(|| view! { <ReloadButton/> })}
            <request::Request/>
            <settings::Settings/>
            <div class="save-bar">
                <p>
                    {move || match (state.is_changed(), state.node.read().is_some()) {
                        (true, _) => "Unsaved changes",
                        (false, true) => "All changes saved",
                        (false, false) => "",
                    }}
                </p>
                <a class="button" href=API_NODES>
                    "Cancel"
                </a>
                <button
                    type="submit"
                    id="node-save"
                    class="button button-primary"
                    aria-busy=move || busy.get().then_some("true")
                >
                    {move || if busy.get() { "Saving…" } else { "Save API node" }}
                </button>
            </div>
        </form>
    }
}

/// What somebody else has done to the node meanwhile. It takes neither the focus nor anything that is typed.
#[component]
fn Elsewhere() -> impl IntoView {
    let state = EditorState::of_this_page();
    view! {
        <div role="status">
            {move || {
                let told = state.elsewhere.get()?;
                let can_load = matches!(told, Error::Stale { .. });
                Some(
                    view! {
                        <div class="banner banner-warning">
                            <Icon name="warning"/>
                            <p>{changed_elsewhere(&told)}</p>
                        </div>
                        {can_load.then(|| view! { <ReloadButton/> })}
                    },
                )
            }}
        </div>
    }
}

/// What the other person has saved, in the place of what is typed here.
#[component]
fn ReloadButton() -> impl IntoView {
    let state = EditorState::of_this_page();
    let page = expect_context::<Page>();
    let reload = move |_| {
        page.reload();
        focus_soon(vec!["title".to_owned()]);
    };
    view! {
        <div>
            <button type="button" class="button" on:click=reload>
                {move || {
                    if state.is_changed() { "Discard my changes and load what was saved" } else { "Load what was saved" }
                }}
            </button>
        </div>
    }
}

#[component]
fn DeleteButton() -> impl IntoView {
    let state = EditorState::of_this_page();
    let asking = RwSignal::new(false);
    let navigate = use_navigate();
    let on_deleted = Callback::new(move |()| {
        state.busy.set(true);
        state.forget_changes();
        navigate(API_NODES, NavigateOptions::default());
    });
    let on_close = Callback::new(move |_refused: Option<Error>| {
        asking.set(false);
        focus_soon(vec!["node-delete".to_owned()]);
    });
    view! {
        <div class="actions">
            <button type="button" id="node-delete" class="button button-danger-quiet" on:click=move |_| asking.set(true)>
                <Icon name="trash"/>
                " Delete"
            </button>
        </div>
        {move || {
            let node = state.node.get_untracked().filter(|_| asking.get())?;
            Some(view! { <DeleteDialog id=node.id version=node.version name=node.name on_deleted on_close/> })
        }}
    }
}

#[component]
fn NoEditor(error: Error, contacts: Vec<Contact>, retry: Callback<()>) -> impl IntoView {
    let body = if error == Error::NotFound {
        answer_not_found();
        view! {
            <div class="empty">
                <Icon name="node" class="empty-icon"/>
                <h2>"This API node is not there"</h2>
                <p>"Somebody may have deleted it, or it belongs to another company."</p>
                <div class="actions">
                    <a class="button button-primary" href=API_NODES>
                        "Show all API nodes"
                    </a>
                </div>
            </div>
        }
        .into_any()
    } else {
        view! { <NoNodesShown error contacts retry/> }.into_any()
    };
    view! {
        <Title text="API node"/>
        <div class="page-head">
            <div>
                <Breadcrumb/>
                <h1 id="title" tabindex="-1">
                    "API node"
                </h1>
            </div>
        </div>
        {body}
    }
}

#[component]
fn Loading() -> impl IntoView {
    view! { <p class="muted" role="status">"Loading the API node…"</p> }
}
