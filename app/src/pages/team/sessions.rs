use leptos::prelude::*;

use super::state::{TeamState, team_error_text};
use crate::components::{Announcer, Confirmation, DialogKind, browser_action};
use crate::server_fns::{answer, end_sessions};
use crate::service::{Error, MemberRow};
use crate::words;

/// Asks before somebody is signed out everywhere.
#[component]
pub fn EndSessionsDialog(member: MemberRow) -> impl IntoView {
    let state = TeamState::of_this_page();
    let announcer = Announcer::of_this_page();
    let error = RwSignal::new(None::<Error>);
    let button = format!("end-{}", member.id);
    let name = member.name.clone();

    let end = browser_action({
        let button = button.clone();
        move |(): &()| {
            let (member, button) = (member.clone(), button.clone());
            async move {
                match answer(end_sessions(member.id).await) {
                    Ok(ended) => {
                        let ended = words::count(i64::try_from(ended).unwrap_or(i64::MAX), "session", "sessions");
                        announcer.say(format!("{} is signed out: {ended} ended.", member.name));
                        state.close(button);
                    }
                    Err(refused) => error.set(Some(refused)),
                }
            }
        }
    });
    view! {
        <Confirmation
            id="end-sessions"
            title=format!("Sign {name} out everywhere?")
            kind=DialogKind::Alert
            confirm="End sessions"
            confirming="Ending…"
            busy=end.pending()
            error
            words=team_error_text
            on_confirm=Callback::new(move |()| {
                error.set(None);
                end.dispatch(());
            })
            on_close=Callback::new(move |()| state.close_after(error.get_untracked().as_ref(), button.clone()))
        >
            <p>"All sessions end, on every device. The password stays as it is: with it one can sign in again."</p>
        </Confirmation>
    }
}
