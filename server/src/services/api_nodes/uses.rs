//! How often nodes and certificates are used: counted in memory, and written every few seconds and at the end of the program. `kill -9`
//! takes what was counted since with it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use app::service::Answer;
use app::timestamp::Timestamp;

use crate::services::Services;
use crate::services::failure::Result;
use crate::store::{Use, Used};

/// What was counted and is not written yet.
#[derive(Default)]
pub(in crate::services) struct Uses(Mutex<BTreeMap<Used, Use>>);

impl Uses {
    /// Counts a call.
    pub(super) fn count(&self, node: Option<&str>, certificate: Option<&str>, result: &str, host: &str, at: Timestamp) {
        let counted =
            Use { calls: 1, failures: u64::from(result != "ok"), at, result: result.to_owned(), host: host.to_owned() };
        let node = node.map(|id| Used::Node(id.to_owned()));
        let certificate = certificate.map(|id| Used::Certificate(id.to_owned()));
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for used in node.into_iter().chain(certificate) {
            add(&mut uses, used, counted.clone());
        }
    }

    fn take(&self) -> BTreeMap<Used, Use> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn give_back(&self, taken: BTreeMap<Used, Use>) {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (used, counted) in taken {
            add(&mut uses, used, counted);
        }
    }
}

fn add(counts: &mut BTreeMap<Used, Use>, used: Used, counted: Use) {
    match counts.get_mut(&used) {
        None => _ = counts.insert(used, counted),
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
        let now = self.clock.now().seconds();
        self.plans.forget_unused(now);
        self.tokens_in_use.forget_unused(now);
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

    async fn write(&self, taken: &BTreeMap<Used, Use>) -> Result<()> {
        let mut transaction = self.store.begin().await?;
        for (used, counted) in taken {
            transaction.add_use(used, counted).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}
