use leptos::prelude::*;

use super::state::{TeamState, team_error_text};
use crate::components::{Announcer, Confirmation, DialogKind, browser_action};
use crate::server_fns::{answer, remove_member};
use crate::service::{Error, MemberRow};

/// Asks before somebody is taken out of the company.
#[component]
pub fn RemoveDialog(member: MemberRow) -> impl IntoView {
    let state = TeamState::of_this_page();
    let announcer = Announcer::of_this_page();
    let error = RwSignal::new(None::<Error>);
    let button = format!("remove-{}", member.id);
    let name = member.name.clone();

    let remove = browser_action(move |(): &()| {
        let member = member.clone();
        async move {
            match answer(remove_member(member.id, member.version).await) {
                Ok(()) => {
                    announcer.say(format!("{} removed from the team.", member.name));
                    state.close_changed(vec!["title".to_owned()]);
                }
                Err(refused) => error.set(Some(refused)),
            }
        }
    });
    view! {
        <Confirmation
            id="remove"
            title=format!("Remove {name}?")
            kind=DialogKind::Alert
            confirm="Remove from team"
            confirming="Removing…"
            danger=true
            busy=remove.pending()
            error
            words=team_error_text
            on_confirm=Callback::new(move |()| {
                error.set(None);
                remove.dispatch(());
            })
            on_close=Callback::new(move |()| state.close_after(error.get_untracked().as_ref(), button.clone()))
        >
            <p>{format!("{name} is signed out of this company at once and can come back only by a new invitation.")}</p>
        </Confirmation>
    }
}
