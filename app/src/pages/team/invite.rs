use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::SubmitEvent;

use super::permissions::PermissionBoxes;
use super::state::{TeamState, team_error_text};
use crate::components::{
    Announcer, Confirmation, Dialog, DialogFoot, DialogKind, DialogSize, ErrorBanner, Field, Icon, browser_action,
    copy_text, problem_at,
};
use crate::server_fns::{answer, invite_member, revoke_invitation};
use crate::service::{Error, InvitationRow, Invite, Invited};
use crate::words;

/// Invites somebody: first the form, then the link, which is shown once.
#[component]
pub fn InviteDialog(
    /// The invitation for which a new link is wanted.
    former: Option<InvitationRow>,
) -> impl IntoView {
    let invited = RwSignal::new(None::<Invited>);
    move || match invited.get() {
        None => view! { <InviteForm former=former.clone() invited/> }.into_any(),
        Some(invited) => view! { <InviteLink invited/> }.into_any(),
    }
}

#[component]
fn InviteForm(former: Option<InvitationRow>, invited: RwSignal<Option<Invited>>) -> impl IntoView {
    let state = TeamState::of_this_page();
    let button = former.as_ref().map_or_else(|| "invite".to_owned(), |former| format!("renew-{}", former.id));
    let renewing = former.is_some();
    let seen = former.as_ref().map(|former| (former.id.clone(), former.email.clone()));
    let (email, permissions) = former.map(|former| (former.email, former.permissions)).unwrap_or_default();
    let (email, chosen) = (RwSignal::new(email), RwSignal::new(permissions));

    let invite = browser_action(move |(): &()| {
        let email = email.get_untracked();
        // With another address it is another invitation.
        let replaces = seen.clone().filter(|(_id, seen)| email.trim() == seen).map(|(id, _seen)| id);
        let request = Invite { email, permissions: chosen.get_untracked(), replaces };
        async move {
            let made = answer(invite_member(request).await)?;
            invited.set(Some(made));
            Ok::<(), Error>(())
        }
    });
    let busy = invite.pending();
    let error = Signal::derive(move || invite.value().get().and_then(Result::err));
    // What stands at a field is not said twice.
    let banner = Signal::derive(move || error.get().filter(|error| !matches!(error, Error::Fields { .. })));
    let on_close = Callback::new(move |()| {
        if !busy.get_untracked() {
            state.close(button.clone());
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            invite.dispatch(());
        }
    };
    let title = if renewing { "New link" } else { "Invite member" };
    view! {
        <Dialog id="invite-dialog" title=title.to_owned() size=DialogSize::Medium on_close>
            <form on:submit=submit novalidate>
                <div class="dialog-body fields">
                    <ErrorBanner id="invite-error" error=banner words=team_error_text/>
                    <Field
                        id="invite-email"
                        name="email"
                        label="Email"
                        kind="email"
                        value=email
                        hint=Some("You get a link to send to this person. It works once, for a week.".to_owned())
                        error=problem_at(error, "email")
                        autofocus=true
                    />
                    <PermissionBoxes chosen/>
                    {renewing.then(|| view! { <p class="hint">"The earlier link stops working."</p> })}
                </div>
                <DialogFoot busy send="Make the link" sending="Making the link…" on_cancel=on_close/>
            </form>
        </Dialog>
    }
}

#[component]
fn InviteLink(invited: Invited) -> impl IntoView {
    let state = TeamState::of_this_page();
    let origin = window().location().origin().unwrap_or_default();
    let link = format!("{origin}/invite?token={}", invited.token.expose());
    let InvitationRow { id, email, valid_until, .. } = invited.invitation;
    let copied = RwSignal::new(None::<&'static str>);
    let copy = {
        let link = link.clone();
        move |_| {
            let link = link.clone();
            spawn_local(async move {
                // Plain http to another machine has no clipboard.
                let done = copy_text(&link).await;
                copied.set(Some(if done { "Copied." } else { "It cannot be copied here: mark it by hand." }));
            });
        }
    };
    let done = Callback::new(move |()| state.close_changed(vec![format!("renew-{id}"), "title".to_owned()]));
    view! {
        <Dialog id="invite-link" title="Send this link".to_owned() size=DialogSize::Medium focus_title=true on_close=done>
            <form
                method="dialog"
                on:submit=move |event: SubmitEvent| {
                    event.prevent_default();
                    done.run(());
                }
            >
                <div class="dialog-body fields">
                    <p>
                        {format!("Send it to {email}, in a way that only they can read. ")}
                        <strong>"It is not shown again."</strong>
                    </p>
                    <code class="code-block" id="link">{link}</code>
                    <p class="hint">{format!("It works once, until {}.", words::date_and_time(valid_until))}</p>
                    <p role="status" class="hint">{move || copied.get()}</p>
                </div>
                <div class="dialog-foot">
                    <button type="button" class="button" on:click=copy>
                        <Icon name="copy"/>
                        " Copy link"
                    </button>
                    <button type="submit" class="button button-primary">"Done"</button>
                </div>
            </form>
        </Dialog>
    }
}

/// Asks before an invitation is taken back.
#[component]
pub fn RevokeDialog(invitation: InvitationRow) -> impl IntoView {
    let state = TeamState::of_this_page();
    let announcer = Announcer::of_this_page();
    let error = RwSignal::new(None::<Error>);
    let button = format!("revoke-{}", invitation.id);
    let email = invitation.email.clone();

    let revoke = browser_action(move |(): &()| {
        let invitation = invitation.clone();
        async move {
            match answer(revoke_invitation(invitation.id).await) {
                Ok(()) => {
                    announcer.say(format!("Invitation of {} taken back.", invitation.email));
                    state.close_changed(vec!["title".to_owned()]);
                }
                Err(refused) => error.set(Some(refused)),
            }
        }
    });
    view! {
        <Confirmation
            id="revoke"
            title="Take the invitation back?".to_owned()
            kind=DialogKind::Alert
            confirm="Take it back"
            confirming="Taking it back…"
            danger=true
            busy=revoke.pending()
            error
            words=team_error_text
            on_confirm=Callback::new(move |()| {
                error.set(None);
                revoke.dispatch(());
            })
            on_close=Callback::new(move |()| state.close_after(error.get_untracked().as_ref(), button.clone()))
        >
            <p>{format!("The link that {email} got stops working.")}</p>
        </Confirmation>
    }
}
