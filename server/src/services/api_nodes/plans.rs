//! What calls are made with: a node, its certificate and the pool of its connections, kept for as long as nothing of it changes.
//!
//! A call never goes by what was true before it came: the database is asked what it depends on. Calls of one node that come while it is
//! asked share the next answer, so that many at once cost few questions; with several servers on one database it is the same.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use app::api_node::Checked;
use app::service::Error;

use super::opening;
use crate::egress::Outlet;
use crate::services::Door;
use crate::services::certificates::parse_id;
use crate::services::failure::{Failure, Result};
use crate::store::CallStamp;

/// Seconds after which what is not used any more is forgotten, its keys with it.
const FORGOTTEN_AFTER: i64 = 300;
/// How often it is tried to see everything as it was at one moment, while others change it.
const LOOKS: usize = 5;

/// What calls of all nodes are made with.
#[derive(Default)]
pub(in crate::services) struct Plans(Mutex<HashMap<(String, String), Arc<Slot>>>);

/// What calls of one node are made with.
#[derive(Default)]
struct Slot {
    /// How many times the database was asked.
    asked: AtomicU64,
    /// When it was last used, in seconds since 1970.
    used_at: AtomicI64,
    current: tokio::sync::Mutex<Current>,
}

#[derive(Default)]
struct Current {
    /// Which question the answer is to.
    answer_to: u64,
    plan: Option<Arc<Plan>>,
}

/// What a call is made with.
pub(super) struct Plan {
    stamp: CallStamp,
    /// The node, with its secret header values.
    pub(super) checked: Checked,
    /// Its connections.
    pub(super) outlet: Outlet,
}

impl Plans {
    /// What a call is made with that comes now.
    pub(super) async fn of(&self, door: &Door, account_id: &str, id: &str) -> Result<Arc<Plan>> {
        parse_id(id)?;
        let slot = self.slot(account_id, id);
        let before = slot.asked.load(Ordering::Acquire);
        slot.used_at.store(door.services.clock.now().seconds(), Ordering::Relaxed);
        let mut current = slot.current.lock().await;
        if current.answer_to > before
            && let Some(plan) = &current.plan
        {
            // The question was put after this call had come.
            return Ok(Arc::clone(plan));
        }
        let question = slot.asked.fetch_add(1, Ordering::AcqRel) + 1;
        let known = current.plan.take();
        match look(door, account_id, id, known).await {
            Ok(plan) => {
                *current = Current { answer_to: question, plan: Some(Arc::clone(&plan)) };
                Ok(plan)
            }
            Err(error) => {
                self.forget(account_id, id);
                Err(error)
            }
        }
    }

    /// Forgets what is kept of a node.
    pub(super) fn forget(&self, account_id: &str, id: &str) {
        self.slots().remove(&(account_id.to_owned(), id.to_owned()));
    }

    /// Forgets what was not used for a while.
    pub(super) fn forget_unused(&self, now: i64) {
        self.slots().retain(|_, slot| now - slot.used_at.load(Ordering::Relaxed) < FORGOTTEN_AFTER);
    }

    fn slot(&self, account_id: &str, id: &str) -> Arc<Slot> {
        let mut slots = self.slots();
        Arc::clone(slots.entry((account_id.to_owned(), id.to_owned())).or_default())
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, HashMap<(String, String), Arc<Slot>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The plan that is known, if nothing has changed; else another one.
async fn look(door: &Door, account_id: &str, id: &str, known: Option<Arc<Plan>>) -> Result<Arc<Plan>> {
    let store = &door.services.store;
    for _ in 0..LOOKS {
        let stamp = store.call_stamp(account_id, id).await?.ok_or(Error::NotFound)?;
        if let Some(plan) = known.as_ref().filter(|plan| plan.stamp == stamp) {
            return Ok(Arc::clone(plan));
        }
        match make(door, account_id, id, stamp).await {
            Ok(Some(plan)) => return Ok(Arc::new(plan)),
            Ok(None) | Err(Failure::Answer(Error::NotFound)) => {}
            Err(error) => return Err(error),
        }
    }
    Err(Failure::Mistake("a node changes faster than it can be read"))
}

/// The plan for this stamp; none if something has changed since.
async fn make(door: &Door, account_id: &str, id: &str, stamp: CallStamp) -> Result<Option<Plan>> {
    let services = &*door.services;
    let Some(listed) = services.store.api_node(account_id, id).await? else { return Ok(None) };
    let certificate = match &stamp.certificate {
        None => None,
        Some((certificate_id, version, _contents)) => {
            let found = services.store.certificate(account_id, certificate_id).await?;
            let Some(found) = found.filter(|found| found.version == *version) else { return Ok(None) };
            Some(found)
        }
    };
    if listed.node.version != stamp.version {
        return Ok(None);
    }
    let checked = opening::stored(door, &listed.node)?;
    let what_for = format!("for calls of the API node “{}”", listed.node.name);
    let setting = opening::setting(door, &checked, account_id, certificate.as_ref(), &what_for).await?;
    let outlet = Outlet::new(&services.egress, setting)
        .map_err(|_never| Failure::Mistake("TLS versions and cipher suites do not fit"))?;
    Ok(Some(Plan { stamp, checked, outlet }))
}
