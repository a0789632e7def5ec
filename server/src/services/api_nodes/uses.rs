//! How often nodes and certificates are used: counted in memory, and written every few seconds and at the end of the program. `kill -9`
//! takes what was counted since with it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use app::service::Answer;
use app::timestamp::Timestamp;

use crate::services::Services;
use crate::services::failure::Result;
use crate::store::{Use, Used};

/// What was used: nodes before certificates, each in the order of their ids, so that all servers write them in one order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Node(String),
    Certificate(String),
}

/// What was counted and is not written yet.
#[derive(Default)]
pub(in crate::services) struct Uses(Mutex<BTreeMap<What, Use>>);

impl Uses {
    /// Counts a call.
    pub(super) fn count(&self, node: Option<&str>, certificate: Option<&str>, result: &str, host: &str, at: Timestamp) {
        let counted =
            Use { calls: 1, failures: u64::from(result != "ok"), at, result: result.to_owned(), host: host.to_owned() };
        let node = node.map(|id| What::Node(id.to_owned()));
        let certificate = certificate.map(|id| What::Certificate(id.to_owned()));
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for what in node.into_iter().chain(certificate) {
            add(&mut uses, what, counted.clone());
        }
    }

    fn take(&self) -> BTreeMap<What, Use> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn give_back(&self, taken: BTreeMap<What, Use>) {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (what, counted) in taken {
            add(&mut uses, what, counted);
        }
    }
}

fn add(uses: &mut BTreeMap<What, Use>, what: What, counted: Use) {
    match uses.get_mut(&what) {
        None => _ = uses.insert(what, counted),
        Some(before) => {
            let (calls, failures) = (before.calls + counted.calls, before.failures + counted.failures);
            if counted.at >= before.at {
                *before = counted;
            }
            (before.calls, before.failures) = (calls, failures);
        }
    }
}

impl Services {
    /// Writes how often nodes and certificates were used, and forgets keys and connections of nodes that were not for a while. To be
    /// called every few seconds and at the end of the program. **Permissions:** the server itself.
    pub async fn write_uses(&self) -> Answer<()> {
        self.plans.forget_unused(self.clock.now().seconds());
        let taken = self.uses.take();
        if taken.is_empty() {
            return Ok(());
        }
        let written = self.write(&taken).await;
        if written.is_err() {
            // Tried again the next time.
            self.uses.give_back(taken);
        }
        self.answer(written)
    }

    async fn write(&self, taken: &BTreeMap<What, Use>) -> Result<()> {
        let mut transaction = self.store.begin().await?;
        for (what, counted) in taken {
            let used = match what {
                What::Node(id) => Used::Node(id),
                What::Certificate(id) => Used::Certificate(id),
            };
            transaction.add_use(used, counted).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}
