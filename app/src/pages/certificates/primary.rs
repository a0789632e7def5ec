use leptos::prelude::*;
use leptos::task::spawn_local;

use super::host::DialogHost;
use super::named_nodes::NamedNodes;
use super::seen::Seen;
use crate::components::{Announcer, Confirmation, browser_action, error_text};
use crate::server_fns::{answer, plan_primary, remove_primary, set_primary};
use crate::service::{Answer, CertificateRow, Error, PrimaryPlan};
use crate::words;

/// Makes a certificate the primary; says whom it takes it from, and which nodes use it from then on.
#[component]
pub fn SetPrimaryDialog(row: CertificateRow) -> impl IntoView {
    let state = DialogHost::of_this_page();
    let announcer = Announcer::of_this_page();
    let button = format!("primary-{}", row.id);
    let seen = Seen::new(row);
    let plan = read_plan(state, seen);

    let act = browser_action(move |(): &()| async move {
        seen.try_again();
        let row = seen.row();
        match answer(set_primary(row.id.clone(), row.version).await) {
            Ok(former) => {
                announcer.say(match former {
                    Some(former) => format!("{} is now primary. {} no longer is.", row.name, former.name),
                    None => format!("{} is now primary.", row.name),
                });
                state.close_changed(vec![format!("name-{}", row.id)]);
            }
            Err(error) => seen.refused(error).await,
        }
    });
    view! {
        <Confirmation
            id="primary"
            title=Signal::derive(move || format!("Make “{}” the primary?", seen.name()))
            confirm="Set as primary"
            confirming="Saving…"
            busy=act.pending()
            error=seen.error
            words=Seen::words
            more=seen.changes
            on_confirm=Callback::new(move |()| {
                act.dispatch(());
            })
            on_close=Callback::new(move |()| state.close(button.clone()))
        >
            {move || match plan.get() {
                None => view! { <p class="muted">"Looking which nodes follow the primary…"</p> }.into_any(),
                Some(Err(error)) => view! { <p role="alert">{error_text(&error)}</p> }.into_any(),
                Some(Ok(plan)) => view! { <WhatChanges plan/> }.into_any(),
            }}
        </Confirmation>
    }
}

#[component]
fn WhatChanges(plan: PrimaryPlan) -> impl IntoView {
    let PrimaryPlan { former, followers, follower_count, pinned, .. } = plan;
    let former = match former {
        Some(former) => format!("New mTLS nodes will use it. “{former}” will no longer be primary."),
        None => "New mTLS nodes will use it. No certificate is primary now.".to_owned(),
    };
    let stay = (pinned > 0).then(|| view! { <p class="muted">{words::nodes_stay(pinned)}</p> });
    view! {
        <p>{former}</p>
        {if follower_count == 0 {
            view! { <p>"No API node follows the primary, so no call changes."</p> }.into_any()
        } else {
            let title = words::nodes_follow(follower_count, "change now");
            view! { <NamedNodes title nodes=followers count=follower_count names_only=true/> }.into_any()
        }}
        {stay}
    }
}

/// Leaves the company without a primary; says which nodes have no certificate then.
#[component]
pub fn RemovePrimaryDialog(row: CertificateRow) -> impl IntoView {
    let state = DialogHost::of_this_page();
    let announcer = Announcer::of_this_page();
    let button = format!("primary-{}", row.id);
    let seen = Seen::new(row);
    let plan = read_plan(state, seen);

    let act = browser_action(move |(): &()| async move {
        seen.try_again();
        let row = seen.row();
        match answer(remove_primary(row.id.clone(), row.version).await) {
            Ok(_row) => {
                announcer.say(format!("{} is no longer primary.", row.name));
                state.close_changed(vec![format!("name-{}", row.id)]);
            }
            Err(error) => seen.refused(error).await,
        }
    });
    let followers = move || {
        let PrimaryPlan { followers, follower_count, .. } = plan.get()?.ok()?;
        let title = words::nodes_follow(follower_count, "have no certificate then");
        (follower_count > 0).then(|| view! { <NamedNodes title nodes=followers count=follower_count names_only=true/> })
    };
    view! {
        <Confirmation
            id="remove-primary"
            title=Signal::derive(move || format!("Remove “{}” as primary?", seen.name()))
            confirm="Remove primary"
            confirming="Saving…"
            busy=act.pending()
            error=seen.error
            words=Seen::words
            more=seen.changes
            on_confirm=Callback::new(move |()| {
                act.dispatch(());
            })
            on_close=Callback::new(move |()| state.close(button.clone()))
        >
            <p>
                "The certificate stays in the list. Until another one is set as primary, nodes that follow the primary have no certificate to send."
            </p>
            {followers}
        </Confirmation>
    }
}

/// Asks what would change, and again after signing in.
fn read_plan(state: DialogHost, seen: Seen) -> ReadSignal<Option<Answer<PrimaryPlan>>> {
    let plan = RwSignal::new(None);
    Effect::new(move || {
        let _again = state.session().renewals().get();
        spawn_local(async move {
            let read = answer(plan_primary(seen.row().id).await);
            if read == Err(Error::SignedOut) {
                state.session().ask();
                return;
            }
            let _dialog_was_closed = plan.try_set(Some(read));
        });
    });
    plan.read_only()
}
