use leptos::prelude::*;

use super::state::ListState;
use crate::components::{Announcer, Confirmation};
use crate::server_fns::{answer, remove_primary, set_primary};
use crate::service::CertificateRow;

/// Makes a certificate the primary; says whom it takes it from.
#[component]
pub fn SetPrimaryDialog(row: CertificateRow) -> impl IntoView {
    let state = ListState::of_this_page();
    let announcer = Announcer::of_this_page();
    let former = state.drawn().and_then(|list| list.primary);
    let title = format!("Make “{}” the primary?", row.name);
    let button = format!("primary-{}", row.id);

    let act = Action::new_local(move |(): &()| {
        let row = row.clone();
        async move {
            let former = answer(set_primary(row.id.clone(), row.version).await)?;
            announcer.say(match former {
                Some(former) => format!("{} is now primary. {} no longer is.", row.name, former.name),
                None => format!("{} is now primary.", row.name),
            });
            state.close_changed(vec![format!("name-{}", row.id)]);
            Ok(())
        }
    });
    view! {
        <Confirmation
            id="primary"
            title
            confirm="Set as primary"
            confirming="Saving…"
            busy=act.pending()
            error=Signal::derive(move || act.value().get().and_then(Result::err))
            on_confirm=Callback::new(move |()| {
                act.dispatch(());
            })
            on_close=Callback::new(move |()| state.close(button.clone()))
        >
            <p>
                {match former {
                    Some(former) => format!("New mTLS nodes will use it. “{former}” will no longer be primary."),
                    None => "New mTLS nodes will use it. No certificate is primary now.".to_owned(),
                }}
            </p>
        </Confirmation>
    }
}

/// Leaves the company without a primary.
#[component]
pub fn RemovePrimaryDialog(row: CertificateRow) -> impl IntoView {
    let state = ListState::of_this_page();
    let announcer = Announcer::of_this_page();
    let title = format!("Remove “{}” as primary?", row.name);
    let button = format!("primary-{}", row.id);

    let act = Action::new_local(move |(): &()| {
        let row = row.clone();
        async move {
            answer(remove_primary(row.id.clone(), row.version).await)?;
            announcer.say(format!("{} is no longer primary.", row.name));
            state.close_changed(vec![format!("name-{}", row.id)]);
            Ok(())
        }
    });
    view! {
        <Confirmation
            id="remove-primary"
            title
            confirm="Remove primary"
            confirming="Saving…"
            busy=act.pending()
            error=Signal::derive(move || act.value().get().and_then(Result::err))
            on_confirm=Callback::new(move |()| {
                act.dispatch(());
            })
            on_close=Callback::new(move |()| state.close(button.clone()))
        >
            <p>
                "The certificate stays in the list. Until another one is set as primary, nodes that follow the primary have no certificate to send."
            </p>
        </Confirmation>
    }
}
