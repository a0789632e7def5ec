//! What calls are made with: a node, its certificate and the pool of its connections, kept for as long as nothing of it changes.
//!
//! A call never goes by what was true before it came.

use std::sync::Arc;

use app::api_node::Checked;
use app::service::Error;

use super::opening;
use crate::egress::Outlet;
use crate::services::Door;
use crate::services::certificates::parse_id;
use crate::services::failure::{Failure, Result};
use crate::services::known::Known;
use crate::store::CallStamp;

/// How often it is tried to see everything as it was at one moment, while others change it.
const LOOKS: usize = 5;

/// What calls of all nodes are made with, by account and node.
pub(in crate::services) type Plans = Known<(String, String), Arc<Plan>>;

/// What a call is made with.
pub(in crate::services) struct Plan {
    stamp: CallStamp,
    /// The node, with its secret header values.
    pub(super) checked: Checked,
    /// Its connections.
    pub(super) outlet: Outlet,
}

/// What a call is made with that comes now.
pub(super) async fn plan(door: &Door, account_id: &str, id: &str) -> Result<Arc<Plan>> {
    parse_id(id)?;
    let key = (account_id.to_owned(), id.to_owned());
    let now = door.services.clock.now().seconds();
    let look = |known| look(door, account_id, id, known);
    // Not as of when the request came: its body may have taken long.
    let state = door.state().await;
    let found = door.services.plans.as_of(state, &key, now, look).await?;
    Ok(found.ok_or(Error::NotFound)?)
}

/// The plan that is known, if nothing has changed; else another one.
async fn look(door: &Door, account_id: &str, id: &str, known: Option<Arc<Plan>>) -> Result<Option<Arc<Plan>>> {
    let store = &door.services.store;
    for _ in 0..LOOKS {
        let Some(stamp) = store.call_stamp(account_id, id).await? else { return Ok(None) };
        if let Some(plan) = known.as_ref().filter(|plan| plan.stamp == stamp) {
            return Ok(Some(Arc::clone(plan)));
        }
        match make(door, account_id, id, stamp).await {
            Ok(Some(plan)) => return Ok(Some(Arc::new(plan))),
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
    // A node is read in two steps: its headers and its row must belong together.
    if services.store.call_stamp(account_id, id).await?.as_ref() != Some(&stamp) {
        return Ok(None);
    }
    let checked = opening::stored(door, &listed.node)?;
    let what_for = format!("for calls of the API node “{}”", listed.node.name);
    let setting = opening::setting(door, &checked, account_id, certificate.as_ref(), &what_for).await?;
    let outlet = Outlet::new(&services.egress, setting)
        .map_err(|_never| Failure::Mistake("TLS versions and cipher suites do not fit"))?;
    Ok(Some(Plan { stamp, checked, outlet }))
}
