use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::pages::certificates::host::DialogHost;
use crate::pages::certificates::seen::Seen;
use crate::server_fns::{answer, delete_certificate, plan_delete};
use crate::service::{Answer, CertificateRow, DeletePlan, Deleted, Error, Removal};
use crate::words;

/// What the parts of the dialog share.
#[derive(Clone, Copy)]
pub struct DeleteState {
    host: DialogHost,
    /// The certificate, and why it could not be deleted.
    pub seen: Seen,
    /// Whether API nodes use it, as far as that is known.
    pub is_used: RwSignal<bool>,
    /// What a delete comes to, once the server has said it.
    pub plan: RwSignal<Option<Answer<DeletePlan>>>,
    /// Where its users go: a certificate's id, or that they follow the primary; empty while nothing is chosen.
    pub move_to: RwSignal<String>,
    /// Destroy the key at once.
    pub destroy: RwSignal<bool>,
    /// Yes, really.
    pub is_sure: RwSignal<bool>,
}

impl DeleteState {
    /// Starts asking what a delete comes to.
    pub fn new(host: DialogHost, row: CertificateRow, used_by: u64) -> Self {
        let state = Self {
            host,
            seen: Seen::new(row),
            is_used: RwSignal::new(used_by > 0),
            plan: RwSignal::new(None),
            move_to: RwSignal::new(String::new()),
            destroy: RwSignal::new(false),
            is_sure: RwSignal::new(false),
        };
        Effect::new(move || {
            let _again = host.session().renewals().get();
            state.ask();
        });
        state
    }

    /// The state of the dialog that this component is in.
    pub fn of_this_dialog() -> Self {
        expect_context()
    }

    /// Asks the server what a delete comes to.
    pub fn ask(self) {
        spawn_local(async move {
            let plan = answer(plan_delete(self.seen.row().id).await);
            match &plan {
                Err(Error::SignedOut) => return self.host.session().ask(),
                Ok(plan) if is_used(plan) != self.is_used.get_untracked() => self.is_used.set(is_used(plan)),
                _ => {}
            }
            let _dialog_was_closed = self.plan.try_set(Some(plan));
        });
    }

    /// Deletes it. What speaks against it is shown.
    pub async fn delete(self) -> Option<Deleted> {
        self.seen.try_again();
        let row = self.seen.row();
        let move_to = self.move_to.get_untracked();
        let removal = Removal {
            move_to: Some(move_to).filter(|_| self.is_used.get_untracked()),
            destroy: self.destroy.get_untracked(),
        };
        match answer(delete_certificate(row.id, row.version, removal).await) {
            Ok(deleted) => return Some(deleted),
            Err(error) => {
                let has_changed = matches!(error, Error::InUse { .. } | Error::Stale { .. } | Error::Fields { .. });
                self.seen.refused(error).await;
                if has_changed {
                    self.ask();
                }
            }
        }
        None
    }

    /// How many nodes use it; tracked.
    pub fn count_nodes(self) -> u64 {
        let plan = self.plan.read();
        let nodes = plan.as_ref().and_then(|plan| plan.as_ref().ok()).map(count_nodes);
        nodes.unwrap_or_default()
    }

    /// What has to be chosen before it can be deleted; tracked.
    pub fn what_is_missing(self) -> Option<&'static str> {
        if self.is_used.get() {
            match &*self.plan.read() {
                None => return Some("Looking who uses it…"),
                Some(Err(_)) => return Some("It is not known who uses it."),
                Some(Ok(plan)) if plan.choices.is_empty() && plan.primary.is_none() => {
                    return Some("There is nowhere to move them to.");
                }
                Some(Ok(_)) if self.move_to.read().is_empty() => return Some("Choose where its users go."),
                Some(Ok(_)) => {}
            }
        }
        (self.destroy.get() && !self.is_sure.get()).then_some("Confirm that its key is to be destroyed.")
    }

    /// What the button says; tracked.
    pub fn button(self) -> String {
        match (self.is_used.get(), self.destroy.get(), self.count_nodes()) {
            (true, _, 0) => "Move its users and delete".to_owned(),
            (true, false, nodes) => format!("Move {} and delete", words::nodes(nodes)),
            (true, true, nodes) => format!("Move {}, delete, destroy the key", words::nodes(nodes)),
            (false, false, _) => "Delete certificate".to_owned(),
            (false, true, _) => "Delete and destroy the key".to_owned(),
        }
    }
}

fn is_used(plan: &DeletePlan) -> bool {
    plan.nodes.iter().any(|node| node.active)
}

fn count_nodes(plan: &DeletePlan) -> u64 {
    u64::try_from(plan.nodes.iter().filter(|node| node.active).count()).unwrap_or(u64::MAX)
}
