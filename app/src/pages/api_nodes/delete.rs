use leptos::prelude::*;

use super::state::node_error_text;
use crate::components::{Announcer, Confirmation, DialogKind, browser_action};
use crate::server_fns::{answer, delete_api_node};
use crate::service::Error;

/// Asks before a node is deleted.
#[component]
pub fn DeleteDialog(
    /// Its id.
    id: String,
    /// Its version, as it was read.
    version: i64,
    /// Its name.
    name: String,
    /// It is deleted.
    on_deleted: Callback<()>,
    /// It is not to be deleted; with why it could not be.
    on_close: Callback<Option<Error>>,
) -> impl IntoView {
    let announcer = Announcer::of_this_page();
    let question =
        format!("Calls of “{name}” by its id will fail from then on, and its secret header values are destroyed.");
    let act = browser_action(move |(): &()| {
        let (id, name) = (id.clone(), name.clone());
        async move {
            answer(delete_api_node(id, version).await)?;
            announcer.say(format!("{name} deleted."));
            on_deleted.run(());
            Ok(())
        }
    });
    let error = Signal::derive(move || act.value().get().and_then(Result::err));
    view! {
        <Confirmation
            id="delete"
            title="Delete API node?".to_owned()
            kind=DialogKind::Alert
            confirm="Delete API node"
            confirming="Deleting…"
            danger=true
            busy=act.pending()
            error
            words=node_error_text
            on_confirm=Callback::new(move |()| {
                act.dispatch(());
            })
            on_close=Callback::new(move |()| on_close.run(error.get_untracked()))
        >
            <p>{question}</p>
            <p>"This cannot be undone."</p>
        </Confirmation>
    }
}
