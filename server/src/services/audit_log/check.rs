//! Whether the log is what was written.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use app::service::ChainCheck;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

use super::{LOOK, NEEDS};
use crate::services::audit::{Broken, Whole, verify};
use crate::services::failure::Result;
use crate::services::{Door, Services};

/// For how many seconds a look is good.
const GOOD_FOR: i64 = 600;

/// The last look at each company's chain: one at a time, however many ask.
#[derive(Default)]
pub struct ChainChecks(Mutex<HashMap<String, Arc<Turn<Option<ChainCheck>>>>>);

/// What was found when the chain was last walked. **Permissions:** `settings:company_settings`, or `audit_log:read` of a token.
pub(super) async fn check(door: &Door) -> Result<ChainCheck> {
    let account_id = door.authorise_reading(NEEDS, LOOK, None).await?.to_owned();
    let services = Arc::clone(&door.services);
    let last = services.chain_checks.of(&account_id).lock_owned().await;
    let now = services.clock.now();
    match &*last {
        Some(check) if check.checked_at <= now && now < check.checked_at.plus_seconds(GOOD_FOR) => Ok(check.clone()),
        // Goes on when whoever has asked is gone, so that asking again and again is no more work than asking once.
        _ => tokio::spawn(walk(services, account_id, last)).await?,
    }
}

impl ChainChecks {
    fn of(&self, account_id: &str) -> Arc<Turn<Option<ChainCheck>>> {
        let mut checks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(checks.entry(account_id.to_owned()).or_default())
    }
}

async fn walk(
    services: Arc<Services>,
    account_id: String,
    mut last: OwnedMutexGuard<Option<ChainCheck>>,
) -> Result<ChainCheck> {
    let checked_at = services.clock.now();
    let check = match verify(&*services.store, Some(&account_id)).await {
        Ok(Whole { entries, .. }) => ChainCheck { checked_at, entries, broken_at: None },
        Err(broken @ Broken::At { sequence, .. }) => {
            tracing::error!(%broken, "the audit log was tampered with");
            ChainCheck { checked_at, entries: 0, broken_at: Some(sequence) }
        }
        Err(Broken::Store(cause)) => return Err(cause.into()),
    };
    *last = Some(check.clone());
    Ok(check)
}
